"""Somebody goes: the case, the checklist of what needs a home, and the account, from notice to the last signature."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client as Browser
from django.utils import timezone

from advisors.models import Advisor
from allocation.models import Assignment, Handover, LeaverCase, Plan
from allocation.services.cancel_leaver_case import cancel_leaver_case
from allocation.services.close_leaver_case import close_leaver_case
from allocation.services.decide_lines import decide_lines
from allocation.services.errors import AllocationError, PlanConflict
from allocation.services.leavers_of_night import close_due
from allocation.services.lock_client import lock_client
from allocation.services.lock_leaver_account import lock_leaver_account
from allocation.services.open_leaver_case import open_leaver_case
from allocation.services.publish_plan import publish_plan
from allocation.services.roll_back_plan import roll_back_plan
from allocation.services.solve_plan import solve_plan
from allocation.services.split_book import split_book
from branch_crm.core.models import AuditEntry, Staff
from branch_crm.core.services.save_staff import save_staff
from clients.models import Client, ClientStatus
from servicelog.loose_ends import Person, holding, loose_ends
from tests.allocation.branch import ScoredBranch

State = LeaverCase.State


@pytest.fixture
def leaver(ready: ScoredBranch) -> Advisor:
    return ready.cast.advisor_profile


def resignation(ready: ScoredBranch, *, days: int = 7) -> LeaverCase:
    """李文 goes in `days` days."""
    return open_leaver_case(
        advisor=ready.cast.advisor_profile,
        kind=LeaverCase.Kind.RESIGNATION,
        last_day=timezone.localdate() + timedelta(days=days),
        actor=ready.cast.director,
    )


def account(ready: ScoredBranch) -> Staff:
    return Staff.objects.get(pk=ready.cast.advisor.pk)


def published(ready: ScoredBranch, case: LeaverCase, *, by_hand: bool = False) -> Plan:
    plan = split_book(case=case, actor=ready.cast.director, by_hand=by_hand)
    if by_hand:
        lines = list(plan.lines.values_list("pk", flat=True))
        decide_lines(
            plan=plan,
            line_ids=lines,
            decision="redirected",
            actor=ready.cast.director,
            seen_revision=0,
            advisor=ready.advisors[2],
        )
    else:
        solve_plan(plan_id=plan.pk)
    publish_plan(plan=plan, actor=ready.cast.director, effective_on=timezone.localdate(), include_pending=not by_hand)
    return Plan.objects.get(pk=plan.pk)


def sign_all(ready: ScoredBranch) -> None:
    """Every taker has read the dossiers."""
    Handover.objects.update(signed_at=timezone.now(), signed_by=ready.cast.colleague)


class TestOpening:
    def test_the_account_is_narrowed_at_once_and_shut_after_the_last_day(self, ready: ScoredBranch) -> None:
        case = resignation(ready)
        assert account(ready).narrowed_on == timezone.localdate()
        assert account(ready).shut_on == case.last_day + timedelta(days=1)
        assert not account(ready).has_perm("clients.reveal")
        assert account(ready).has_perm("clients.view_book")
        assert Client.objects.visible_to(account(ready)).exists()

    def test_after_the_last_day_the_account_sees_and_may_do_nothing(self, ready: ScoredBranch) -> None:
        resignation(ready, days=-1)
        assert not Client.objects.visible_to(account(ready)).exists()
        assert not account(ready).has_perm("clients.view_book")

    def test_no_run_of_a_later_day_offers_the_person(self, ready: ScoredBranch, leaver: Advisor) -> None:
        case = resignation(ready)
        assert leaver in Advisor.objects.serving(case.last_day)
        assert leaver not in Advisor.objects.serving(case.last_day + timedelta(days=1))

    def test_the_same_again_is_one_case_and_another_one_is_refused(self, ready: ScoredBranch) -> None:
        assert resignation(ready).pk == resignation(ready).pk
        with pytest.raises(AllocationError):
            resignation(ready, days=9)

    @pytest.mark.parametrize(
        ("kind", "back", "field"),
        [("resignation", 20, "returns_on"), ("long_leave", None, "returns_on"), ("long_leave", 8, "returns_on")],
    )
    def test_days_that_cannot_be_meant(self, ready: ScoredBranch, kind: str, back: int | None, field: str) -> None:
        today = timezone.localdate()
        with pytest.raises(AllocationError) as refused:
            open_leaver_case(
                advisor=ready.cast.advisor_profile,
                kind=kind,
                last_day=today + timedelta(days=7),
                returns_on=today + timedelta(days=back) if back else None,
                actor=ready.cast.director,
            )
        assert refused.value.field == field
        assert not LeaverCase.objects.exists()

    def test_calling_off_gives_everything_back(self, ready: ScoredBranch, leaver: Advisor) -> None:
        case = resignation(ready)
        plan = split_book(case=case, actor=ready.cast.director, by_hand=True)
        cancel_leaver_case(case=case, actor=ready.cast.director)
        assert (account(ready).narrowed_on, account(ready).shut_on) == (None, None)
        assert Advisor.objects.get(pk=leaver.pk).left is None
        assert Plan.objects.get(pk=plan.pk).state == Plan.State.DISCARDED


class TestNobodyIsLost:
    def test_an_account_with_clients_cannot_be_deactivated_moved_or_given_another_role(
        self, ready: ScoredBranch
    ) -> None:
        for change in ({"is_active": False}, {"role": "counter"}, {"branch": ready.cast.away}):
            person = account(ready)
            for name, value in change.items():
                setattr(person, name, value)
            with pytest.raises(ValidationError):
                save_staff(account=person, password="", actor=ready.cast.admin)
        assert account(ready).is_active

    def test_an_account_on_which_nothing_hangs_can(self, ready: ScoredBranch) -> None:
        counter = Staff.objects.get(pk=ready.cast.counter.pk)
        counter.is_active = False
        assert not save_staff(account=counter, password="", actor=ready.cast.admin).is_active

    def test_a_late_case_stays_open_and_the_account_active_but_shut(self, ready: ScoredBranch) -> None:
        case = resignation(ready, days=-1)
        assert close_due(ready.branch, timezone.localdate()) == {"closed": [], "late": [case.pk]}
        assert account(ready).is_active
        assert account(ready).is_shut

    def test_locking_at_once_needs_a_reason_and_ends_nothing(self, ready: ScoredBranch) -> None:
        case = resignation(ready)
        with pytest.raises(AllocationError):
            lock_leaver_account(case=case, actor=ready.cast.director, reason=" ")
        lock_leaver_account(case=case, actor=ready.cast.director, reason="深夜批量查看客户电话")
        assert account(ready).is_shut
        assert account(ready).is_active
        assert AuditEntry.objects.filter(action="allocation.leaver_account_locked").count() == 1


class TestSplitting:
    def test_the_engine_gives_every_client_a_home_and_the_night_ends_the_account(
        self, ready: ScoredBranch, leaver: Advisor
    ) -> None:
        case = resignation(ready, days=-1)
        held = leaver.clients.count()
        plan = published(ready, case)
        moved = Assignment.objects.filter(plan=plan, ends__isnull=True)
        assert moved.count() == held
        assert set(moved.values_list("reason", "case")) == {(Assignment.Reason.HANDOVER, case.pk)}
        assert close_due(ready.branch, timezone.localdate()) == {"closed": [], "late": [case.pk]}
        assert not account(ready).is_active
        sign_all(ready)
        assert close_due(ready.branch, timezone.localdate()) == {"closed": [case.pk], "late": []}
        assert LeaverCase.objects.get().state == State.CLOSED

    def test_by_hand_every_client_stands_in_the_plan_until_somebody_names_a_colleague(
        self, ready: ScoredBranch, leaver: Advisor
    ) -> None:
        case = resignation(ready)
        held = leaver.clients.count()
        plan = split_book(case=case, actor=ready.cast.assistant, by_hand=True)
        assert plan.state == Plan.State.PROPOSED
        assert plan.lines.filter(after=leaver).count() == held
        plan = published(ready, case, by_hand=True)
        assert ready.advisors[2].clients.filter(assignments__plan=plan).count() == held
        assert not leaver.clients.exists()

    def test_asking_twice_is_one_plan(self, ready: ScoredBranch) -> None:
        case = resignation(ready)
        first = split_book(case=case, actor=ready.cast.director, by_hand=True)
        assert split_book(case=case, actor=ready.cast.director).pk == first.pk

    def test_a_lock_to_the_leaver_binds_nobody_any_more(self, ready: ScoredBranch, leaver: Advisor) -> None:
        client = leaver.clients.first()
        lock_client(client=client, actor=ready.cast.director, reason="老客户")
        published(ready, resignation(ready))
        assert not client.locks.filter(withdrawn_at__isnull=True).exists()

    def test_who_is_closing_the_account_passes_to_the_pool_at_the_end(
        self, ready: ScoredBranch, leaver: Advisor
    ) -> None:
        Client.objects.filter(pk=leaver.clients.first().pk).update(status=ClientStatus.CLOSING)
        case = resignation(ready, days=-1)
        published(ready, case)
        sign_all(ready)
        assert leaver.clients.count() == 1
        assert close_leaver_case(case=case, actor=ready.cast.director).problem == ""
        assert not leaver.clients.exists()

    def test_nobody_is_sent_back_to_somebody_who_has_gone(self, ready: ScoredBranch) -> None:
        case = resignation(ready, days=-1)
        plan = published(ready, case)
        sign_all(ready)
        close_leaver_case(case=case, actor=ready.cast.director)
        with pytest.raises(PlanConflict) as refused:
            roll_back_plan(plan=plan, actor=ready.cast.director)
        assert refused.value.code == "left"

    def test_the_case_cannot_be_closed_before_the_last_day_is_over(self, ready: ScoredBranch) -> None:
        with pytest.raises(AllocationError):
            close_leaver_case(case=resignation(ready, days=0), actor=ready.cast.director)


def test_the_checklist_names_every_kind_also_where_there_is_nothing(ready: ScoredBranch, leaver: Advisor) -> None:
    groups = loose_ends(Person(leaver, leaver.account))
    found = {group.kind.code: group.count for group in groups}
    assert found["clients"] == leaver.clients.count() > 0
    assert found.keys() >= {
        "clients", "tasks", "promises", "complaints", "requests", "put_forward", "lines", "reviews", "follow_ups",
    }  # fmt: skip
    assert [group.kind.code for group in holding(groups)] == ["clients"]
    assert groups[0].kind.code == "clients"


def test_a_new_run_thinks_away_who_has_said_to_go_for_good(
    ready: ScoredBranch, leaver: Advisor, client: Browser
) -> None:
    client.force_login(ready.cast.director, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/allocation/new/").context["form"].initial["leaving"] == []
    resignation(ready)
    assert client.get("/allocation/new/").context["form"].initial["leaving"] == [leaver.pk]
