"""Who is drawn, who asks, what is answered, who reads it over; and what is refused on the way."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from branch_crm.core.models import AuditEntry
from clients.models import Client, ClientStatus
from servicelog.models import FollowUp, FollowUpPlan
from servicelog.services.assign_follow_ups import assign_follow_ups, hand_over_follow_up
from servicelog.services.draw_follow_ups import draw_follow_ups, preview_draw
from servicelog.services.errors import PolicyConflict, ServiceLogError
from servicelog.services.record_follow_up import record_attempt, record_follow_up
from servicelog.services.review_follow_up import review_follow_up
from tests.servicelog.branch import client_of
from tests.servicelog.follow_ups import book, follow_up, second_counter, talk

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def refused(**wanted):
    return pytest.raises(ServiceLogError, **wanted)


# --- the sample -------------------------------------------------------------------------------------------------------


def test_the_sample_is_what_the_preview_showed_and_is_drawn_once(cast):
    book(cast, 40)
    book(cast, 5, status=ClientStatus.SLEEPING)
    book(cast, 5, opened_on=TODAY())
    seen = preview_draw(branch=cast.home, seed=7, today=TODAY())
    assert (seen.base, seen.wanted, len(seen.draw.chosen)) == (40, 4, 4)
    plan = draw_follow_ups(branch=cast.home, seed=7, actor=cast.compliance, today=TODAY(), seen=seen.mark)
    assert draw_follow_ups(branch=cast.home, seed=7, actor=cast.compliance, today=TODAY()) == plan
    drawn = FollowUp.objects.filter(plan=plan)
    assert {one.client_id for one in drawn} == set(seen.draw.chosen)
    assert {one.executor for one in drawn} == {cast.counter}
    assert all(TODAY() <= one.due_on <= seen.last_due for one in drawn)
    assert sum(taken for _eligible, taken in plan.strata.values()) == plan.drawn == 4
    assert AuditEntry.objects.get(action="servicelog.follow_ups_drawn").detail["seed"] == 7


def test_a_complete_sample_is_not_drawn_again_but_given_up_ones_are_replaced(cast):
    book(cast, 30)
    first = draw_follow_ups(branch=cast.home, seed=1, actor=cast.compliance, today=TODAY())
    with refused():
        draw_follow_ups(branch=cast.home, seed=2, actor=cast.compliance, today=TODAY())
    FollowUp.objects.filter(pk=first.follow_ups.first().pk).update(state=FollowUp.State.GIVEN_UP)
    second = draw_follow_ups(branch=cast.home, seed=2, actor=cast.compliance, today=TODAY())
    clients = FollowUp.objects.filter(plan__in=(first, second)).values_list("client", flat=True)
    assert (second.drawn, len(set(clients))) == (1, 4)


def test_clients_who_changed_since_the_preview_ask_for_another_look(cast):
    book(cast, 30)
    seen = preview_draw(branch=cast.home, seed=1, today=TODAY())
    Client.objects.filter(pk=seen.draw.chosen[0]).update(status=ClientStatus.CLOSED)
    with pytest.raises(PolicyConflict):
        draw_follow_ups(branch=cast.home, seed=1, actor=cast.compliance, today=TODAY(), seen=seen.mark)
    assert not FollowUpPlan.objects.exists()


# --- who asks ---------------------------------------------------------------------------------------------------------


def test_it_is_shared_out_evenly(cast):
    other = second_counter(cast)
    book(cast, 100)
    draw_follow_ups(branch=cast.home, seed=3, actor=cast.compliance, today=TODAY())
    counts = {person: FollowUp.objects.filter(executor=person).count() for person in (cast.counter, other)}
    assert counts == {cast.counter: 5, other: 5}
    assert assign_follow_ups(branch=cast.home, today=TODAY()) == {"assigned": 0, "nobody": 0}


@pytest.mark.parametrize("tie", ["holds", "held", "opened", "serves by the counter system"])
def test_nobody_asks_a_client_of_their_own(cast, tie):
    other = second_counter(cast)
    profile = cast.colleague_profile
    profile.account = other
    profile.save()
    client = client_of(cast, advisor=profile if tie in ("holds", "held") else None)
    if tie == "held":
        Client.objects.filter(pk=client.pk).update(advisor=cast.advisor_profile)
    if tie == "opened":
        Client.objects.filter(pk=client.pk).update(counter_developer_no="C002")
    if tie == "serves by the counter system":
        Client.objects.filter(pk=client.pk).update(counter_service_no="A002")
    asked = follow_up(cast, client)
    assert asked.executor == cast.counter
    with refused() as error:
        hand_over_follow_up(follow_up=asked, executor=other, actor=cast.compliance, today=TODAY())
    assert "何静" in error.value.message


def test_who_served_long_ago_may_ask(cast):
    other = second_counter(cast)
    cast.colleague_profile.account = other
    cast.colleague_profile.save()
    client = client_of(cast, advisor=cast.colleague_profile)
    Client.objects.filter(pk=client.pk).update(advisor=cast.advisor_profile)
    asked = follow_up(cast, client)
    in_two_years = TODAY() + timedelta(days=730)
    assert (
        hand_over_follow_up(follow_up=asked, executor=other, actor=cast.compliance, today=in_two_years).executor
        == other
    )


def test_who_leaves_or_takes_the_client_over_loses_it_and_it_waits_where_nobody_may(cast):
    asked = follow_up(cast, client_of(cast))
    cast.counter.is_active = False
    cast.counter.save()
    assert assign_follow_ups(branch=cast.home, today=TODAY())["nobody"] == 1
    asked.refresh_from_db()
    assert asked.executor is None
    other = second_counter(cast)
    assert assign_follow_ups(branch=cast.home, today=TODAY())["assigned"] == 1
    asked.refresh_from_db()
    assert asked.executor == other


def test_an_advisor_is_never_among_those_who_ask(cast):
    asked = follow_up(cast, client_of(cast, advisor=None))
    with refused() as error:
        hand_over_follow_up(follow_up=asked, executor=cast.colleague, actor=cast.compliance, today=TODAY())
    assert error.value.field == "executor"


# --- asking -----------------------------------------------------------------------------------------------------------


def record(cast, asked, actor=None, **fields):
    return record_follow_up(follow_up=asked, actor=actor or cast.counter, talk=talk(cast, **fields), today=TODAY())


def test_answers_are_kept_with_the_version_that_was_asked_and_sent_twice_are_one(cast):
    asked = follow_up(cast, client_of(cast))
    done = record(cast, asked)
    assert record(cast, asked).pk == done.pk
    assert (done.state, done.attempts, done.recording) == (FollowUp.State.ASKED, 1, "REC-1")
    assert done.answers["traded"] == {"answer": "no", "note": ""}
    assert AuditEntry.objects.filter(action="servicelog.follow_up_asked").count() == 1
    assert not AuditEntry.objects.filter(action="servicelog.follow_up_alarm").exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"form": "fax"}, "form"),
        ({"recording": ""}, "recording"),
        ({"answers": {}}, "answer.identity"),
        ({"traded": "yes", "notes": {}}, "note.traded"),
        ({"mandate": "unsure", "notes": {"mandate": "记" * 301}}, "note.mandate"),
    ],
)
def test_a_gap_is_refused_at_its_field(cast, change, field):
    asked = follow_up(cast, client_of(cast))
    with refused() as error:
        record(cast, asked, **change)
    assert error.value.field == field
    asked.refresh_from_db()
    assert asked.state == FollowUp.State.OPEN


def test_nobody_but_the_executor_writes_and_not_after_taking_the_client_over(cast):
    client = client_of(cast)
    asked = follow_up(cast, client)
    with refused():
        record(cast, asked, actor=cast.compliance)
    Client.objects.filter(pk=client.pk).update(counter_service_no="C001")
    with refused() as error:
        record(cast, asked)
    assert "孙丽" in error.value.message


def test_questions_that_changed_meanwhile_are_asked_anew(cast):
    asked = follow_up(cast, client_of(cast))
    with pytest.raises(PolicyConflict):
        record(cast, asked, policy=0)


def test_a_client_is_given_up_only_after_the_attempts_of_the_policy(cast):
    asked = follow_up(cast, client_of(cast))
    given = {"follow_up": asked, "actor": cast.counter, "today": TODAY()}
    with refused():
        record_attempt(**given, note=" ")
    with refused() as error:
        record_attempt(**given, note="无人接听", give_up=True)
    assert error.value.field == "give_up"
    record_attempt(**given, note="无人接听")
    record_attempt(**given, note="停机")
    gone = record_attempt(**given, note="停机，已发短信", give_up=True)
    assert (gone.state, gone.attempts) == (FollowUp.State.GIVEN_UP, 3)
    assert "停机，已发短信" in gone.outcome
    with refused():
        record(cast, asked)


# --- reading over -----------------------------------------------------------------------------------------------------


def test_a_third_person_reads_over_and_what_is_not_in_order_says_why(cast):
    done = record(cast, follow_up(cast, client_of(cast)), traded="yes")
    with refused() as error:
        review_follow_up(follow_up=done, actor=cast.compliance, verdict="passed")
    assert error.value.field == "note"
    with refused():
        review_follow_up(follow_up=done, actor=cast.counter, verdict="passed", note="无异常")
    trouble = review_follow_up(
        follow_up=done, actor=cast.compliance, verdict="problem", note="已约谈客户经理，待核查录音"
    )
    assert (trouble.state, trouble.reviewer) == (FollowUp.State.PROBLEM, cast.compliance)
    cleared = review_follow_up(follow_up=done, actor=cast.manager, verdict="passed", note="经核查系客户口误")
    assert (cleared.state, cleared.reviewer) == (FollowUp.State.PASSED, cast.manager)
    with refused():
        review_follow_up(follow_up=done, actor=cast.compliance, verdict="again", note="重问")


def test_it_can_be_sent_back_to_be_asked_again(cast):
    done = record(cast, follow_up(cast, client_of(cast)))
    again = review_follow_up(follow_up=done, actor=cast.compliance, verdict="again", note="录音缺第四问")
    assert (again.state, again.reviewer, again.asked_at) == (FollowUp.State.OPEN, None, None)
    assert record(cast, again).attempts == 2


def test_the_database_refuses_one_person_in_both_parts(cast):
    done = record(cast, follow_up(cast, client_of(cast)))
    with pytest.raises(IntegrityError), transaction.atomic():
        FollowUp.objects.filter(pk=done.pk).update(reviewer=cast.counter)


# --- who sees it ------------------------------------------------------------------------------------------------------


def test_the_clients_own_advisor_sees_nothing_whatever_else_he_is(cast):
    asked = follow_up(cast, client_of(cast))
    seen = {
        name: FollowUp.objects.visible_to(person).filter(pk=asked.pk).exists() for name, person in cast.staff.items()
    }
    assert {name for name, sees in seen.items() if sees} == {
        "director",
        "assistant",
        "counter",
        "manager",
        "compliance",
    }
    other = second_counter(cast)
    assert not FollowUp.objects.visible_to(other).exists()
    cast.advisor_profile.account = cast.director
    cast.advisor_profile.save()
    assert not FollowUp.objects.visible_to(cast.director).exists()
