"""Reviews through their nights and hands: told, cured, due, decided, in force, undone; and what is nobody's fault."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest
from django.db import Error, transaction
from django.utils import timezone

from advisors.models import Leave
from allocation.models import Assignment, AssignmentLock, ClientRefusal, Cover, LeaverCase, ReviewStep, ServiceReview
from allocation.queries.service_findings import standings
from allocation.services.books import Move, move_clients
from allocation.services.decide_review import decide_review, dismiss_reviews
from allocation.services.errors import AllocationError, PlanConflict
from allocation.services.find_service_reviews import find_service_reviews
from allocation.services.lock_client import unlock_client
from allocation.services.publish_plan import publish_plan
from allocation.services.refuse_advisor import withdraw_refusal
from allocation.services.reply_to_review import reply_to_review
from allocation.services.roll_back_plan import roll_back_plan
from branch_crm.core.models import AuditEntry
from clients.models import Client, ClientProfile
from servicelog.models import Complaint, CountDispute
from servicelog.services.service_policies import service_rules
from tests.allocation.branch import adopted, solved_plan
from tests.allocation.service_review import due, logged, noticed, past, served_client

pytestmark = pytest.mark.django_db


def today():
    return timezone.localdate()


def standing_of(cast, client):
    (found,) = standings(cast.home, on=today(), rules=service_rules(cast.home, on=today()), clients=[client.pk])
    return found


def steps_of(review):
    return list(review.steps.order_by("pk").values_list("step", flat=True))


def test_the_night_counts_what_the_rules_look_at(cast):
    client = served_client(cast)
    logged(cast, client, 3)
    logged(cast, client, 40)
    logged(cast, client, 50, "not_reached", reached=False)
    logged(cast, client, 60, "short")
    disputed = logged(cast, client, 61, "copy")
    CountDispute.objects.create(contact=disputed, text="两次内容确有不同", made_by=cast.advisor)
    logged(cast, client, 62, "copy", "short", author=cast.colleague, advisor=cast.colleague_profile)
    logged(cast, client, 92)
    logged(cast, client, 150, needs="想了解养老安排")
    found = standing_of(cast, client)
    assert (found.days, found.held, found.held_lately) == (91, 2, 1)
    assert (found.logs, found.formal, found.talks, found.outputs) == (4, 1, 4, 1)


def test_days_of_leave_and_days_before_the_advisor_came_are_not_answered_for(cast):
    client = served_client(cast, days=60)
    Leave.objects.create(
        advisor=cast.advisor_profile, starts=today() - timedelta(days=50), ends=today() - timedelta(days=41)
    )
    assert (standing_of(cast, client).days, standing_of(cast, client).excused) == (50, "")


@pytest.mark.parametrize("why", ["complaint", "no_contact", "leave", "new_advisor", "cover", "leaving", "account"])
def test_what_is_not_the_advisors_fault_raises_nothing(cast, why):
    client = served_client(cast, days=20 if why == "new_advisor" else 400)
    advisor, day = cast.advisor_profile, today()
    if why == "complaint":
        Complaint.objects.create(
            branch=cast.home, client=client, received_on=day, channel="phone", about="service", text="长期无人联系",
            entered_by=cast.counter,
        )  # fmt: skip
    elif why == "no_contact":
        ClientProfile.objects.create(branch=cast.home, client=client, marketing_opt_out=True)
    elif why == "leave":
        Leave.objects.create(advisor=advisor, starts=day - timedelta(days=12), ends=day - timedelta(days=3))
    elif why == "account":
        Client.objects.filter(pk=client.pk).update(status="sleeping")
    elif why in ("cover", "leaving"):
        state = "open" if why == "leaving" else "closed"
        case = LeaverCase.objects.create(
            branch=cast.home, advisor=advisor, kind="long_leave", announced_on=day, last_day=day, state=state,
            opened_by=cast.director,
        )  # fmt: skip
        if why == "cover":
            Cover.objects.create(
                case=case, branch=cast.home, client=client, owner=cast.colleague_profile, stand_in=advisor, starts=day,
                until=day + timedelta(days=9),
            )  # fmt: skip
    assert standing_of(cast, client).excused == why
    assert find_service_reviews(cast.home, day)["noticed"] == 0


def test_the_notice_shows_figures_standard_and_logs_with_why_they_do_not_count(cast):
    client = served_client(cast)
    short = logged(cast, client, 5, "short")
    good = logged(cast, client, 40)
    review = noticed(cast, client)
    assert (review.finding, review.state, steps_of(review)) == ("under_served", "noticed", ["noticed"])
    assert review.evidence["standard"] == {"contacts": 2, "days": 30}
    assert (review.evidence["wanted"], review.evidence["held"]) == (6, 1)
    assert [(row["contact"], row["counts"], row["reasons"]) for row in review.evidence["contacts"]] == [
        (short.pk, False, ["short"]),
        (good.pk, True, []),
    ]


def test_nights_in_any_order_double_nothing(cast):
    first, second = today(), today() + timedelta(days=1)
    for order in permutations([first, second, second, first]):
        with transaction.atomic():
            served_client(cast)
            for night in order:
                find_service_reviews(cast.home, night)
            assert ServiceReview.objects.count() == ReviewStep.objects.count() == 1
            assert AuditEntry.objects.filter(action="allocation.service_reviews_found").count() == 1
            transaction.set_rollback(True)


def test_only_so_many_notices_are_open_for_one_advisor(cast):
    for at in range(7):
        served_client(cast, f"800000{at:02d}")
    counts = find_service_reviews(cast.home, today())
    assert (counts["noticed"], counts["waiting"]) == (5, 2)
    assert set(ServiceReview.objects.values_list("client__client_no", flat=True)) == {
        f"800000{at:02d}" for at in range(2, 7)
    }


def test_the_standard_met_again_cures(cast):
    client = served_client(cast)
    review = noticed(cast, client)
    for ago in (0, 1):
        logged(cast, client, ago)
    assert find_service_reviews(cast.home, today())["cured"] == 1
    review.refresh_from_db()
    assert (review.state, review.closed_on, steps_of(review)) == ("cured", today(), ["noticed", "cured"])


def test_time_runs_out_but_not_during_a_complaint(cast):
    client = served_client(cast)
    review = noticed(cast, client)
    complaint = Complaint.objects.create(
        branch=cast.home, client=client, received_on=today(), channel="phone", about="fees", text="佣金偏高",
        entered_by=cast.counter,
    )  # fmt: skip
    assert find_service_reviews(cast.home, past(review))["time_over"] == 0
    complaint.delete()
    assert find_service_reviews(cast.home, review.cure_until)["time_over"] == 0
    assert find_service_reviews(cast.home, past(review))["time_over"] == 1
    review.refresh_from_db()
    assert (review.state, review.due_on) == ("due", past(review))


def test_a_client_who_moves_otherwise_takes_the_review_away(cast):
    client = served_client(cast)
    review = noticed(cast, client)
    move_clients(
        branch=cast.home, moves=[Move(client.pk, cast.advisor_profile.pk, cast.colleague_profile.pk)], on=today(),
        reason=Assignment.Reason.REQUEST, plan=None, actor=cast.director,
    )  # fmt: skip
    find_service_reviews(cast.home, today())
    review.refresh_from_db()
    assert review.state == "lapsed"


def test_nobody_decides_before_the_time_is_over_unless_the_advisor_asks(cast):
    review = noticed(cast, served_client(cast))
    with pytest.raises(PlanConflict):
        decide_review(review=review, actor=cast.director, decision="reassign", note="无改进")
    with pytest.raises(AllocationError):
        reply_to_review(review=review, actor=cast.advisor, text="  ", ask_now=True)
    reply_to_review(review=review, actor=cast.advisor, text="客户出国至明年三月，约定邮件联系", ask_now=True)
    decided = decide_review(review=review, actor=cast.director, decision="dismiss", note="情况属实")
    assert (decided.state, decided.reply) == ("dismissed", "客户出国至明年三月，约定邮件联系")
    assert steps_of(decided) == ["noticed", "replied", "asked", "dismissed"]
    assert decide_review(review=review, actor=cast.director, decision="dismiss", note="情况属实") == decided
    assert find_service_reviews(cast.home, today() + timedelta(days=29))["noticed"] == 0
    assert find_service_reviews(cast.home, today() + timedelta(days=30))["noticed"] == 1


def test_the_database_refuses_what_the_services_would(cast):
    review = noticed(cast, served_client(cast))
    skipped = [
        {"state": "upheld", "decision": "reassign", "decided_by": cast.director, "decided_at": timezone.now()},
        {"state": "applied"},
        {"state": "due"},
        {"asked_on": today()},
    ]
    for fields in skipped:
        with pytest.raises(Error), transaction.atomic():
            ServiceReview.objects.filter(pk=review.pk).update(**fields)
    with pytest.raises(Error), transaction.atomic():
        ReviewStep.objects.update(note="另写")
    with pytest.raises(Error), transaction.atomic():
        fields = {
            name: getattr(review, name)
            for name in ("branch", "client", "policy", "found_on", "noticed_on", "cure_until")
        }
        ServiceReview.objects.create(state="due", advisor=cast.colleague_profile, finding="no_output", **fields)


def test_more_time_begins_the_advisors_time_anew(cast):
    review = due(cast, served_client(cast))
    day = past(review)
    with pytest.raises(AllocationError):
        decide_review(review=review, actor=cast.director, decision="extend", note="再给两周", until=day, today=day)
    later = past(review, 10)
    decide_review(review=review, actor=cast.director, decision="extend", note="再给两周", until=later, today=day)
    with pytest.raises(PlanConflict):
        decide_review(review=review, actor=cast.director, decision="reassign", note="无改进", today=later)
    find_service_reviews(cast.home, past(review, 11))
    review.refresh_from_db()
    assert (review.state, steps_of(review)) == ("due", ["noticed", "time_over", "extended", "time_over"])


def test_keeping_is_a_lock_in_force_and_asks_no_more_while_it_stands(cast):
    client = served_client(cast)
    review = due(cast, client)
    day, until = past(review), past(review, 60)
    kept = decide_review(review=review, actor=cast.director, decision="keep", note="老客户", until=until, today=day)
    assert (kept.state, kept.lock.until, steps_of(kept)[-2:]) == ("applied", until, ["upheld", "applied"])
    assert find_service_reviews(cast.home, day + timedelta(days=45))["noticed"] == 0
    unlock_client(client=client, actor=cast.director)
    assert find_service_reviews(cast.home, day + timedelta(days=45))["noticed"] == 1


def test_several_are_dismissed_for_one_reason_without_those_whose_time_runs(cast):
    reviews = [due(cast, served_client(cast)), noticed(cast, served_client(cast, "80000002"))]
    day = past(reviews[0])
    assert dismiss_reviews(reviews=reviews, actor=cast.director, note="系统切换期间漏记", today=day) == 1
    assert sorted(ServiceReview.objects.values_list("state", flat=True)) == ["dismissed", "noticed"]


def upheld(ready, client):
    """李文's client, to be given to somebody else."""
    Client.objects.filter(pk=client.pk).update(status="normal")
    client.figures.tier = 4
    client.figures.save()
    AssignmentLock.objects.create(
        branch=ready.branch, client=client, advisor=ready.cast.advisor_profile, reason="老客户"
    )
    review = noticed(ready.cast, client)
    reply_to_review(review=review, actor=ready.cast.advisor, text="请直接裁定", ask_now=True)
    return decide_review(review=review, actor=ready.cast.director, decision="reassign", note="一季度未联系")


