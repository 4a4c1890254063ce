"""Work a proposal out anew around the decisions taken on it: they are kept, the rest is found again, and what changed is told.

The search runs beside the reviewers, who go on deciding. Only the saving holds the plan, for a moment and whole or not at
all; decisions taken meanwhile start the search over, and on the last attempt are kept as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from allocation.domain.around import Decided, Shape, blamed, changes_json, compare, pins_of, standing_of, too_much
from allocation.domain.balance import balance
from allocation.domain.case import Case, Note
from allocation.domain.held import NoProposal
from allocation.domain.proposal import Proposal, propose
from allocation.domain.solver.answer import Reason
from allocation.models import Plan, PlanLine
from allocation.queries.review import live_match, live_spread
from allocation.services.errors import PlanConflict
from allocation.services.save_lines import Figures, Stamp, copy_lines, figures_of, outcome_of
from allocation.services.solve_plan import (
    LOADING,
    MATCHING,
    SAVING,
    SOLVING,
    load_case,
    pulse_of,
    reason_in_ids,
    say_step,
)
from branch_crm.core import audit
from branch_crm.core.jobs import Progress, enqueue
from branch_crm.core.models import JobRun, Staff

AGAIN = "allocation.solve_again"

#: How often decisions taken during the search may start it over.
ATTEMPTS = 4
#: Figures this close are the same.
SAME = 1e-6
#: Clients of each kind of change whom a plan remembers by name.
REMEMBERED = 500

Decision = PlanLine.Decision
STAYS = (Decision.REJECTED, Decision.LOCKED)


@transaction.atomic
def ask_again(*, plan: Plan, actor: Staff, seen_revision: int | None = None) -> JobRun:
    """Queue the solving; while one is under way, that one is returned, for it will heed every decision anyway.

    `seen_revision`, where given, must be the plan's own: PlanConflict otherwise.
    """
    fresh = Plan.objects.select_for_update(of=("self",)).select_related("branch", "again_job").get(pk=plan.pk)
    if fresh.state != Plan.State.PROPOSED:
        raise PlanConflict(
            _("A plan that is %(state)s cannot be changed any more.") % {"state": fresh.get_state_display()},
            code=fresh.state,
        )
    if seen_revision is not None and seen_revision != fresh.revision:
        raise PlanConflict(_("The plan has changed since you looked at it. Look again."), code="stale")
    last = fresh.again_job
    if last is not None and not last.is_final:
        return last
    key = f"{AGAIN}:{fresh.pk}:{fresh.revision}:{last.pk if last else 0}"
    fresh.again_job = enqueue(AGAIN, key=key, branch=fresh.branch, actor=actor, plan_id=fresh.pk)
    fresh.save(update_fields=["again_job"])
    return fresh.again_job


def solve_again(*, plan_id: int, progress: Progress | None = None) -> dict[str, Any]:
    """Returns what became of it as the job's result: `round` and the counts of changes, or `failed` with the reason and the
    clients whose decisions cannot stand together, or `state` of a plan that is no longer under review.
    """
    job = progress.job.pk if progress else None
    for attempt in range(1, ATTEMPTS + 1):
        plan = Plan.objects.select_related("branch", "policy", "scoring_run", "behaviour_run").get(pk=plan_id)
        if plan.state != Plan.State.PROPOSED:
            return {"plan": plan.pk, "state": plan.state}
        if job is not None and plan.changes.get("job") == job:
            return _told(plan)  # saved already by a worker that died before it could say so
        say_step(progress, LOADING)
        case, notes = load_case(plan)
        case = replace(case, pins=pins_of(case, _decided(plan)), standing=standing_of(case, _proposed(plan)))
        say_step(progress, MATCHING)
        case.fit  # noqa: B018 - the costly part of the step that is shown
        try:
            reason = too_much(case)
            if reason is not None:
                raise NoProposal(reason)
            say_step(progress, SOLVING)
            proposal = propose(case, report=pulse_of(progress))
        except NoProposal as failure:
            return _failed(plan, case, failure.reason)
        say_step(progress, SAVING)
        saved = _save(plan, case, proposal, [*notes, *proposal.notes], job=job, last=attempt == ATTEMPTS)
        if saved is not None:
            return saved
    raise AssertionError("the last attempt saves, whatever was decided meanwhile")


def _decided(plan: Plan) -> list[Decided]:
    rows = plan.lines.exclude(decision=Decision.PENDING).order_by("client_id")
    return [
        Decided(client, after, decision in STAYS)
        for client, after, decision in rows.values_list("client_id", "after_id", "decision")
    ]


def _proposed(plan: Plan) -> dict[int, int | None]:
    """Where the engine sent the clients of the plan, by client."""
    return dict(plan.lines.order_by().values_list("client_id", "proposed_id"))


@transaction.atomic
def _save(
    plan: Plan, case: Case, proposal: Proposal, notes: list[Note], *, job: int | None, last: bool
) -> dict[str, Any] | None:
    """None when somebody decided meanwhile and the search should start over."""
    fresh = Plan.objects.select_for_update(of=("self",)).select_related("branch", "again_job").get(pk=plan.pk)
    if fresh.state != Plan.State.PROPOSED:
        return {"plan": fresh.pk, "state": fresh.state}
    if fresh.revision != plan.revision and not last:
        return None
    match_before, spread_before = live_match(fresh), live_spread(fresh)
    fresh.revision += 1
    fresh.round += 1
    found, kept = _replace_lines(fresh, case, proposal)
    _follow_holders(fresh, case)
    fresh.outcome = outcome_of(case, proposal, notes)
    fresh.balance = balance(case, proposal)
    figures = {
        "match": [match_before, fresh.outcome["match_after"]],
        "spread": [spread_before, fresh.outcome["spread_after"]],
    }
    fresh.changes = {
        "job": job,
        **changes_json(round_number=fresh.round, kept=kept, found=found, figures=figures, named=REMEMBERED),
    }
    fresh.save(update_fields=["revision", "round", "outcome", "balance", "changes"])
    told = _told(fresh)
    audit.record(
        action="allocation.plan_solved_again",
        actor=fresh.again_job.created_by if fresh.again_job else None,
        branch=fresh.branch,
        target=fresh,
        detail=told,
    )
    return told


def _told(plan: Plan) -> dict[str, Any]:
    return {"plan": plan.pk, **{name: plan.changes[name] for name in ("round", "kept", "new", "gone", "elsewhere")}}


@dataclass(frozen=True)
class OldLine:
    """An undecided line as it stands: its address, shape and figures."""

    stamp: Stamp
    shape: Shape
    figures: tuple[float | None, float | None, float, str]
    refusals: bool


def _replace_lines(plan: Plan, case: Case, proposal: Proposal) -> tuple[dict[str, list[int]], int]:
    """Put the new undecided moves in the place of the old; returns what changed and how many decisions were kept.

    A client's line keeps its address, and is written only where something in it changes: most do not, and writing is the
    dearest part. A line that is new or goes elsewhere carries the new revision, so that a page which shows the old one cannot
    decide it unseen.
    """
    decided = set(plan.lines.exclude(decision=Decision.PENDING).values_list("client_id", flat=True))
    old = _undecided(plan)
    ids = [*case.advisors.ids, None]
    moved = np.flatnonzero(proposal.after != case.clients.holder)
    moved = moved[~np.isin(case.clients.ids[moved], list(decided))]
    clients = case.clients.ids[moved].tolist()
    new = {
        client: Shape(ids[case.clients.holder[at]], ids[proposal.after[at]])
        for client, at in zip(clients, moved, strict=True)
    }
    found = compare({client: line.shape for client, line in old.items()}, new)
    turned = {*found["new"], *found["elsewhere"]}
    figures = figures_of(case, proposal, moved)
    refused = set(case.refusals[:, 0].tolist())
    rows, stamps = [], []
    for at, client in enumerate(clients):
        line = old.get(client)
        if line and client not in turned and _same(line, figures, at) and not line.refusals and client not in refused:
            continue
        stamp = line.stamp if line else Stamp()
        rows.append(moved[at])
        stamps.append(Stamp(stamp.pk, plan.revision, plan.round) if client in turned else stamp)
    gone = [old[client].stamp.pk for client in found["gone"]]
    plan.lines.filter(pk__in=[*gone, *(stamp.pk for stamp in stamps if stamp.pk)]).delete()
    copy_lines(plan, case, proposal, np.array(rows, dtype=np.int64), stamps)
    return found, len(decided)


def _undecided(plan: Plan) -> dict[int, OldLine]:
    """By client."""
    refusals = ExpressionWrapper(Q(card__refused__0__isnull=False), output_field=BooleanField())
    pending = plan.lines.filter(decision=Decision.PENDING).annotate(refusals=refusals)
    rows = pending.values_list(
        "client_id", "pk", "revision", "round", "before_id", "proposed_id", "fit_before", "fit_after", "gain", "reason",
        "refusals",
    )  # fmt: skip
    return {
        client: OldLine(Stamp(pk, revision, made), Shape(before, proposed), (*figures,), refusals)
        for client, pk, revision, made, before, proposed, *figures, refusals in rows.iterator(chunk_size=10_000)
    }


def _same(line: OldLine, figures: Figures, at: int) -> bool:
    """Whether the line already says what it would say; years together grow by the day, and make another match of it."""
    before, after, gain, reason = line.figures
    numbers = ((before, figures.before[at]), (after, figures.after[at]), (gain, figures.gain[at]))
    return reason == figures.reason[at] and all(
        abs(was - now) < SAME if was is not None else np.isnan(now) for was, now in numbers
    )


def _follow_holders(plan: Plan, case: Case) -> None:
    """Decided lines of clients who have changed hands since the run begin where the client is now."""
    ids = [*case.advisors.ids, None]
    row = {int(pk): at for at, pk in enumerate(case.clients.ids)}
    moved = []
    for line in plan.lines.exclude(decision=Decision.PENDING).defer("card"):
        at = row.get(line.client_id)
        if at is None or ids[case.clients.holder[at]] == line.before_id:
            continue
        holder = int(case.clients.holder[at])
        line.before_id = ids[holder]
        line.fit_before = float(case.fit[at, holder]) if holder >= 0 and case.advisors.present[holder] else None
        keeps = holder >= 0 and case.advisors.serving[holder]
        switch = case.options.switch_penalty if keeps and line.fit_after is not None else 0.0
        line.gain = line.weight * ((line.fit_after or 0.0) - switch - ((line.fit_before or 0.0) if keeps else 0.0))
        if line.decision in STAYS:
            line.after_id = line.before_id
        moved.append(line)
    PlanLine.objects.bulk_update(moved, ["before", "after", "fit_before", "gain"], batch_size=500)


def _failed(plan: Plan, case: Case, reason: Reason) -> dict[str, Any]:
    """The lines stay as they are; the reviewers are told which decisions stand against each other."""
    return {
        "plan": plan.pk,
        "revision": plan.revision,
        "failed": {**reason_in_ids(case, reason), "at": timezone.now().isoformat()},
        "clients": blamed(case, reason),
    }
