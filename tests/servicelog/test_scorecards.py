"""The scorecards of a branch: figures by who served when, idempotent nights, frozen months, disputes."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from allocation.models import Assignment
from servicelog.domain.scorecard import COMPLAINTS, COVERAGE, FLOW, LOGS, MANDATORY
from servicelog.models import Complaint, Contact, FigureRecords, Recommendation, Scorecard, ScorecardDispute
from servicelog.services.answer_scorecard_dispute import answer_scorecard_dispute, points_lost
from servicelog.services.dispute_scorecard import dispute_scorecard
from servicelog.services.errors import ServiceLogError
from servicelog.services.freeze_scorecards import freeze_scorecards
from servicelog.services.work_out_scorecards import work_out_running_months, work_out_scorecards
from tests.servicelog.branch import client_of, product, task
from tests.servicelog.facts import flow, order, snapshot, tier

pytestmark = pytest.mark.django_db

OCTOBER, END = date(2026, 10, 1), date(2026, 10, 31)
AS_OF = date(2026, 11, 10)


def serve(client, advisor, starts=date(2026, 1, 1), ends=None):
    return Assignment.objects.create(
        branch=client.branch, client=client, advisor=advisor, starts=starts, ends=ends, reason="counter"
    )


def held(client, author, day, *, counts=True, channel="phone"):
    at = timezone.make_aware(datetime(day.year, day.month, day.day, 10))
    return Contact.objects.create(
        branch=client.branch, client=client, advisor=author.advisor, author=author, token=uuid4(), held_at=at,
        channel=channel, purpose="care", summary="与客户沟通了三季度持仓情况", counts=counts, clas=["I", "C"],
    )  # fmt: skip


def card(cast, advisor=None, month=OCTOBER, as_of=AS_OF):
    work_out_scorecards(branch=cast.home, month=month, as_of=as_of)
    return Scorecard.objects.get(advisor=advisor or cast.advisor_profile, month=month)


def counted(scorecard, code):
    figure = scorecard.figures[code]
    return figure["good"], figure["whole"]


def test_coverage_weighs_tiers_and_counts_what_was_held_while_served(cast):
    gold, diamond = client_of(cast), client_of(cast, "80000002", "王丽")
    tier(gold, 3)
    tier(diamond, 5)
    for client in (gold, diamond):
        serve(client, cast.advisor_profile)
    held(gold, cast.advisor, date(2026, 10, 20))
    held(gold, cast.advisor, date(2026, 10, 21))
    held(diamond, cast.advisor, date(2026, 10, 25), channel="visit")
    held(diamond, cast.advisor, date(2026, 10, 26), counts=False)
    # Gold: 1 of 1 at weight 2. Diamond: 1 of 4 contacts and 1 of 1 meetings at weight 4.
    assert counted(card(cast), COVERAGE) == (2 * 1 + 4 * 2, 2 * 1 + 4 * 5)


def test_a_month_is_shared_by_those_who_served(cast):
    client = client_of(cast)
    tier(client, 3)
    serve(client, cast.colleague_profile, ends=date(2026, 10, 16))
    serve(client, cast.advisor_profile, starts=date(2026, 10, 16))
    snapshot(client, date(2026, 9, 30), 310_000)
    snapshot(client, date(2026, 10, 15), 310_000)
    flow(client, -31_000, date(2026, 10, 5))
    flow(client, 16_000, date(2026, 10, 16))
    flow(client, -5_000, date(2026, 10, 20), kind="红利入账", external=False)
    held(client, cast.colleague, date(2026, 10, 10))
    late = {"raised_on": date(2026, 10, 8), "due_on": date(2026, 10, 12)}
    task(cast, client, **late)
    between = {"raised_on": date(2026, 10, 13), "due_on": date(2026, 10, 19)}
    task(cast, client, "complaint", **between)
    own, former = card(cast), card(cast, cast.colleague_profile)
    assert counted(own, FLOW) == (16_000, 160_000)
    assert counted(former, FLOW) == (-31_000, 150_000)
    # A monthly contact: owed whole by who served ten months; after 15 days not owed yet.
    assert counted(former, COVERAGE) == (2, 2)
    assert own.figures[COVERAGE]["value"] is None
    # Whoever served from raising to deadline answers for a task; handed over in between, nobody does.
    assert counted(former, MANDATORY) == (0, 1)
    assert own.figures[MANDATORY]["value"] is None


def test_a_stand_in_answers_for_the_days_of_the_cover(cast):
    client = client_of(cast)
    serve(client, cast.advisor_profile, ends=date(2026, 10, 10))
    serve(client, cast.colleague_profile, starts=date(2026, 10, 10), ends=date(2026, 10, 20))
    serve(client, cast.advisor_profile, starts=date(2026, 10, 20))
    Complaint.objects.create(
        branch=cast.home, client=client, received_on=date(2026, 10, 15), channel="phone", about="service",
        text="没有人联系", entered_by=cast.counter,
    )  # fmt: skip
    Complaint.objects.create(
        branch=cast.home, client=client, received_on=date(2026, 10, 21), channel="phone", about="fees",
        text="佣金偏高", entered_by=cast.counter,
    )  # fmt: skip
    assert counted(card(cast), COMPLAINTS) == (0, 1)
    assert counted(card(cast, cast.colleague_profile), COMPLAINTS) == (1, 1)


def test_orders_without_breach_and_the_cap(cast):
    client = client_of(cast)
    serve(client, cast.advisor_profile)
    fitting, refused = product(cast, code="P1"), product(cast, "R5", code="P5")
    made = timezone.make_aware(datetime(2026, 10, 8, 10))
    for what, result in ((fitting, "match"), (refused, "blocked")):
        row = Recommendation.objects.create(
            branch=cast.home, client=client, product=what, made_by=cast.advisor, staff_initiated=True, result=result
        )
        Recommendation.objects.filter(pk=row.pk).update(made_at=made)
    held(client, cast.advisor, date(2026, 10, 8))
    order(client, 50_000, date(2027, 1, 1), day=date(2026, 10, 12))
    found = card(cast)
    assert (counted(found, "products"), counted(found, "attempts"), found.cap) == ((1, 1), (1, 1), "")
    bought = order(client, 50_000, date(2027, 1, 1), day=date(2026, 10, 20))
    type(bought).objects.filter(pk=bought.pk).update(product_code="P5")
    found = card(cast)
    assert (counted(found, "breach"), found.cap, found.points) == ((1, 1), "breach", 60)


def test_a_night_twice_writes_nothing_and_every_figure_is_its_records(cast):
    client = client_of(cast)
    serve(client, cast.advisor_profile)
    snapshot(client, date(2026, 9, 30), 300_000)
    for day in (5, 12):
        held(client, cast.advisor, date(2026, 10, day), counts=day == 5)
    assert work_out_running_months(branch=cast.home, as_of=AS_OF) == {"2026-10": 1, "2026-11": 1}
    assert work_out_running_months(branch=cast.home, as_of=AS_OF) == {"2026-10": 0, "2026-11": 0}
    found = card(cast)
    assert counted(found, LOGS) == (1, 2)
    for row in FigureRecords.objects.filter(scorecard=found):
        good = sum(weight * good for _record, _client, good, _whole, weight in row.rows)
        assert good == found.figures[row.indicator]["good"], row.indicator


def test_a_frozen_month_changes_only_beside(cast):
    client = client_of(cast)
    serve(client, cast.advisor_profile)
    held(client, cast.advisor, date(2026, 10, 5), counts=False)
    found = card(cast)
    dispute = dispute_scorecard(scorecard=found, indicator=LOGS, text="客户当面谈的，记录应计入", actor=cast.advisor)
    with pytest.raises(ServiceLogError) as caught:
        freeze_scorecards(branch=cast.home, month=OCTOBER, actor=cast.director, today=AS_OF)
    assert caught.value.field == "note"
    with pytest.raises(ServiceLogError):
        freeze_scorecards(branch=cast.home, month=date(2026, 11, 1), actor=cast.director, today=AS_OF)
    asked = {"branch": cast.home, "month": OCTOBER, "actor": cast.director, "today": AS_OF, "note": "申诉另行答复"}
    assert (freeze_scorecards(**asked), freeze_scorecards(**asked)) == (1, 0)
    held(client, cast.advisor, date(2026, 10, 6))
    assert work_out_scorecards(branch=cast.home, month=OCTOBER, as_of=AS_OF) == 0
    found.refresh_from_db()
    before, cost = found.points, points_lost(found, LOGS)
    for points in (None, 0, cost + 1):
        with pytest.raises(ServiceLogError) as caught:
            answer_scorecard_dispute(
                dispute=dispute, granted=True, answer="属实", actor=cast.director, correction=points
            )
        assert caught.value.field == "correction"
    answer_scorecard_dispute(dispute=dispute, granted=True, answer="属实", actor=cast.director, correction=cost)
    found = Scorecard.objects.with_correction().get(pk=found.pk)
    assert (found.points, found.correction, points_lost(found, LOGS)) == (before, cost, 0)
    with pytest.raises(ServiceLogError):
        answer_scorecard_dispute(dispute=dispute, granted=False, answer="重复", actor=cast.director)


def test_disputes_have_an_author_a_figure_and_an_end(cast):
    client = client_of(cast)
    serve(client, cast.advisor_profile)
    held(client, cast.advisor, date(2026, 10, 5), counts=False)
    found = card(cast)
    wrong = [
        {"actor": cast.colleague},
        {"indicator": "optional"},
        {"indicator": "products"},
        {"indicator": "breach"},
        {"indicator": COMPLAINTS},
        {"text": " "},
    ]
    fine = {"scorecard": found, "indicator": LOGS, "text": "有异议", "actor": cast.advisor}
    for change in wrong:
        with pytest.raises(ServiceLogError):
            dispute_scorecard(**fine | change)
    freeze_scorecards(branch=cast.home, month=OCTOBER, actor=cast.director, today=AS_OF)
    last = timezone.localdate() + timedelta(days=30)
    with pytest.raises(ServiceLogError):
        dispute_scorecard(**fine, today=last + timedelta(days=1))
    first = dispute_scorecard(**fine, today=last)
    assert dispute_scorecard(**fine, today=last) == first
    assert ScorecardDispute.objects.count() == 1


def test_an_earlier_night_run_late_does_not_take_over(cast):
    client = client_of(cast)
    serve(client, cast.advisor_profile)
    later = card(cast, month=date(2026, 11, 1))
    assert work_out_scorecards(branch=cast.home, month=AS_OF, as_of=AS_OF - timedelta(days=3)) == 0
    assert (later.until, Scorecard.objects.get().until) == (AS_OF, AS_OF)