def test_upheld_is_obeyed_by_the_next_plan_and_undone_with_it(ready):
    client = Client.objects.filter(advisor=ready.cast.advisor_profile).order_by("pk")[3]
    review = upheld(ready, client)
    assert not AssignmentLock.objects.filter(withdrawn_at__isnull=True).exists()
    plan = solved_plan(ready)
    line = plan.lines.get(client=client)
    assert line.proposed_id not in (None, ready.cast.advisor_profile.pk)
    publish_plan(plan=plan, actor=ready.cast.director, effective_on=today(), include_pending=True)
    review.refresh_from_db()
    assert (review.state, review.steps.last().note) == ("applied", f"#{plan.number}")
    # The refusal holds until it is taken back in so many words; then the rollback undoes the effect and asks anew.
    with pytest.raises(PlanConflict):
        roll_back_plan(plan=plan, actor=ready.cast.director)
    withdraw_refusal(refusal=review.refusal, actor=ready.cast.director)
    roll_back_plan(plan=plan, actor=ready.cast.director)
    review.refresh_from_db()
    assert (review.state, steps_of(review)[-3:]) == ("due", ["applied", "undone", "reopened"])


def test_a_refusal_taken_back_gives_the_case_back_to_the_director(ready):
    client = Client.objects.filter(advisor=ready.cast.advisor_profile).order_by("pk")[3]
    review = upheld(ready, client)
    withdraw_refusal(refusal=ClientRefusal.objects.get(pk=review.refusal_id), actor=ready.cast.assistant)
    find_service_reviews(ready.branch, today())
    review.refresh_from_db()
    assert (review.state, review.decision, review.decided_by) == ("due", "", None)
    assert [(step.step, step.by) for step in review.steps.order_by("pk")][-2:] == [
        ("upheld", ready.cast.director),
        ("reopened", None),
    ]


def test_the_branch_next_door_is_not_looked_at(cast):
    served_client(cast)
    assert find_service_reviews(cast.away, today())["noticed"] == 0


def test_adopted_holders_are_given_time(cast):
    """The first weeks after the books came over from the counter system raise nothing."""
    ready = adopted(cast)
    Assignment.objects.update(starts=today() - timedelta(days=10))
    assert find_service_reviews(ready.branch, today())["noticed"] == 0
