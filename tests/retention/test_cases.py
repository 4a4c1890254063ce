"""A case beside the request: who is called, until when, who stands in, and that the client's word ends it at once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.utils import timezone

from advisors.models import Leave
from branch_crm.core.models import AuditEntry, Notification
from branch_crm.core.templatetags.audit_words import ACTIONS
from clients.models import Client
from retention.domain.rules import DEFAULT_RULES
from retention.models import CaseTask, LeavingRequest, RetentionCase, RetentionPolicy
from retention.services.call_parts import call_duty
from retention.services.close_case import close_case, end_by_requests
from retention.services.errors import RetentionError
from retention.services.finish_part import finish_part
from retention.services.open_case import open_case, open_cases_of_new_requests
from retention.services.receive_request import receive_request
from retention.services.take_part import hand_on, take_part
from retention.services.work_on_request import complete_request, decline_talk, withdraw_request
from servicelog.models import Contact
from tests.cast import Cast

#: A Tuesday, in the hours of the branch.
MORNING = datetime(2026, 11, 24, 10, 0, tzinfo=timezone.get_default_timezone())


def at(hours: float) -> datetime:
    return MORNING + timedelta(hours=hours)


@pytest.fixture
def policy(cast: Cast) -> RetentionPolicy:
    """The manager is on duty."""
    rules = {**DEFAULT_RULES, "duty": ["M001"]}
    valid_from = date(2025, 1, 1)
    return RetentionPolicy.objects.create(
        branch=cast.home, version=1, state="published", rules=rules, valid_from=valid_from
    )


@pytest.fixture
def asked(cast: Cast, policy: RetentionPolicy, client_of_home: Client) -> LeavingRequest:
    client_of_home.figures.tier = 5
    client_of_home.figures.save(update_fields=["tier"])
    return receive_request(client=client_of_home, kind="closing", origin="counter", actor=cast.counter).request


@pytest.fixture
def case(asked: LeavingRequest) -> RetentionCase:
    assert open_cases_of_new_requests(now=MORNING) == 1
    return RetentionCase.objects.get()


def part_of(case: RetentionCase, role: str) -> CaseTask:
    return case.tasks.get(role=role)


def test_all_are_called_at_the_same_time(cast: Cast, case: RetentionCase, asked: LeavingRequest) -> None:
    parts = {part.role: part for part in case.tasks.all()}
    assert {role: part.assignee for role, part in parts.items()} == {
        "counter": cast.counter,
        "advisor": cast.advisor,
        "director": None,
    }
    assert {part.called_at for part in parts.values()} == {MORNING}
    assert parts["advisor"].answer_by == MORNING + timedelta(minutes=10)
    assert (case.source, case.request, case.tier) == ("request", asked, 5)
    told = Notification.objects.filter(kind="retention.part_called").values_list("recipient__username", flat=True)
    assert set(told) == {"counter", "advisor", "director"}


def test_a_request_opens_one_case_however_often_it_is_looked_at(cast: Cast, case: RetentionCase) -> None:
    assert open_cases_of_new_requests(now=at(1)) == 0
    close_case(case=case, outcome="stays", actor=cast.advisor, now=timezone.now())
    assert open_cases_of_new_requests(now=at(2)) == 0
    assert RetentionCase.objects.count() == 1


def test_giving_up_a_permission_calls_nobody(cast: Cast, policy: RetentionPolicy, client_of_home: Client) -> None:
    receive_request(client=client_of_home, kind="permission", subject="STAR", origin="counter", actor=cast.counter)
    assert open_cases_of_new_requests(now=MORNING) == 0


def test_without_an_answer_the_one_on_duty_is_called_and_after_him_the_director(
    cast: Cast, case: RetentionCase
) -> None:
    assert call_duty(now=MORNING + timedelta(minutes=9)) == 1, "the counter had five minutes"
    assert call_duty(now=MORNING + timedelta(minutes=9)) == 0, "nobody is called twice"
    assert call_duty(now=MORNING + timedelta(minutes=11)) == 1
    part = part_of(case, "advisor")
    assert (part.assignee, part.called_first) == (cast.manager, cast.advisor)
    told = Notification.objects.filter(kind="retention.part_passed", recipient=cast.manager, params__role="advisor")
    assert told.count() == 1
    call_duty(now=at(1))
    assert part_of(case, "advisor").assignee == cast.director
    for hours in (2, 3, 4):
        call_duty(now=at(hours))
    assert part_of(case, "advisor").assignee == cast.assistant
    assert call_duty(now=at(5)) == 0, "the line has an end"


def test_an_advisor_on_leave_is_not_waited_for(cast: Cast, asked: LeavingRequest) -> None:
    Leave.objects.create(advisor=cast.advisor_profile, starts=MORNING.date(), ends=MORNING.date())
    open_cases_of_new_requests(now=MORNING)
    part = CaseTask.objects.get(role="advisor")
    assert (part.assignee, part.called_first) == (cast.manager, cast.advisor)


def test_a_taken_part_is_nobody_elses(cast: Cast, case: RetentionCase) -> None:
    part = part_of(case, "advisor")
    with pytest.raises(RetentionError):
        take_part(part=part, actor=cast.counter)
    assert take_part(part=part, actor=cast.advisor).state == "taken"
    assert take_part(part=part, actor=cast.advisor).state == "taken"
    with pytest.raises(RetentionError, match=str(cast.advisor)):
        take_part(part=part, actor=cast.director)
    call_duty(now=at(3))
    assert part_of(case, "advisor").assignee == cast.advisor


def test_a_part_is_handed_on_to_somebody_who_sees_the_client(cast: Cast, case: RetentionCase) -> None:
    part = take_part(part=part_of(case, "advisor"), actor=cast.advisor)
    with pytest.raises(RetentionError):
        hand_on(part=part, to=cast.colleague, actor=cast.advisor)
    handed = hand_on(part=part, to=cast.assistant, actor=cast.advisor, now=at(1))
    assert (handed.state, handed.assignee, handed.called_first) == ("called", cast.assistant, cast.advisor)
    assert handed.answer_by == at(1) + timedelta(minutes=10)


def test_the_talk_stands_in_the_service_log_once(cast: Cast, case: RetentionCase) -> None:
    part = take_part(part=part_of(case, "advisor"), actor=cast.advisor)
    talk = {"channel": "phone", "summary": "客户说佣金偏高，约定明天再谈"}
    missed = finish_part(part=part, actor=cast.advisor, token=uuid4(), reached=False, **talk)
    assert missed.state == "taken"
    token = uuid4()
    done = finish_part(part=part, actor=cast.advisor, token=token, **talk)
    assert finish_part(part=part, actor=cast.advisor, token=token, **talk) == done
    assert (done.state, done.contact.purpose) == ("done", "retention")
    assert Contact.objects.filter(client=case.client).count() == 2


def test_declining_to_talk_ends_everything_at_once(cast: Cast, case: RetentionCase, asked: LeavingRequest) -> None:
    taken = take_part(part=part_of(case, "advisor"), actor=cast.advisor)
    decline_talk(request=asked, actor=cast.counter)
    for deed in (
        lambda: take_part(part=part_of(case, "counter"), actor=cast.counter),
        lambda: finish_part(part=taken, actor=cast.advisor, token=uuid4(), channel="phone", summary="再谈一次"),
        lambda: hand_on(part=taken, to=cast.director, actor=cast.advisor),
    ):
        with pytest.raises(RetentionError, match="谢绝沟通"):
            deed()
    assert call_duty(now=at(5)) == 0
    assert end_by_requests() == 1
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("closed", "declined")
    assert set(case.tasks.values_list("state", flat=True)) == {"stopped"}
    assert open_cases_of_new_requests() == 0
    assert open_case(client=case.client, source="signal", actor=cast.director) is None


def test_a_request_that_is_done_ends_the_case(cast: Cast, case: RetentionCase, asked: LeavingRequest) -> None:
    complete_request(request=asked, actor=cast.counter)
    with pytest.raises(RetentionError):
        take_part(part=part_of(case, "advisor"), actor=cast.advisor)
    assert (end_by_requests(), end_by_requests()) == (1, 0)
    case.refresh_from_db()
    assert case.outcome == "left"


def test_a_withdrawn_request_leaves_the_word_to_whoever_talked(
    cast: Cast, case: RetentionCase, asked: LeavingRequest
) -> None:
    withdraw_request(request=asked, actor=cast.counter)
    assert end_by_requests() == 0
    ended = close_case(case=case, outcome="stays", actor=cast.advisor)
    assert (ended.outcome, ended.check_30) == ("stays", "waiting")
    with pytest.raises(RetentionError):
        close_case(case=case, outcome="left", actor=cast.director)


def test_what_is_noted_in_the_case_is_noted_at_the_request(
    cast: Cast, case: RetentionCase, asked: LeavingRequest
) -> None:
    close_case(case=case, outcome="declined", actor=cast.advisor)
    asked.refresh_from_db()
    assert asked.declined_talk_at is not None


def test_signs_alone_rest_after_a_case(cast: Cast, policy: RetentionPolicy, client_of_home: Client) -> None:
    first = open_case(client=client_of_home, source="signal")
    assert first is not None
    assert {part.role for part in first.tasks.all()} == {"advisor"}
    assert open_case(client=client_of_home, source="signal") == first
    close_case(case=first, outcome="false_alarm", actor=cast.advisor)
    assert open_case(client=client_of_home, source="signal") is None
    assert open_case(client=client_of_home, source="signal", actor=cast.director) is not None


def test_every_line_of_the_audit_has_words(cast: Cast, case: RetentionCase) -> None:
    call_duty(now=at(1))
    part = take_part(part=part_of(case, "advisor"), actor=cast.director)
    hand_on(part=part, to=cast.assistant, actor=cast.director)
    close_case(case=case, outcome="not_reached", actor=cast.director)
    assert set(AuditEntry.objects.values_list("action", flat=True)) <= set(ACTIONS)


def test_the_pages_of_a_case(cast: Cast, case: RetentionCase, client: Browser) -> None:
    client.force_login(cast.advisor)
    assert case.client.name in client.get("/retention/cases/").content.decode()
    page = client.get(f"/retention/cases/{case.pk}/").content.decode()
    assert "data-until" in page or "无人应答" in page
    part = part_of(case, "advisor")
    assert client.post(f"/retention/cases/{case.pk}/parts/{part.pk}/taking/").status_code == 302
    address = f"/retention/cases/{case.pk}/parts/{part.pk}/talk/"
    assert client.post(address, {"channel": "phone", "summary": ""}).status_code == 422
    talk = {"token": str(uuid4()), "channel": "phone", "reached": "on", "summary": "客户愿意留下，先看看新费率"}
    assert client.post(address, talk).status_code == 302
    assert part_of(case, "advisor").state == "done"
    assert client.post(f"/retention/cases/{case.pk}/end/", {"outcome": "never"}).status_code == 422
    assert client.post(f"/retention/cases/{case.pk}/end/", {"outcome": "stays"}).status_code == 302
    assert client.get("/retention/cases/?tab=ended").status_code == 200
    card = client.get(f"/retention/clients/{case.client_id}/case/").content.decode()
    assert f"/retention/cases/{case.pk}/" in card
    client.force_login(cast.colleague)
    assert client.get(f"/retention/cases/{case.pk}/").status_code == 404
