"""Long leave: colleagues stand in, and on the first day back everything is as it was, unless somebody decided otherwise."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from advisors.models import Advisor, Leave
from allocation.models import Assignment, Cover, LeaverCase, Plan
from allocation.services.ask_for_change import ask_for_change
from allocation.services.decide_change import change_advisor
from allocation.services.decide_lines import decide_lines
from allocation.services.errors import AllocationError
from allocation.services.give_back_covers import change_return
from allocation.services.leavers_of_night import give_back_due, open_cases_of_gone
from allocation.services.open_leaver_case import open_leaver_case
from allocation.services.publish_plan import publish_plan
from allocation.services.split_book import split_book
from branch_crm.core.models import Staff
from clients.models import Client
from tests.allocation.branch import ScoredBranch

State = LeaverCase.State
ONE_DAY = timedelta(days=1)


def today() -> date:
    return timezone.localdate()


def absence(ready: ScoredBranch, *, person: int = 0, days: int = 30) -> LeaverCase:
    """Away from today on, back in `days` days."""
    return open_leaver_case(
        advisor=ready.advisors[person],
        kind=LeaverCase.Kind.LONG_LEAVE,
        last_day=today() - ONE_DAY,
        returns_on=today() + timedelta(days=days),
        actor=ready.cast.director,
    )


def covered(ready: ScoredBranch, case: LeaverCase, stand_in: Advisor) -> Plan:
    """The whole book goes to one stand-in today."""
    plan = split_book(case=case, actor=ready.cast.director, by_hand=True)
    lines = list(plan.lines.values_list("pk", flat=True))
    decide_lines(
        plan=plan, line_ids=lines, decision="redirected", actor=ready.cast.director, seen_revision=0, advisor=stand_in
    )
    publish_plan(plan=plan, actor=ready.cast.director, effective_on=today())
    return plan


@pytest.fixture
def owner(ready: ScoredBranch) -> Advisor:
    return ready.cast.advisor_profile


def test_the_absence_stands_in_the_advisors_leave_so_that_no_run_offers_the_person(
    ready: ScoredBranch, owner: Advisor
) -> None:
    absence(ready)
    leave = Leave.objects.get(advisor=owner)
    assert (leave.starts, leave.ends) == (today(), today() + timedelta(days=29))
    assert owner not in Advisor.objects.serving(today())
    assert owner in Advisor.objects.serving(today() + timedelta(days=30))


def test_a_leave_that_stands_in_the_way_is_told_at_the_field(ready: ScoredBranch, owner: Advisor) -> None:
    Leave.objects.create(advisor=owner, starts=today() + timedelta(days=3), ends=today() + timedelta(days=5))
    with pytest.raises(AllocationError) as refused:
        absence(ready)
    assert refused.value.field == "returns_on"
    assert not LeaverCase.objects.exists()


def test_everybody_comes_back_on_the_day_and_a_second_night_finds_nothing(ready: ScoredBranch, owner: Advisor) -> None:
    book = set(owner.clients.values_list("pk", flat=True))
    case = absence(ready)
    covered(ready, case, ready.advisors[2])
    assert not owner.clients.exists()
    assert Cover.objects.filter(case=case, state=Cover.State.RUNNING).count() == len(book)
    assert give_back_due(ready.branch, case.returns_on - ONE_DAY) == 0
    assert give_back_due(ready.branch, case.returns_on) == len(book)
    assert set(owner.clients.values_list("pk", flat=True)) == book
    reasons = Assignment.objects.filter(client__in=book, ends__isnull=True).values_list("reason", "case")
    assert set(reasons) == {(Assignment.Reason.RETURN, case.pk)}
    assert LeaverCase.objects.get().state == State.RETURNED
    assert Staff.objects.get(pk=ready.cast.advisor.pk).narrowed_on is None
    assert give_back_due(ready.branch, case.returns_on) == 0


def test_whom_a_request_moved_meanwhile_stays_there(ready: ScoredBranch, owner: Advisor) -> None:
    case = absence(ready)
    covered(ready, case, ready.advisors[2])
    client = Client.objects.filter(covers__case=case).first()
    change = ask_for_change(client=client, actor=ready.cast.counter, origin="counter").change
    change_advisor(
        change=change, actor=ready.cast.director, successor=ready.advisors[1], seen_holder=ready.advisors[2].pk
    )
    give_back_due(ready.branch, case.returns_on)
    assert Client.objects.get(pk=client.pk).advisor == ready.advisors[1]
    assert Cover.objects.get(client=client).state == Cover.State.OVERTAKEN


def test_an_earlier_return_is_today_and_a_later_one_moves_leave_and_covers(ready: ScoredBranch, owner: Advisor) -> None:
    book = owner.clients.count()
    case = absence(ready)
    covered(ready, case, ready.advisors[2])
    later = today() + timedelta(days=60)
    change_return(case=case, returns_on=later, actor=ready.cast.assistant)
    assert Leave.objects.get(advisor=owner).ends == later - ONE_DAY
    assert set(Cover.objects.values_list("until", flat=True)) == {later}
    done = change_return(case=case, returns_on=today(), actor=ready.cast.assistant)
    assert done.state == State.RETURNED
    assert owner.clients.count() == book
    assert not Leave.objects.filter(advisor=owner).exists()


def test_who_may_not_serve_on_the_day_of_return_does_not_get_the_book_back(ready: ScoredBranch, owner: Advisor) -> None:
    case = absence(ready)
    covered(ready, case, ready.advisors[2])
    Leave.objects.create(advisor=owner, starts=case.returns_on, ends=case.returns_on)
    assert give_back_due(ready.branch, case.returns_on) == 0
    assert LeaverCase.objects.get().state == State.OPEN
    assert give_back_due(ready.branch, case.returns_on + ONE_DAY) > 0


def test_a_stand_in_who_goes_passes_the_cover_on_and_the_owner_still_comes_back(
    ready: ScoredBranch, owner: Advisor
) -> None:
    book = set(owner.clients.values_list("pk", flat=True))
    case = absence(ready)
    covered(ready, case, ready.advisors[2])
    second = open_leaver_case(
        advisor=ready.advisors[2], kind=LeaverCase.Kind.RESIGNATION, last_day=today(), actor=ready.cast.director
    )
    covered(ready, second, ready.advisors[3])
    running = Cover.objects.filter(state=Cover.State.RUNNING)
    assert set(running.values_list("stand_in", "case")) == {(ready.advisors[3].pk, case.pk)}
    assert running.count() == len(book)
    give_back_due(ready.branch, case.returns_on)
    assert set(owner.clients.values_list("pk", flat=True)) == book


def test_the_counters_word_that_somebody_left_opens_the_case_by_night(ready: ScoredBranch, owner: Advisor) -> None:
    Advisor.objects.filter(pk=owner.pk).update(left=today())
    assert len(open_cases_of_gone(ready.branch, today())) == 1
    case = LeaverCase.objects.get()
    assert (case.advisor, case.opened_by, case.last_day) == (owner, None, today() - ONE_DAY)
    assert Staff.objects.get(pk=ready.cast.advisor.pk).is_shut
    assert open_cases_of_gone(ready.branch, today()) == []
