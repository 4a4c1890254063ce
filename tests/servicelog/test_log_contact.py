"""A contact is logged once, closes what it serves, and is corrected without a trace being lost."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from advisors.models import Licence
from branch_crm.core.models import AuditEntry
from servicelog.models import Complaint, Contact, ContactAmendment, MotTask, Promise, Recommendation
from servicelog.services.amend_contact import amend_contact
from servicelog.services.dispute_count import answer_dispute, raise_dispute
from servicelog.services.errors import ForbiddenWording, ServiceLogError, Unsuitable
from servicelog.services.log_contact import ProductTalk, PromiseDraft
from tests.servicelog.branch import TALK, at_ten, client_of, log, product, task

pytestmark = pytest.mark.django_db


def test_the_same_draft_sent_twice_is_one_contact(cast):
    client, token = client_of(cast), uuid4()
    first = log(cast, client, token)
    again = log(cast, client, token)
    assert (first.created, again.created, again.contact) == (True, False, first.contact)
    assert Contact.objects.count() == 1


def test_a_talk_closes_its_tasks_and_keeps_its_promises(cast):
    client = client_of(cast)
    served, other = task(cast, client), task(cast, client, "birthday")
    earlier = log(cast, client, promises=[PromiseDraft("下周给出调仓建议书", timezone.localdate() + timedelta(days=7))])
    promise = earlier.contact.promises.get()
    logged = log(
        cast, client, summary="已将调仓方案说明书交给客户，客户表示周五前答复", tasks=[served.pk], kept=[promise.pk]
    )
    for row in (served, other, promise):
        row.refresh_from_db()
    assert (served.state, served.contact) == (MotTask.State.DONE, logged.contact)
    assert other.state == MotTask.State.OPEN
    assert (promise.state, promise.closed_contact) == (Promise.State.KEPT, logged.contact)
    assert logged.closed == 1


def test_who_was_not_reached_has_settled_nothing(cast):
    client = client_of(cast)
    open_task = task(cast, client)
    logged = log(cast, client, reached=False, tasks=[open_task.pk])
    open_task.refresh_from_db()
    assert open_task.state == MotTask.State.OPEN
    assert logged.contact.count_reasons == ["not_reached"]


def test_a_task_of_another_client_stays_open(cast):
    foreign = task(cast, client_of(cast, "80000002", "王丽"))
    log(cast, client_of(cast), tasks=[foreign.pk])
    foreign.refresh_from_db()
    assert foreign.state == MotTask.State.OPEN


def test_a_complaint_is_answered_by_the_talk_about_it(cast):
    client = client_of(cast)
    complaint = Complaint.objects.create(
        branch=cast.home, client=client, received_on=timezone.localdate(), channel="phone", about="fees", text="佣金偏高",
        entered_by=cast.counter,
    )  # fmt: skip
    log(cast, client, purpose="complaint")
    complaint.refresh_from_db()
    assert (complaint.state, complaint.answered_on) == (Complaint.State.ANSWERED, at_ten().date())


def test_a_promise_of_returns_is_refused_until_it_is_said_to_be_quoted(cast):
    client = client_of(cast)
    with pytest.raises(ForbiddenWording) as refused:
        log(cast, client, summary="客户问产品是否保本，解释了产品说明书的条款")
    assert [hit.word for hit in refused.value.hits] == ["保本"]
    assert not Contact.objects.exists()
    logged = log(cast, client, summary="客户问产品是否保本，解释了产品说明书的条款", quoted=True)
    assert logged.contact.flagged == [{"word": "保本", "at": 7, "overridden_by": cast.advisor.pk}]


def test_an_unsuitable_product_is_refused_and_the_attempt_kept(cast):
    client, too_high = client_of(cast), product(cast, "R5")
    with pytest.raises(Unsuitable):
        log(cast, client, products=[ProductTalk(too_high)])
    assert not Contact.objects.exists()
    attempt = Recommendation.objects.get()
    assert (attempt.result, attempt.grounds["codes"], attempt.contact) == ("blocked", ["above_level"], None)
    assert AuditEntry.objects.filter(action="servicelog.product_refused").count() == 1


def test_a_client_may_ask_for_more_with_a_written_confirmation(cast):
    client, too_high = client_of(cast), product(cast, "R4")
    with pytest.raises(ServiceLogError, match=r"confirmation|确认"):
        log(cast, client, products=[ProductTalk(too_high, staff_initiated=False)])
    logged = log(cast, client, products=[ProductTalk(too_high, staff_initiated=False, confirmation="QR-2026-0117")])
    made = logged.contact.recommendations.get()
    assert (made.result, made.confirmation) == ("client_initiated", "QR-2026-0117")


def test_advice_is_for_registered_advisers(cast):
    cast.advisor_profile.licence = Licence.GENERAL
    cast.advisor_profile.save()
    with pytest.raises(ServiceLogError) as refused:
        log(cast, client_of(cast), advice_given=True)
    assert refused.value.field == "advice_given"


def test_within_the_window_the_record_changes_and_afterwards_the_original_stays(cast):
    contact = log(cast, client_of(cast)).contact
    amend_contact(contact=contact, actor=cast.advisor, changes={"needs": "养老规划"})
    assert not ContactAmendment.objects.exists()
    Contact.objects.filter(pk=contact.pk).update(logged_at=timezone.now() - timedelta(hours=2))
    with pytest.raises(ServiceLogError) as refused:
        amend_contact(contact=contact, actor=cast.advisor, changes={"needs": "子女教育"})
    assert refused.value.field == "why"
    amend_contact(contact=contact, actor=cast.advisor, changes={"needs": "子女教育"}, why="记错了需求")
    amendment = ContactAmendment.objects.get()
    assert (amendment.before, amendment.after) == ({"needs": "养老规划"}, {"needs": "子女教育"})
    with pytest.raises(ServiceLogError):
        amend_contact(contact=contact, actor=cast.colleague, changes={"needs": "无"}, why="改")


def test_a_copy_does_not_count_and_the_author_may_dispute_it(cast):
    log(cast, client_of(cast))
    copied = log(cast, client_of(cast, "80000002", "王丽"), summary=TALK + "。").contact
    assert (copied.counts, copied.count_reasons) == (False, ["copy"])
    dispute = raise_dispute(contact=copied, actor=cast.advisor, text="夫妻二人同一次面谈")
    answer_dispute(dispute=dispute, actor=cast.director, granted=True)
    copied.refresh_from_db()
    assert copied.counts
    with pytest.raises(ServiceLogError):
        answer_dispute(dispute=dispute, actor=cast.assistant, granted=False, answer="不同意")
