"""A plan lies open to the advisors: when, to whom, what they may put forward, and what the answers do."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from advisors.models import SkillEvidence
from allocation.models import Answer, Bid, ClientRefusal, Notice, Objection, Plan, PlanLine
from allocation.queries.notice import blocks_publication, moves_in_segment
from allocation.services.answer_notice import answer_bid, answer_objection
from allocation.services.close_notice import close_ended_notices, close_notice
from allocation.services.decide_lines import decide_lines
from allocation.services.errors import AllocationError, PlanConflict
from allocation.services.open_notice import open_notice
from allocation.services.place_bid import place_bid
from allocation.services.raise_objection import raise_objection
from allocation.services.take_back import take_back
from branch_crm.core import trading_calendar
from branch_crm.core.models import AuditEntry
from clients.models import Client
from tests.allocation.branch import ScoredBranch

FRIDAY, SATURDAY, MONDAY = date(2026, 11, 27), date(2026, 11, 28), date(2026, 11, 30)


@pytest.fixture
def notice(ready: ScoredBranch, plan: Plan) -> Notice:
    return open_notice(plan=plan, actor=ready.cast.director, trading_days=3)


def leaving(plan: Plan, ready: ScoredBranch) -> PlanLine:
    return plan.lines.filter(before=ready.cast.advisor_profile).exclude(after=None).order_by("pk")[0]


def arriving(plan: Plan, ready: ScoredBranch) -> PlanLine:
    line = plan.lines.filter(before=ready.cast.advisor_profile).order_by("-pk").first()
    assert line is not None
    line.proposed = line.after = ready.cast.colleague_profile
    line.save()
    return line


def objected(ready: ScoredBranch, notice: Notice, line: PlanLine, **changes: object) -> Objection:
    options = {"advisor": ready.cast.advisor_profile, "actor": ready.cast.advisor, "ground": "relation", **changes}
    return raise_objection(notice=notice, line_id=line.pk, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("today", "days", "starts", "ends"),
    [
        (FRIDAY, 1, FRIDAY, FRIDAY),
        (FRIDAY, 3, FRIDAY, date(2026, 12, 1)),
        (SATURDAY, 2, MONDAY, date(2026, 12, 1)),
        (date(2026, 10, 1), 1, date(2026, 10, 8), date(2026, 10, 8)),  # the National Day week is closed
    ],
)
def test_the_period_counts_trading_days(
    ready: ScoredBranch, plan: Plan, today: date, days: int, starts: date, ends: date
) -> None:
    notice = open_notice(plan=plan, actor=ready.cast.director, trading_days=days, today=today)
    assert (notice.starts, notice.ends) == (starts, ends)
    assert notice.is_running(ends) and not notice.is_running(ends + timedelta(days=1))


def test_one_notice_at_a_time_and_open_again_after(ready: ScoredBranch, plan: Plan, notice: Notice) -> None:
    with pytest.raises(PlanConflict, match=notice.ends.isoformat()):
        open_notice(plan=plan, actor=ready.cast.director, trading_days=3)
    after = trading_calendar.load().shift(notice.ends, 1)
    again = open_notice(plan=plan, actor=ready.cast.director, trading_days=1, today=after)
    notice.refresh_from_db()
    assert notice.closed_at is not None and notice.closed_by is None
    assert again.starts == after and plan.notices.count() == 2


@pytest.mark.parametrize("days", [0, 61])
def test_days_out_of_range_are_refused(ready: ScoredBranch, plan: Plan, days: int) -> None:
    with pytest.raises(AllocationError) as refused:
        open_notice(plan=plan, actor=ready.cast.director, trading_days=days)
    assert refused.value.field == "trading_days"


def test_only_a_proposal_is_opened(ready: ScoredBranch, plan: Plan) -> None:
    Plan.objects.filter(pk=plan.pk).update(state=Plan.State.DISCARDED)
    with pytest.raises(PlanConflict):
        open_notice(plan=plan, actor=ready.cast.director, trading_days=3)


def test_closing_early_needs_a_reason(ready: ScoredBranch, notice: Notice) -> None:
    with pytest.raises(AllocationError) as refused:
        close_notice(notice=notice, actor=ready.cast.director, why=" ")
    assert refused.value.field == "why"
    closed = close_notice(notice=notice, actor=ready.cast.director, why="数据有误，重新测算")
    assert closed.closed_by == ready.cast.director and closed.closed_why
    with pytest.raises(PlanConflict):
        close_notice(notice=notice, actor=ready.cast.director, why="again")


def test_the_night_closes_what_is_over_and_nothing_else(ready: ScoredBranch, plan: Plan, notice: Notice) -> None:
    assert close_ended_notices(branch=ready.branch, on=notice.ends) == 0
    assert close_ended_notices(branch=ready.branch, on=notice.ends + timedelta(days=1)) == 1
    assert close_ended_notices(branch=ready.branch, on=notice.ends + timedelta(days=1)) == 0
    assert AuditEntry.objects.filter(action="allocation.notice_closed", actor=None).count() == 1


def test_publication_waits_for_the_end_and_for_the_answers(ready: ScoredBranch, plan: Plan, notice: Notice) -> None:
    assert notice.ends.isoformat() in blocks_publication(plan)
    objection = objected(ready, notice, leaving(plan, ready))
    close_notice(notice=notice, actor=ready.cast.director, why="x")
    assert "1" in blocks_publication(plan)
    answer_objection(objection=objection, actor=ready.cast.director, granted=False, seen_revision=0, text="工时不足")
    assert blocks_publication(plan) == ""


def test_an_objection_keeps_the_move_as_it_stood(ready: ScoredBranch, plan: Plan, notice: Notice) -> None:
    line = leaving(plan, ready)
    objection = objected(ready, notice, line, text="服务八年")
    assert (objection.before_id, objection.proposed_id) == (line.before_id, line.after_id)
    with pytest.raises(PlanConflict):
        objected(ready, notice, line, ground="data")
    take_back(put=objection, actor=ready.cast.advisor)
    assert objected(ready, notice, line, ground="data").pk != objection.pk


def test_objections_that_are_refused(ready: ScoredBranch, plan: Plan, notice: Notice) -> None:
    line = leaving(plan, ready)
    cast = ready.cast
    with pytest.raises(AllocationError) as unknown:
        objected(ready, notice, line, ground="mood")
    assert unknown.value.field == "ground"
    with pytest.raises(AllocationError) as silent:
        objected(ready, notice, line, ground="other", text="  ")
    assert silent.value.field == "text"
    stranger = next(person for person in ready.advisors if person.pk not in (line.before_id, line.after_id))
    with pytest.raises(AllocationError):
        objected(ready, notice, line, advisor=stranger)
    with pytest.raises(PlanConflict, match=notice.ends.isoformat()):
        objected(ready, notice, line, today=notice.ends + timedelta(days=1))
    decide_lines(plan=plan, line_ids=[line.pk], decision="rejected", actor=cast.director, seen_revision=0)
    with pytest.raises(AllocationError):
        objected(ready, notice, line)
    assert not Objection.objects.exists()


def test_a_granted_objection_keeps_the_client(ready: ScoredBranch, plan: Plan, notice: Notice) -> None:
    line = leaving(plan, ready)
    objection = objected(ready, notice, line)
    answer_objection(objection=objection, actor=ready.cast.director, granted=True, seen_revision=plan.revision)
    line.refresh_from_db()
    objection.refresh_from_db()
    assert (line.decision, line.after_id) == ("rejected", line.before_id)
    assert (objection.answer, objection.answered_by) == (Answer.GRANTED, ready.cast.director)
    with pytest.raises(PlanConflict):
        take_back(put=objection, actor=ready.cast.advisor)


def test_a_gain_objected_to_may_go_elsewhere(ready: ScoredBranch, plan: Plan, notice: Notice) -> None:
    line = arriving(plan, ready)
    cast = ready.cast
    objection = objected(ready, notice, line, advisor=cast.colleague_profile, actor=cast.colleague, ground="load")
    other = next(person for person in ready.advisors if person.pk not in (line.before_id, line.after_id))
    answer_objection(
        objection=objection, actor=cast.director, granted=True, seen_revision=plan.revision, redirect_to=other
    )
    line.refresh_from_db()
    assert (line.decision, line.after_id) == ("redirected", other.pk)


def test_declining_needs_words_and_decides_nothing(ready: ScoredBranch, plan: Plan, notice: Notice) -> None:
    line = leaving(plan, ready)
    objection = objected(ready, notice, line)
    with pytest.raises(AllocationError) as silent:
        answer_objection(objection=objection, actor=ready.cast.director, granted=False, seen_revision=0)
    assert silent.value.field == "text"
    answer_objection(objection=objection, actor=ready.cast.director, granted=False, seen_revision=0, text="均衡优先")
    line.refresh_from_db()
    assert line.decision == "pending"


def test_the_second_answerer_is_told_who_was_first(ready: ScoredBranch, plan: Plan, notice: Notice) -> None:
    objection = objected(ready, notice, leaving(plan, ready))
    answer_objection(objection=objection, actor=ready.cast.director, granted=True, seen_revision=0)
    with pytest.raises(PlanConflict, match=ready.cast.director.name):
        answer_objection(objection=objection, actor=ready.cast.assistant, granted=False, seen_revision=0, text="x")
    assert AuditEntry.objects.filter(action="allocation.objection_answered").count() == 1


def test_a_colleagues_newer_decision_is_not_overwritten(ready: ScoredBranch, plan: Plan, notice: Notice) -> None:
    line = leaving(plan, ready)
    objection = objected(ready, notice, line)
    seen = plan.revision
    decide_lines(plan=plan, line_ids=[line.pk], decision="accepted", actor=ready.cast.assistant, seen_revision=seen)
    with pytest.raises(PlanConflict, match=ready.cast.assistant.name):
        answer_objection(objection=objection, actor=ready.cast.director, granted=True, seen_revision=seen)
    objection.refresh_from_db()
    assert objection.answer == Answer.OPEN


def test_granting_what_solving_again_has_settled_only_records(ready: ScoredBranch, plan: Plan, notice: Notice) -> None:
    line = leaving(plan, ready)
    objection = objected(ready, notice, line)
    line.delete()
    answer_objection(objection=objection, actor=ready.cast.director, granted=True, seen_revision=plan.revision)
    objection.refresh_from_db()
    assert objection.answer == Answer.GRANTED


def bid_for(ready: ScoredBranch, notice: Notice, **target: object) -> Bid:
    options = {"advisor": ready.cast.advisor_profile, "actor": ready.cast.advisor, "text": "熟悉该客户", **target}
    return place_bid(notice=notice, **options)  # type: ignore[arg-type]


def test_a_bid_never_tells_whether_a_client_exists(ready: ScoredBranch, notice: Notice) -> None:
    there, nowhere = bid_for(ready, notice, client_no=ready.clients[5].client_no), bid_for(ready, notice, client_no="1")
    assert (there.answer, there.segment) == (nowhere.answer, nowhere.segment) == (Answer.OPEN, {})
    with pytest.raises(PlanConflict):
        bid_for(ready, notice, client_no="1")


def test_a_granted_bid_brings_the_client(ready: ScoredBranch, plan: Plan, notice: Notice) -> None:
    line = plan.lines.exclude(before=ready.cast.colleague_profile).exclude(after=ready.cast.colleague_profile)[0]
    cast = ready.cast
    bid = bid_for(ready, notice, client_no=line.client.client_no, advisor=cast.colleague_profile, actor=cast.colleague)
    answer_bid(bid=bid, actor=cast.director, granted=True, seen_revision=plan.revision)
    line.refresh_from_db()
    assert (line.decision, line.after_id) == ("redirected", cast.colleague_profile.pk)


def test_a_granted_bid_moves_also_whom_the_plan_lets_stay(ready: ScoredBranch, plan: Plan, notice: Notice) -> None:
    cast = ready.cast
    stays = Client.objects.filter(advisor=cast.advisor_profile).exclude(pk__in=plan.lines.values("client"))[0]
    bid = bid_for(ready, notice, client_no=stays.client_no, advisor=cast.colleague_profile, actor=cast.colleague)
    answer_bid(bid=bid, actor=cast.director, granted=True, seen_revision=plan.revision)
    line = plan.lines.get(client=stays)
    assert (line.before_id, line.proposed_id) == (cast.advisor_profile.pk, cast.advisor_profile.pk)
    assert (line.after_id, line.decision) == (cast.colleague_profile.pk, "redirected")
    assert line.fit_before is not None and line.fit_after is not None
    assert line.gain == pytest.approx(
        line.weight * (line.fit_after - plan.options["switch_penalty"] - line.fit_before), abs=1e-6
    )


def test_a_bid_against_a_hard_rule_names_it_and_changes_nothing(
    ready: ScoredBranch, plan: Plan, notice: Notice
) -> None:
    cast = ready.cast
    stays = Client.objects.filter(advisor=cast.advisor_profile).exclude(pk__in=plan.lines.values("client"))[0]
    ClientRefusal.objects.create(
        branch=ready.branch, client=stays, advisor=cast.colleague_profile, since=timezone.localdate()
    )
    bid = bid_for(ready, notice, client_no=stays.client_no, advisor=cast.colleague_profile, actor=cast.colleague)
    with pytest.raises(AllocationError, match="不接受"):
        answer_bid(bid=bid, actor=cast.director, granted=True, seen_revision=plan.revision)
    bid.refresh_from_db()
    assert bid.answer == Answer.OPEN and not plan.lines.filter(client=stays).exists()


def test_bids_that_cannot_be_granted(ready: ScoredBranch, plan: Plan, notice: Notice) -> None:
    held = Client.objects.filter(advisor=ready.cast.advisor_profile).exclude(pk__in=plan.lines.values("client"))[0]
    for number in ("no-such-number", held.client_no):
        bid = bid_for(ready, notice, client_no=number)
        with pytest.raises(AllocationError):
            answer_bid(bid=bid, actor=ready.cast.director, granted=True, seen_revision=plan.revision)


def test_bids_that_are_refused(ready: ScoredBranch, notice: Notice) -> None:
    theirs = SkillEvidence.objects.filter(advisor=ready.cast.colleague_profile)[0]
    for wrong, field in [
        ({"segment": {}}, "client_no"),
        ({"segment": {"tier_from": 1, "tier_to": 5}}, "client_no"),
        ({"segment": {"tier_from": 4, "tier_to": 2}}, "tier_from"),
        ({"segment": {"types": ["gold"]}}, "types"),
        ({"client_no": "1", "text": " "}, "text"),
        ({"client_no": "1", "evidence_ids": [theirs.pk]}, "evidence"),
    ]:
        with pytest.raises(AllocationError) as refused:
            bid_for(ready, notice, **wrong)
        assert refused.value.field == field, wrong
    with pytest.raises(PlanConflict):
        bid_for(ready, notice, client_no="1", today=notice.ends + timedelta(days=1))
    assert not Bid.objects.exists()


def test_a_segment_is_recorded_with_evidence_and_followed_up(ready: ScoredBranch, plan: Plan, notice: Notice) -> None:
    own = SkillEvidence.objects.filter(advisor=ready.cast.advisor_profile)[0]
    bid = bid_for(ready, notice, segment={"tier_from": 3, "types": ["asset"]}, evidence_ids=[own.pk], text="")
    answer_bid(bid=bid, actor=ready.cast.director, granted=True, seen_revision=plan.revision)
    assert list(bid.evidence.all()) == [own] and not plan.lines.exclude(decision="pending").exists()
    moves = moves_in_segment(plan, bid.segment, besides=bid.advisor)
    assert all(line.tier >= 3 and line.card["client"]["value_type"] == "asset" for line in moves)
    assert not moves.filter(after=bid.advisor).exists()


def test_withdrawing_twice_changes_nothing(ready: ScoredBranch, notice: Notice) -> None:
    bid = bid_for(ready, notice, segment={"core_only": True})
    for _ in range(2):
        assert take_back(put=bid, actor=ready.cast.advisor).answer == Answer.WITHDRAWN
    assert AuditEntry.objects.filter(action="allocation.bid_withdrawn").count() == 1
    with pytest.raises(PlanConflict):
        answer_bid(bid=bid, actor=ready.cast.director, granted=True, seen_revision=0)
