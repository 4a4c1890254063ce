"""Decide proposed moves, and take decisions back, without ever writing over a colleague's decision unseen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from advisors.models import Advisor
from allocation.models import Plan, PlanLine
from allocation.services.errors import AllocationError, ClientConflict, PlanConflict
from allocation.services.lock_moves import lift_locks, lock_moves
from allocation.services.redirect_lines import give_back_proposal, redirect_lines
from branch_crm.core import audit
from branch_crm.core.models import Staff

Decision = PlanLine.Decision

#: A conflict names at most this many clients.
NAMED = 50


@transaction.atomic
def decide_lines(
    *,
    plan: Plan,
    line_ids: Sequence[int],
    decision: str,
    actor: Staff,
    seen_revision: int,
    advisor: Advisor | None = None,
    reason: str = "",
    until: date | None = None,
) -> Plan:
    """Decide some lines alike. `pending` takes their decisions back.

    `advisor` is the target of a redirection (None = the shared pool). `reason`, and `until` where it is to end, belong to
    `locked`: the client stays, in this plan and in later runs; only who may lock clients may lock here, or undo it.

    `seen_revision` is the plan's revision that the reviewer's page showed: a line that a colleague has decided since, or
    that was solved again since, raises PlanConflict naming who did what, and nothing is written. Returns the plan with
    its new revision.
    """
    fresh = Plan.objects.select_for_update(of=("self",)).select_related("branch", "policy").get(pk=plan.pk)
    if fresh.state != Plan.State.PROPOSED:
        raise PlanConflict(
            _("A plan that is %(state)s cannot be changed any more.") % {"state": fresh.get_state_display()},
            code=fresh.state,
        )
    lines = fresh.lines.filter(pk__in=line_ids)
    _refuse_gone(lines.count(), len(set(line_ids)))
    _refuse_stale(lines.filter(revision__gt=seen_revision).exclude(decided_by=actor))
    _check_right_to_lock(lines, decision, actor)
    if decision != Decision.LOCKED:
        lift_locks(plan=fresh, lines=lines.filter(decision=Decision.LOCKED), actor=actor)
    if decision == Decision.REDIRECTED:
        redirect_lines(plan=fresh, lines=list(lines), advisor=advisor)
    else:
        give_back_proposal(plan=fresh, lines=list(lines.filter(decision=Decision.REDIRECTED)))
        stays = decision in (Decision.REJECTED, Decision.LOCKED)
        lines.update(after=F("before") if stays else F("proposed"))
    if decision == Decision.LOCKED:
        lock_moves(
            plan=fresh, lines=list(lines.select_related("client", "before")), actor=actor, reason=reason, until=until
        )
    fresh.revision += 1
    count = lines.update(decision=decision, decided_by=actor, decided_at=timezone.now(), revision=fresh.revision)
    fresh.save(update_fields=["revision"])
    audit.record(
        action="allocation.lines_decided",
        actor=actor,
        branch=fresh.branch,
        target=fresh,
        detail={"decision": decision, "lines": count, "advisor": advisor.pk if advisor else None},
    )
    return fresh


def _refuse_gone(found: int, wanted: int) -> None:
    if found < wanted:
        raise PlanConflict(
            _("%(count)d of these moves are gone: the plan has been solved again. Nothing was changed; look again.")
            % {"count": wanted - found},
            code="gone",
        )


def _refuse_stale(changed: QuerySet[PlanLine]) -> None:
    count = changed.count()
    if not count:
        return
    rows = list(changed.select_related("client", "decided_by", "proposed")[:NAMED])
    first = rows[0].decided_by
    text = (
        _("%(name)s has decided %(count)d of these moves since you opened the page. Nothing was changed; look again.")
        if first
        else _("%(count)d of these moves have another target since the plan was solved again. Look again.")
    )
    raise PlanConflict(
        text % {"name": first.name if first else "", "count": count},
        code="stale",
        conflicts=[ClientConflict(line.client_id, line.client.name, "decided", _who_did_what(line)) for line in rows],
    )


def _who_did_what(line: PlanLine) -> str:
    if line.decided_by is None:
        return line.proposed.name if line.proposed else _("shared pool")
    return f"{line.decided_by.name} · {line.get_decision_display()}"


def _check_right_to_lock(lines: QuerySet[PlanLine], decision: str, actor: Staff) -> None:
    if actor.has_perm("allocation.lock_client"):
        return
    if decision == Decision.LOCKED or lines.filter(decision=Decision.LOCKED).exists():
        raise AllocationError(_("Only the director locks clients and takes locks back."))
