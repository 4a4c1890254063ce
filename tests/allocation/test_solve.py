"""A run from its asking to its lines: constant queries, safe to run again, alike every time."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from allocation.domain.fit.policy import read_rules
from allocation.models import AssignmentLock, Plan
from allocation.queries.explain import card_of_client, card_of_line
from allocation.queries.snapshot import load_branch
from allocation.services.adopt_counter_holders import adopt_counter_holders
from allocation.services.decide_lines import decide_lines
from allocation.services.discard_plan import discard_plan
from allocation.services.errors import AllocationError
from allocation.services.lock_client import lock_client
from allocation.services.solve_plan import load_case, solve_plan
from allocation.services.start_run import start_run
from branch_crm.core.jobs import runner
from branch_crm.core.models import AuditEntry, JobRun
from clients.models import Client, ClientProfile, ScoringRun
from tests.allocation.branch import ScoredBranch, adopted, scored_branch, solved_plan
from tests.cast import Cast, profile

TODAY = timezone.localdate()


def snapshot_queries(ready: ScoredBranch) -> int:
    run = ScoringRun.objects.get(branch=ready.branch)
    with CaptureQueriesContext(connection) as queries:
        load_branch(ready.branch, on=TODAY, scoring_run=run, behaviour_run=None)
    return len(queries)


def test_the_snapshot_costs_the_same_queries_at_any_size(cast: Cast) -> None:
    ready = adopted(cast, clients=10, advisors=3)
    few = snapshot_queries(ready)
    Client.objects.bulk_create(Client(branch=cast.home, client_no=f"x{at}", name="x") for at in range(300))
    for at in range(20):
        profile(cast.home, f"X{at:02d}", f"顾问{at}")
    assert snapshot_queries(ready) == few <= 12


def test_the_snapshot_reads_what_the_counter_and_the_profile_say(ready: ScoredBranch) -> None:
    client = Client.objects.exclude(advisor=None).first()
    Client.objects.filter(pk=client.pk).update(birth_date=date(1956, 11, 24), has_options=True, risk_level="C1")
    ClientProfile.objects.create(branch=ready.branch, client=client, wished_skills=["patience"])
    run = ScoringRun.objects.get(branch=ready.branch)
    found = load_branch(ready.branch, on=date(2026, 11, 24), scoring_run=run, behaviour_run=None)
    row = found.clients.row(int(np.flatnonzero(found.clients.ids == client.pk)[0]))
    assert row["age"] == pytest.approx(70, abs=0.01)
    assert row["leverage"] and row["cautious"] and row["wishes"] == ["patience"]
    assert found.advisors.ids[row["holder"]] == client.advisor_id
    assert row["tenure"] == pytest.approx((date(2026, 11, 24) - date(2026, 3, 2)).days / 365.25, abs=0.01)


def test_asking_writes_plan_job_and_audit_and_the_job_solves_it(ready: ScoredBranch) -> None:
    plan = start_run(
        branch=ready.branch, actor=ready.cast.assistant, title=" ", scope={"kind": "branch"}, options={"fairness": None}
    )
    assert plan.number == 1 and plan.state == Plan.State.SOLVING and TODAY.isoformat() in plan.title
    assert AuditEntry.objects.filter(action="allocation.run_started", target_id=str(plan.pk)).exists()
    assert plan.job is not None
    job = runner.run(plan.job.pk)
    assert job is not None and job.state == JobRun.State.SUCCEEDED
    plan.refresh_from_db()
    assert plan.state == Plan.State.PROPOSED and job.result["moves"] == plan.lines.count()


def test_a_second_run_of_the_job_starts_over_and_ends_alike(ready: ScoredBranch) -> None:
    plan = solved_plan(ready)
    first = list(plan.lines.order_by("client_id").values_list("client_id", "proposed_id", "gain", "reason"))
    Plan.objects.filter(pk=plan.pk).update(state=Plan.State.SOLVING)
    solve_plan(plan_id=plan.pk)
    assert list(plan.lines.order_by("client_id").values_list("client_id", "proposed_id", "gain", "reason")) == first
    # A finished plan is left alone.
    decide_lines(
        plan=plan, line_ids=[plan.lines.first().pk], decision="accepted", actor=ready.cast.director, seen_revision=0
    )
    solve_plan(plan_id=plan.pk)
    assert plan.lines.filter(decision="accepted").count() == 1


def test_a_plan_put_aside_while_it_is_solved_stays_aside(ready: ScoredBranch) -> None:
    plan = start_run(branch=ready.branch, actor=ready.cast.director, title="x", scope={"kind": "branch"})
    discard_plan(plan=plan, actor=ready.cast.director)
    assert solve_plan(plan_id=plan.pk).state == Plan.State.DISCARDED
    assert not plan.lines.exists()


@pytest.mark.parametrize(
    ("scope", "allowed"),
    [
        ({"kind": "unassigned"}, {"advisor": None}),
        ({"kind": "filter", "query": {"tier_from": 3}}, {"values__tier__gte": 3}),
    ],
)
def test_only_the_scope_moves(ready: ScoredBranch, scope: dict[str, Any], allowed: dict[str, Any]) -> None:
    plan = solved_plan(ready, scope=scope)
    moved = set(plan.lines.values_list("client_id", flat=True))
    assert moved and moved <= set(Client.objects.filter(branch=ready.branch, **allowed).values_list("pk", flat=True))


def test_one_advisors_book_is_handed_on(ready: ScoredBranch) -> None:
    leaver = ready.advisors[0]
    plan = solved_plan(ready, scope={"kind": "advisor", "advisor": leaver.pk}, hours={str(leaver.pk): 0})
    book = set(Client.objects.filter(advisor=leaver).values_list("pk", flat=True))
    assert set(plan.lines.values_list("client_id", flat=True)) == book
    assert set(plan.lines.values_list("reason", flat=True)) == {"no_hours"}
    assert not plan.lines.filter(proposed=leaver).exists()


def test_a_lock_keeps_a_client_and_its_end_lets_go(ready: ScoredBranch) -> None:
    line = solved_plan(ready).lines.exclude(before=None).first()
    lock_client(client=line.client, actor=ready.cast.director, reason="family", until=TODAY)
    assert not solved_plan(ready).lines.filter(client=line.client_id).exists()
    AssignmentLock.objects.update(until=date(2026, 1, 1))
    assert solved_plan(ready).lines.filter(client=line.client_id).exists()


def test_an_impossible_run_fails_with_its_reason(ready: ScoredBranch) -> None:
    plan = solved_plan(ready, hours={str(advisor.pk): 4.0 for advisor in ready.advisors})
    assert plan.state == Plan.State.FAILED
    assert plan.outcome["reason"]["code"].startswith("capacity")


def test_a_run_needs_values_and_its_own_advisors(ready: ScoredBranch) -> None:
    stranger = ready.cast.stranger_profile
    with pytest.raises(AllocationError) as refused:
        start_run(
            branch=ready.branch,
            actor=ready.cast.director,
            title="x",
            scope={"kind": "advisor", "advisor": stranger.pk},
        )
    assert refused.value.field == "advisor"
    with pytest.raises(AllocationError):
        start_run(branch=ready.cast.away, actor=ready.cast.stranger, title="x", scope={"kind": "branch"})


def test_the_card_is_the_engines_own(ready: ScoredBranch) -> None:
    """What the card of a stored line says is what the run worked with, and stays so when the client changes."""
    plan = solved_plan(ready)
    case, _notes = load_case(plan)
    for line in plan.lines.exclude(proposed=None)[:10]:
        row = int(np.flatnonzero(case.clients.ids == line.client_id)[0])
        told = card_of_line(plan, line)
        chosen = told["chosen"]["advisor"]
        assert told["ids"][chosen] == line.proposed_id
        assert told["chosen"]["fit"] == pytest.approx(float(case.fit[row, chosen]), abs=1e-6)
        assert told["chosen"]["fit"] == pytest.approx(line.fit_after, abs=1e-6)
        Client.objects.filter(pk=line.client_id).update(birth_date=date(1930, 1, 1), has_margin=True)
        assert card_of_line(plan, line) == told


def test_why_somebody_was_not_moved(ready: ScoredBranch) -> None:
    plan = solved_plan(ready)
    stays = Client.objects.filter(branch=ready.branch).exclude(pk__in=plan.lines.values("client")).first()
    told = card_of_client(plan, stays)
    assert told is not None
    assert told["ids"][told["chosen"]["advisor"]] == stays.advisor_id
    assert told["chosen"]["worth"] >= told["runner_up"]["worth"] - 1e-6


def test_a_redirection_obeys_the_rules_and_can_be_taken_back(ready: ScoredBranch) -> None:
    plan = solved_plan(ready)
    line = plan.lines.exclude(before=None).exclude(proposed=None).first()
    director = ready.cast.director
    fit = line.fit_after
    other = next(a for a in ready.advisors if a.pk not in (line.before_id, line.proposed_id))
    decide = {"plan": plan, "line_ids": [line.pk], "actor": director, "seen_revision": 99}
    decide_lines(**decide, decision="redirected", advisor=other)  # type: ignore[arg-type]
    line.refresh_from_db()
    assert (line.after_id, line.decision) == (other.pk, "redirected") and line.fit_after != fit
    decide_lines(**decide, decision="accepted")  # type: ignore[arg-type]
    line.refresh_from_db()
    assert line.after_id == line.proposed_id and line.fit_after == pytest.approx(fit, abs=1e-6)
    with pytest.raises(AllocationError):
        decide_lines(**decide, decision="redirected", advisor=ready.cast.stranger_profile)  # type: ignore[arg-type]
    core = plan.lines.filter(tier__gte=4).first()
    if core is not None:
        with pytest.raises(AllocationError):
            decide_lines(plan=plan, line_ids=[core.pk], decision="redirected", actor=director, seen_revision=99)


def test_counter_holders_are_taken_over_once(cast: Cast) -> None:
    ready = scored_branch(cast)
    wanted = Client.objects.filter(branch=cast.home).exclude(counter_service_no="").count()
    assert adopt_counter_holders(branch=cast.home, on=date(2026, 3, 2)) == wanted
    assert adopt_counter_holders(branch=cast.home, on=date(2026, 3, 2)) == 0
    # A client who has had an assignment is never taken over again, whatever the counter says later.
    Client.objects.filter(branch=cast.home).update(counter_service_no=ready.advisors[1].staff_no)
    assert adopt_counter_holders(branch=cast.home, on=date(2026, 4, 1)) == ready.branch.clients.count() - wanted


def test_hours_follow_the_policy(ready: ScoredBranch) -> None:
    plan = solved_plan(ready)
    rules = read_rules(plan.policy.rules)
    for line in plan.lines.all():
        assert line.load == rules.hours_of_tier(line.tier)
    for row in plan.balance:
        assert row["after"]["load"] <= row["capacity"] + 1e-6
