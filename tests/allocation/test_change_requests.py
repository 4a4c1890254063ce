"""Requests for another advisor: asked for without a reason, decided in time, obeyed by every later run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from advisors.models import Advisor, Leave
from allocation.models import Assignment, AssignmentLock, ChangeRequest, ClientRefusal, Plan
from allocation.queries.suggest_successor import suggest, suggest_all
from allocation.services.ask_for_change import ask_for_change
from allocation.services.decide_change import change_advisor, keep_advisor
from allocation.services.errors import AllocationError, PlanConflict
from allocation.services.lock_client import lock_client
from allocation.services.note_overdue_requests import note_overdue_requests
from allocation.services.publish_plan import publish_plan
from allocation.services.refuse_advisor import refuse_advisor
from allocation.services.roll_back_plan import roll_back_plan
from allocation.services.withdraw_change import withdraw_change
from branch_crm.core.models import AuditEntry
from clients.models import Client, ClientStatus, ClientValue
from clients.services.refresh_figures import refresh_figures
from tests.allocation.branch import ScoredBranch, solved_plan

Origin, State = ChangeRequest.Origin, ChangeRequest.State
TUESDAY, FRIDAY = date(2026, 11, 24), date(2026, 11, 27)


@pytest.fixture
def client(ready: ScoredBranch) -> Client:
    """Held by 李文."""
    return Client.objects.filter(advisor=ready.cast.advisor_profile).order_by("pk")[3]


@pytest.fixture
def ask(ready: ScoredBranch, client: Client) -> Callable[..., ChangeRequest]:
    def asked(origin: str = Origin.COUNTER, **said: Any) -> ChangeRequest:
        actor = ready.cast.advisor if origin == Origin.ADVISOR else ready.cast.counter
        return ask_for_change(client=client, actor=actor, origin=origin, **said).change

    return asked


def decide(ready: ScoredBranch, change: ChangeRequest, successor: Advisor | None, **seen: Any) -> ChangeRequest:
    holder = seen.pop("seen_holder", Client.objects.get(pk=change.client_id).advisor_id)
    done = change_advisor(change=change, actor=ready.cast.director, successor=successor, seen_holder=holder, **seen)
    return done.change


def refused(client: Client) -> set[int]:
    return set(
        ClientRefusal.objects.filter(client=client, withdrawn_at__isnull=True).values_list("advisor_id", flat=True)
    )


class TestAsking:
    def test_no_reason_is_needed_and_the_refusal_stands_at_once(self, ready: ScoredBranch, ask: Any) -> None:
        change = ask(today=TUESDAY)
        assert (change.state, change.present, change.reason) == (State.OPEN, ready.cast.advisor_profile, "")
        assert change.due_on == FRIDAY
        assert refused(change.client) == {ready.cast.advisor_profile.pk}
        assert AuditEntry.objects.get(action="allocation.change_asked").detail["due"] == "2026-11-27"

    def test_days_are_trading_days(self, ask: Any) -> None:
        assert ask(today=date(2026, 11, 26)).due_on == date(2026, 12, 1)

    def test_an_advisors_own_wish_is_no_refusal_by_the_client(self, ask: Any, client: Client) -> None:
        assert ask(Origin.ADVISOR).refusal is None
        assert refused(client) == set()

    def test_asking_twice_is_one_request(self, ready: ScoredBranch, client: Client, ask: Any) -> None:
        first = ask()
        again = ask_for_change(
            client=client, actor=ready.cast.director, origin=Origin.CLIENT, wished=ready.advisors[2], reason="远"
        )
        assert (again.change.pk, again.created) == (first.pk, False)
        stored = ChangeRequest.objects.get()
        assert (stored.wished, stored.reason, stored.origin) == (ready.advisors[2], "远", Origin.COUNTER)

    def test_the_clients_word_counts_more_than_the_advisors(
        self, ready: ScoredBranch, client: Client, ask: Any
    ) -> None:
        ask(Origin.ADVISOR)
        change = ask(Origin.COUNTER)
        assert change.origin == Origin.COUNTER
        assert refused(client) == {ready.cast.advisor_profile.pk}
        ask(Origin.ADVISOR)
        assert ChangeRequest.objects.get().origin == Origin.COUNTER

    def test_who_is_in_the_pool_may_ask_too(self, ready: ScoredBranch) -> None:
        nobodys = Client.objects.filter(branch=ready.branch, advisor=None).first()
        change = ask_for_change(client=nobodys, actor=ready.cast.counter, origin=Origin.COUNTER).change
        assert (change.present, change.refusal) == (None, None)

    def test_closing_clients_may_ask_and_closed_ones_may_not(self, client: Client, ask: Any) -> None:
        Client.objects.filter(pk=client.pk).update(status=ClientStatus.CLOSED)
        with pytest.raises(AllocationError):
            ask()
        Client.objects.filter(pk=client.pk).update(status=ClientStatus.CLOSING)
        assert ask().state == State.OPEN

    @pytest.mark.parametrize("who", ["present", "stranger", "away", "refused"])
    def test_a_wish_that_cannot_be_meant_is_explained_at_the_field(
        self, ready: ScoredBranch, client: Client, ask: Any, who: str
    ) -> None:
        people = {"present": 0, "away": 2, "refused": 3}
        wished = ready.cast.stranger_profile if who == "stranger" else ready.advisors[people[who]]
        if who == "away":
            Leave.objects.create(advisor=wished, starts=TUESDAY, ends=TUESDAY)
        if who == "refused":
            refuse_advisor(client=client, advisor=wished, actor=ready.cast.counter)
        with pytest.raises(AllocationError) as refusal:
            ask(wished=wished, today=TUESDAY)
        assert refusal.value.field == "wished"
        assert not ChangeRequest.objects.exists()


class TestWithdrawing:
    def test_the_refusal_goes_with_the_request(self, ready: ScoredBranch, client: Client, ask: Any) -> None:
        change = ask()
        for _twice in range(2):
            assert withdraw_change(change=change, actor=ready.cast.counter).state == State.WITHDRAWN
        assert refused(client) == set()
        assert AuditEntry.objects.filter(action="allocation.change_withdrawn").count() == 1
        assert ask().pk != change.pk

    def test_a_refusal_noted_before_stays(self, ready: ScoredBranch, client: Client, ask: Any) -> None:
        refuse_advisor(client=client, advisor=ready.cast.advisor_profile, actor=ready.cast.counter)
        withdraw_change(change=ask(), actor=ready.cast.counter)
        assert refused(client) == {ready.cast.advisor_profile.pk}

    def test_not_after_the_decision(self, ready: ScoredBranch, ask: Any) -> None:
        change = ask()
        decide(ready, change, ready.advisors[1])
        with pytest.raises(PlanConflict, match=ready.cast.director.name):
            withdraw_change(change=change, actor=ready.cast.counter)


class TestChanging:
    def test_books_history_and_record_change_together(self, ready: ScoredBranch, client: Client, ask: Any) -> None:
        today = timezone.localdate()
        change = decide(ready, ask(), ready.advisors[1], note="电话确认")
        client.refresh_from_db()
        assert client.advisor == ready.advisors[1]
        assert (change.state, change.successor, change.decided_by) == (
            State.CHANGED, ready.advisors[1], ready.cast.director,
        )  # fmt: skip
        new, old = Assignment.objects.filter(client=client).order_by("-pk")
        assert (new.starts, new.reason, new.request, new.decided_by) == (
            today, Assignment.Reason.REQUEST, change, ready.cast.director,
        )  # fmt: skip
        assert (old.ends, old.end_reason) == (today, Assignment.Reason.REQUEST)
        assert AuditEntry.objects.get(action="allocation.change_decided").detail["after"] == ready.advisors[1].pk

    @pytest.mark.parametrize("origin", [Origin.CLIENT, Origin.ADVISOR])
    def test_no_later_run_gives_the_client_back(
        self, ready: ScoredBranch, client: Client, ask: Any, origin: str
    ) -> None:
        decide(ready, ask(origin), ready.advisors[1])
        former = ready.cast.advisor_profile
        assert refused(client) == {former.pk}
        for hours in ({}, {advisor.pk: 0.01 for advisor in ready.advisors[1:]}):
            plan = solved_plan(ready, hours=hours)
            line = plan.lines.filter(client=client).first()
            assert line is None or line.proposed_id != former.pk

    def test_the_next_run_obeys_before_anything_is_decided(self, ready: ScoredBranch, client: Client, ask: Any) -> None:
        ask()
        line = solved_plan(ready).lines.get(client=client)
        assert (line.before, line.reason) == (ready.cast.advisor_profile, "refusal")

    def test_the_same_click_twice_moves_once(self, ready: ScoredBranch, client: Client, ask: Any) -> None:
        change = ask()
        decide(ready, change, ready.advisors[1])
        decide(ready, change, ready.advisors[1], seen_holder=client.advisor_id)
        assert Assignment.objects.filter(client=client).count() == 2

    def test_the_second_decider_is_told_who_was_faster(self, ready: ScoredBranch, client: Client, ask: Any) -> None:
        change = ask()
        decide(ready, change, ready.advisors[1])
        with pytest.raises(PlanConflict, match=ready.cast.director.name):
            change_advisor(
                change=change, actor=ready.cast.manager, successor=ready.advisors[2], seen_holder=client.advisor_id
            )
        with pytest.raises(PlanConflict):
            keep_advisor(change=change, actor=ready.cast.manager, seen_holder=client.advisor_id, note="电话")
        client.refresh_from_db()
        assert client.advisor == ready.advisors[1]

    def test_a_decision_on_a_stale_page_changes_nothing(self, ready: ScoredBranch, client: Client, ask: Any) -> None:
        with pytest.raises(PlanConflict) as conflict:
            decide(ready, ask(), ready.advisors[1], seen_holder=ready.advisors[2].pk)
        assert conflict.value.code == "moved"
        assert ChangeRequest.objects.get().state == State.OPEN

    @pytest.mark.parametrize("who", ["leaving", "away", "left", "stranger"])
    def test_hard_rules_bind_a_hand_too(self, ready: ScoredBranch, ask: Any, who: str) -> None:
        change, successor = ask(), ready.advisors[2]
        if who == "leaving":
            successor = ready.cast.advisor_profile
        if who == "stranger":
            successor = ready.cast.stranger_profile
        if who == "away":
            Leave.objects.create(advisor=successor, starts=timezone.localdate(), ends=timezone.localdate())
        if who == "left":
            successor.left = timezone.localdate()
            successor.save()
        with pytest.raises(AllocationError) as refusal:
            decide(ready, change, successor)
        assert refusal.value.field == "successor"

    def test_the_pool_only_where_the_policy_allows_it(self, ready: ScoredBranch, client: Client, ask: Any) -> None:
        values = ClientValue.objects.filter(client=client)
        values.update(tier=5, is_core=True)
        change = ask()
        with pytest.raises(AllocationError):
            decide(ready, change, None)
        values.update(tier=1, is_core=False)
        decide(ready, change, None)
        client.refresh_from_db()
        assert client.advisor is None
        assert not Assignment.objects.filter(client=client, ends__isnull=True).exists()

    def test_a_lock_to_the_former_advisor_is_lifted(self, ready: ScoredBranch, client: Client, ask: Any) -> None:
        lock_client(client=client, actor=ready.cast.director, reason="家人推荐")
        decide(ready, ask(), ready.advisors[1])
        assert not AssignmentLock.objects.filter(withdrawn_at__isnull=True).exists()
        assert AuditEntry.objects.filter(action="allocation.client_unlocked").exists()

    def test_an_open_plan_then_conflicts_and_a_rollback_stops(self, ready: ScoredBranch) -> None:
        published, rival = solved_plan(ready), solved_plan(ready)
        day, director = timezone.localdate(), ready.cast.director
        publish_plan(plan=published, actor=director, effective_on=day, include_pending=True)
        line = published.lines.exclude(proposed=None).exclude(before=None).first()
        change = ask_for_change(client=line.client, actor=ready.cast.counter, origin=Origin.COUNTER).change
        others = [a for a in ready.advisors if a.pk not in (line.proposed_id, line.before_id)]
        decide(ready, change, others[0])
        with pytest.raises(PlanConflict) as conflict:
            publish_plan(plan=rival, actor=director, effective_on=day, include_pending=True)
        assert line.client_id in {each.client_id for each in conflict.value.conflicts}
        with pytest.raises(PlanConflict) as conflict:
            roll_back_plan(plan=published, actor=director)
        assert [each.client_id for each in conflict.value.conflicts] == [line.client_id]
        assert Plan.objects.get(pk=published.pk).state == Plan.State.PUBLISHED

    def test_a_plan_that_was_faster_can_be_left_at_that(self, ready: ScoredBranch, client: Client, ask: Any) -> None:
        change = ask()
        plan = solved_plan(ready)
        publish_plan(plan=plan, actor=ready.cast.director, effective_on=timezone.localdate(), include_pending=True)
        client.refresh_from_db()
        assert client.advisor not in (None, ready.cast.advisor_profile)
        intervals = Assignment.objects.filter(client=client).count()
        assert decide(ready, change, client.advisor).state == State.CHANGED
        assert Assignment.objects.filter(client=client).count() == intervals


class TestKeeping:
    def test_the_client_consents_and_the_refusal_falls(self, ready: ScoredBranch, client: Client, ask: Any) -> None:
        refuse_advisor(client=client, advisor=ready.advisors[2], actor=ready.cast.counter)
        done = keep_advisor(
            change=ask(), actor=ready.cast.director, seen_holder=client.advisor_id, note="11-24 电话，本人同意"
        )
        assert (done.change.state, done.change.successor) == (State.KEPT, None)
        assert refused(client) == {ready.advisors[2].pk}
        client.refresh_from_db()
        assert client.advisor == ready.cast.advisor_profile

    def test_how_it_came_about_must_be_said(self, ready: ScoredBranch, client: Client, ask: Any) -> None:
        with pytest.raises(AllocationError) as refusal:
            keep_advisor(change=ask(), actor=ready.cast.director, seen_holder=client.advisor_id, note="  ")
        assert refusal.value.field == "note"


class TestTime:
    def test_the_night_notes_an_overdue_request_once(self, ready: ScoredBranch, ask: Any) -> None:
        change = ask(today=TUESDAY)
        assert note_overdue_requests(ready.branch, FRIDAY) == {"noted": 0, "overdue": 0}
        assert note_overdue_requests(ready.branch, date(2026, 11, 28)) == {"noted": 1, "overdue": 1}
        assert note_overdue_requests(ready.branch, date(2026, 11, 30)) == {"noted": 0, "overdue": 1}
        line = AuditEntry.objects.get(action="allocation.change_overdue")
        assert (line.target_id, line.actor) == (str(change.pk), None)

    def test_what_is_decided_is_not_overdue(self, ready: ScoredBranch, ask: Any) -> None:
        decide(ready, ask(today=TUESDAY), ready.advisors[1])
        assert note_overdue_requests(ready.branch, date(2026, 12, 31)) == {"noted": 0, "overdue": 0}


class TestSuggestion:
    def test_it_is_the_engines_own_match(self, ready: ScoredBranch, ask: Any, client: Client) -> None:
        change = ask()
        found = suggest(change, on=timezone.localdate())
        line = solved_plan(ready).lines.get(client=client)
        by_id = {found.advisors.ids[each.advisor]: each for each in found.succession.allowed}
        assert by_id[line.proposed_id].fit == pytest.approx(line.fit_after, abs=1e-5)
        assert ready.cast.advisor_profile.pk not in by_id
        assert found.rule_of(ready.cast.advisor_profile.pk) == "refusal"

    def test_books_agree_with_a_plans_balance(self, ready: ScoredBranch, ask: Any) -> None:
        refresh_figures(branch=ready.branch)
        found = suggest(ask(), on=timezone.localdate())
        balance = {row["advisor"]: row["before"] for row in solved_plan(ready).balance}
        for each in found.succession.allowed:
            before = balance[found.advisors.ids[each.advisor]]
            assert each.load - found.succession.load == pytest.approx(before["load"], abs=1e-3)
            assert each.value - found.succession.weight == pytest.approx(before["value"], abs=1e-3)

    def test_the_number_of_queries_does_not_grow(self, ready: ScoredBranch) -> None:
        changes = [
            ask_for_change(client=each, actor=ready.cast.counter, origin=Origin.COUNTER).change
            for each in ready.clients[:20]
        ]
        suggest_all(changes[:1], on=timezone.localdate())  # sums the books once, for everybody after
        counts = set()
        for some in (changes[:2], changes):
            with CaptureQueriesContext(connection) as queries:
                assert len(suggest_all(some, on=timezone.localdate())) == len(some)
            counts.add(len(queries))
        assert len(counts) == 1 and counts.pop() <= 12
