"""A request from the first word to done: what may hold it, what never can, and what is refused with a clear word."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from branch_crm.core.models import AuditEntry, Notification
from branch_crm.core.templatetags.audit_words import ACTIONS
from clients.models import Client, ClientStatus
from retention.models import LeavingRequest, Reason
from retention.services.errors import Blocked, RetentionError
from retention.services.keep_clock import audit_action
from retention.services.receive_request import receive_request
from retention.services.watch_clocks import watch_clocks
from retention.services.work_on_request import (
    clear_block,
    complete_request,
    decline_talk,
    mark_settled,
    note_block,
    note_reason,
    withdraw_request,
)
from retention.templatetags.retention_text import STEPS
from tests.cast import Cast


@pytest.fixture
def request_(cast: Cast, client_of_home: Client) -> LeavingRequest:
    return receive_request(client=client_of_home, kind="closing", origin="counter", actor=cast.counter).request


def test_it_is_done_from_the_first_second(cast: Cast, request_: LeavingRequest) -> None:
    done = complete_request(request=request_, actor=cast.counter)
    assert (done.state, done.finished_by) == ("done", cast.counter)
    assert done.due_at is not None
    assert complete_request(request=request_, actor=cast.director).finished_by == cast.counter


def test_the_clock_starts_with_settlement(cast: Cast, request_: LeavingRequest) -> None:
    assert (request_.state, request_.due_at) == ("received", None)
    settled = mark_settled(request=request_, actor=cast.counter)
    assert settled.state == "ready"
    assert settled.due_at > timezone.now()
    again = mark_settled(request=request_, actor=cast.director, at=timezone.now() - timedelta(days=3))
    assert again.settled_at == settled.settled_at


def test_a_lawful_ground_holds_it_and_is_named(cast: Cast, request_: LeavingRequest) -> None:
    block = note_block(request=request_, ground="holdings", note="先卖出或转托管", actor=cast.counter)
    assert note_block(request=request_, ground="holdings", note="", actor=cast.director) == block
    with pytest.raises(Blocked) as blocked:
        complete_request(request=request_, actor=cast.counter)
    assert blocked.value.grounds == ("holdings",)
    assert "账户尚有证券" in blocked.value.message
    clear_block(block=block, actor=cast.counter)
    assert complete_request(request=request_, actor=cast.counter).state == "done"


@pytest.mark.parametrize("ground", ["retention", "advisor_consent", "other", ""])
def test_no_other_ground_exists(cast: Cast, request_: LeavingRequest, ground: str) -> None:
    with pytest.raises(RetentionError) as error:
        note_block(request=request_, ground=ground, note="", actor=cast.director)
    assert error.value.field == "ground"
    assert not request_.blocks.exists()


def test_the_same_wish_twice_is_one_request(cast: Cast, client_of_home: Client, request_: LeavingRequest) -> None:
    again = receive_request(client=client_of_home, kind="closing", origin="phone", actor=cast.director)
    assert (again.request, again.created) == (request_, False)
    other = receive_request(
        client=client_of_home, kind="permission", subject="STAR", origin="counter", actor=cast.counter
    )
    assert other.created


def test_a_closed_account_and_a_moment_in_the_future_are_refused(cast: Cast, client_of_home: Client) -> None:
    late = timezone.now() + timedelta(hours=1)
    for given, field in (({"applied_at": late}, "applied_at"), ({"settled_at": late}, "settled_at")):
        with pytest.raises(RetentionError) as error:
            receive_request(client=client_of_home, kind="closing", origin="counter", actor=cast.counter, **given)
        assert error.value.field == field
    Client.objects.filter(pk=client_of_home.pk).update(status=ClientStatus.CLOSED)
    with pytest.raises(RetentionError) as error:
        receive_request(client=client_of_home, kind="closing", origin="counter", actor=cast.counter)
    assert error.value.field == "client_no"
    assert not LeavingRequest.objects.exists()


def test_only_the_client_takes_it_back(cast: Cast, request_: LeavingRequest) -> None:
    withdraw_request(request=request_, actor=cast.counter)
    with pytest.raises(RetentionError):
        complete_request(request=request_, actor=cast.counter)
    with pytest.raises(RetentionError):
        note_block(request=request_, ground="cash", note="", actor=cast.counter)


def test_a_no_to_talking_is_kept_with_its_moment(cast: Cast, request_: LeavingRequest) -> None:
    first = decline_talk(request=request_, actor=cast.counter).declined_talk_at
    assert decline_talk(request=request_, actor=cast.director).declined_talk_at == first
    assert [step.step for step in request_.steps.all()].count("declined_talk") == 1


def test_a_reason_may_be_told_and_taken_back_even_when_it_is_done(cast: Cast, request_: LeavingRequest) -> None:
    complete_request(request=request_, actor=cast.counter)
    rate = Reason.objects.get(code="rate")
    note_reason(request=request_, reason=rate, note="朋友那边更低", competitor="某券商", actor=cast.counter)
    told = note_reason(request=request_, reason=None, note="", competitor="", actor=cast.counter)
    assert (told.reason, told.reason_note) == (None, "")
    details = AuditEntry.objects.filter(action="retention.request_reason_noted").values_list("detail", flat=True)
    assert "朋友" not in str(list(details))


def test_warnings_are_given_once_and_the_breach_reaches_compliance(cast: Cast, request_: LeavingRequest) -> None:
    settled = mark_settled(request=request_, actor=cast.counter)
    assert watch_clocks(now=settled.settled_at) == 0
    after: datetime = settled.due_at + timedelta(minutes=1)
    assert watch_clocks(now=after) == 1
    assert watch_clocks(now=after) == 0
    told = set(Notification.objects.filter(kind="retention.deadline_broken").values_list("recipient__role", flat=True))
    assert {"compliance", "manager", "director", "counter"} <= told
    complete_request(request=request_, actor=cast.counter)
    assert watch_clocks(now=after + timedelta(days=1)) == 0


def test_every_step_has_words_on_the_page_and_in_the_audit() -> None:
    assert {audit_action(step) for step in STEPS} <= ACTIONS.keys()
