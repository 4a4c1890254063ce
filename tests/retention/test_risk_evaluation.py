"""The rule held against the past: counted right, split by time, told only where enough have left, and never twice."""

from __future__ import annotations

import copy
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from branch_crm.core.jobs.runner import run as run_job
from branch_crm.core.models import AuditEntry, JobRun
from clients.models import AssetSnapshot, CashFlow, Client, Trade
from retention.domain.risk import evaluation as domain
from retention.domain.risk.calibration import pooled
from retention.domain.risk.evaluation import CLOSED, DROP, IDLE, RULE, SILENCE, TAKEN_OUT, Day, Rate
from retention.domain.risk.rules import DEFAULT_RULES, read_risk_rules
from retention.domain.risk.score import Scored
from retention.models import ClientRisk, RiskEvaluation, RiskPolicy, RiskRun
from retention.queries.risk.load_gone import load_gone
from retention.services import evaluate_risk as service
from retention.services.evaluate_risk import ask_for_evaluation, ask_when_due, evaluate_risk, known_shares
from retention.services.risk_policies import ensure_risk_policy
from retention.services.score_risk import score_risk
from retention.wording_evaluation import shares_of, story_of
from tests.cast import Cast
from tests.retention.test_policy_desk import as_

RULES = read_risk_rules(DEFAULT_RULES)
DAY = date(2026, 11, 20)
PAGE = "/retention/signs/evaluation/"


def day_of(points: list[float], left: list[bool], *, day: date = DAY, silence: list[float] | None = None) -> Day:
    bands = np.select([np.array(points) >= 40, np.array(points) >= 20], [3, 2], 1)
    others = {SILENCE: np.array(silence or [0.0] * len(points)), DROP: np.full(len(points), np.nan)}
    return domain.hold_against(
        day=day,
        scored=Scored(np.array(points), np.zeros((len(points), 1)), bands),
        others=others,
        ways=np.array([TAKEN_OUT if gone else "" for gone in left], dtype=str),
        digest="",
    )


def test_places_shares_and_ways_of_a_day() -> None:
    held = day_of([50, 25, 0, 5], [True, False, True, False], silence=[1, 2, 9, 3])
    assert (held.n, held.left, held.ways[TAKEN_OUT], held.ways[IDLE]) == (4, 2, 2, 0)
    assert held.ranks[RULE] == [1, 4]
    assert held.ranks[SILENCE] == [1, 4]
    assert [rate.n for rate in held.groups] == [1, 1, 0, 1, 0, 0, 1]
    assert held.bands == {1: Rate(2, 1), 2: Rate(1, 0), 3: Rate(1, 1)}
    assert domain.from_json(domain.to_json(held)) == held


def test_the_first_k_of_each_day() -> None:
    days = [day_of([50, 40, 30, 20], [True, True, False, False]), day_of([9, 8, 7, 6], [False, False, False, True])]
    first = domain.top(days, RULE, 2)
    assert (first.places, first.caught, first.recall, first.lift) == (4, 2, 2 / 3, pytest.approx(2 / 4 / (3 / 8)))
    assert domain.top(days, RULE, 100).places == 8
    assert domain.caught_by_tenths(days, RULE)[-1] == 1
    assert domain.caught_by_tenths([], RULE) == [0.0] * 10


def test_equals_stand_in_a_drawn_order_that_stays() -> None:
    """A thousand without points: no leaver may come first for being the oldest account."""
    left = [at < 50 for at in range(1000)]
    held = day_of([0.0] * 1000, left)
    assert held == day_of([0.0] * 1000, left)
    assert 300 < np.mean(held.ranks[RULE]) < 700


def test_the_newest_third_is_the_proof() -> None:
    days = [day_of([1.0], [True], day=DAY - timedelta(days=90 * at)) for at in range(6)]
    told = domain.evaluate(days, 3)
    assert [day.day for day in told.later] == [DAY - timedelta(days=90), DAY]
    assert max(day.day for day in told.earlier) + timedelta(days=90) <= min(day.day for day in told.later)
    assert not told.is_telling
    assert domain.evaluate(days, 2).is_telling
    alone = domain.evaluate(days[:1], 1)
    assert (len(alone.earlier), len(alone.later), alone.is_telling) == (0, 1, False)
    assert not domain.evaluate([], 1).is_telling


def test_days_reach_as_far_as_the_facts() -> None:
    days = domain.past_days(as_of=DAY, first=DAY - timedelta(days=450), rules=RULES)
    assert days == [DAY - timedelta(days=back) for back in (270, 180, 90)]
    assert domain.past_days(as_of=DAY, first=DAY - timedelta(days=100), rules=RULES) == []


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=8))
def test_more_points_never_say_less(pairs: list[tuple[int, int]]) -> None:
    groups = [Rate(n, min(n, left)) for n, left in pairs]
    shares = [speak[1] / speak[0] for speak in pooled(groups) if speak]
    assert shares == sorted(shares)
    told = [(group.n, speak) for group, speak in zip(groups, pooled(groups), strict=True) if speak]
    # Nobody is counted twice and nobody is forgotten.
    assert sum(n * left / pool for n, (pool, left) in told) == pytest.approx(sum(group.left for group in groups))


def test_said_beside_what_happened() -> None:
    earlier = day_of([45.0] * 10 + [5.0] * 10, [True] * 4 + [False] * 16, day=DAY - timedelta(days=90))
    later = day_of([45.0] * 10 + [5.0] * 10, [True] * 9 + [False] * 11)
    told = domain.evaluate([earlier, later], 1)
    rows = domain.calibrated(told)
    assert (rows[5].said, rows[5].happened, rows[5].holds) == (Rate(10, 4), Rate(10, 9), False)
    assert (rows[1].said, rows[1].holds) == (Rate(10, 0), True)
    assert (rows[6].said, rows[6].holds) == (None, None)
    assert [said.said for said in domain.banded(told).values()] == [Rate(10, 0), None, Rate(10, 4)]


def test_a_high_band_of_few_speaks_with_the_band_below() -> None:
    earlier = day_of([45.0] * 2 + [25.0] * 20, [False] * 2 + [True] * 5 + [False] * 15, day=DAY - timedelta(days=90))
    bands = domain.banded(domain.evaluate([earlier, day_of([45.0], [True])], 1))
    assert bands[3].earlier == Rate(2, 0)
    assert bands[3].said == bands[2].said == Rate(22, 5)


# --- who is gone, from the facts ---


def holds(client: Client, day: date, total: int) -> None:
    AssetSnapshot.objects.create(branch=client.branch, client=client, day=day, total=total, stock_value=0)


def takes(client: Client, day: date, amount: int) -> None:
    CashFlow.objects.create(
        branch=client.branch, client=client, row_key=f"f{CashFlow.objects.count()}", day=day, kind="银行转取",
        amount=-amount, is_external=True,
    )  # fmt: skip


def trades(client: Client, day: date) -> None:
    Trade.objects.create(
        branch=client.branch, client=client, row_key=f"t{Trade.objects.count()}", day=day, security_code="600000",
        side="B", amount=20_000,
    )  # fmt: skip


def another(cast: Cast, number: int) -> Client:
    return Client.objects.create(branch=cast.home, client_no=f"7000{number:04}", name=f"客户{number}")


def test_gone_is_by_flow_and_not_by_price(cast: Cast) -> None:
    emptied, crashed, vanished, empty, stays = (another(cast, at) for at in range(5))
    for client in (emptied, crashed, vanished, stays):
        holds(client, DAY - timedelta(days=100), 400_000)
    for client, total in ((emptied, 10_000), (crashed, 10_000), (stays, 390_000), (empty, 300)):
        holds(client, DAY, total)
        if client != empty:
            trades(client, DAY - timedelta(days=20))
    takes(emptied, DAY - timedelta(days=10), 380_000)
    takes(vanished, DAY - timedelta(days=10), 399_000)
    gone = load_gone(cast.home, on=DAY, rules=RULES)
    assert gone == {emptied.pk: TAKEN_OUT, vanished.pk: TAKEN_OUT, empty.pk: IDLE}
    assert load_gone(cast.home, on=DAY - timedelta(days=30), rules=RULES).keys() == {empty.pk}
    assert load_gone(cast.away, on=DAY, rules=RULES) == {}


def test_closing_counts_from_its_day_and_an_old_closing_has_none(cast: Cast) -> None:
    today = timezone.localdate()
    closes, closed_before = (
        another(cast, 1),
        Client(branch=cast.home, client_no="79999999", name="旧户", status="closed"),
    )
    closed_before.save()
    for client in (closes, closed_before):
        holds(client, today - timedelta(days=1), 50_000)
    closes.status = "closed"
    closes.save()
    assert load_gone(cast.home, on=today, rules=RULES) == {closes.pk: CLOSED}
    assert load_gone(cast.home, on=today - timedelta(days=1), rules=RULES) == {}


# --- the whole ---


@pytest.fixture
def past(cast: Cast) -> RiskRun:
    """450 days of month-ends. Before each quarter's end three take half out first and the rest later; others stay."""
    as_of = timezone.localdate() - timedelta(days=1)
    rows, flows = [], []
    for number in range(40):
        client = another(cast, number)
        goes = as_of - timedelta(days=90 * (number // 6) + 40) if number < 24 else None
        for back in range(450, -1, -30):
            day = as_of - timedelta(days=back)
            left = 1.0 if goes is None or day < goes - timedelta(days=60) else 0.4 if day < goes else 0.0
            if left:
                rows.append(
                    AssetSnapshot(branch=cast.home, client=client, day=day, total=int(500_000 * left), stock_value=0)
                )
            trades(client, day)
        if goes:
            for day, amount in ((goes - timedelta(days=60), 300_000), (goes, 200_000)):
                flows.append(
                    CashFlow(
                        branch=cast.home, client=client, row_key=f"{number}{day}", day=day, kind="银行转取",
                        amount=-amount, is_external=True,
                    )
                )  # fmt: skip
    AssetSnapshot.objects.bulk_create(rows)
    CashFlow.objects.bulk_create(flows)
    policy = ensure_risk_policy(branch=cast.home, on=as_of)
    rules = copy.deepcopy(DEFAULT_RULES)
    rules["evaluation"]["least_leavers"] = 6
    RiskPolicy.objects.filter(pk=policy.pk).update(rules=rules, valid_from=as_of - timedelta(days=500))
    return score_risk(branch=cast.home, as_of=as_of)


def test_the_rule_finds_who_leaves_and_the_run_says_the_share(cast: Cast, past: RiskRun) -> None:
    policy = past.policy
    evaluation = evaluate_risk(branch=cast.home, policy=policy, as_of=past.as_of)
    told = service.read_outcome(evaluation.outcome)
    assert [day.left for day in (*told.earlier, *told.later)] == [6, 6, 6]
    assert evaluation.is_telling
    assert domain.top(told.later, RULE, 6).caught == 6
    past.refresh_from_db()
    shares = past.calibration
    assert sum(share["left"] for share in shares.values()) == 12
    assert all(share["low"] <= share["left"] / share["n"] <= share["high"] for share in shares.values())
    assert shares_of(past, ClientRisk.Band.values)
    assert story_of(evaluation, also=7).tops[0][0] == 7
    # The next night says it too; a rule with other figures says nothing.
    later = score_risk(branch=cast.home, as_of=past.as_of + timedelta(days=1), policy=policy)
    assert later.calibration == shares
    policy.rules = {**policy.rules, "least_assets": 5}
    assert known_shares(cast.home, policy) == {}


def test_too_little_history_says_so_and_the_rule_stands_alone(cast: Cast, past: RiskRun) -> None:
    policy = RiskPolicy.objects.create(branch=cast.home, version=2, rules=DEFAULT_RULES)
    evaluation = evaluate_risk(branch=cast.home, policy=policy, as_of=past.as_of)
    assert not evaluation.is_telling
    past.refresh_from_db()
    assert past.calibration == {}
    page = as_(cast.compliance).get(PAGE)
    assert page.context["story"].told.left_later == 6
    assert "30" in page.content.decode()
    assert as_(cast.director).get("/retention/signs/").status_code == 200


def test_the_same_past_is_written_once(cast: Cast, past: RiskRun) -> None:
    one = evaluate_risk(branch=cast.home, policy=past.policy, as_of=past.as_of)
    assert evaluate_risk(branch=cast.home, policy=past.policy, as_of=past.as_of) == one
    assert AuditEntry.objects.filter(action="retention.risk_evaluated").count() == 1
    takes(another(cast, 99), past.as_of - timedelta(days=100), 5)
    holds(Client.objects.get(client_no="70000099"), past.as_of - timedelta(days=200), 900_000)
    assert evaluate_risk(branch=cast.home, policy=past.policy, as_of=past.as_of) != one
    assert RiskEvaluation.objects.count() == 2


def test_a_killed_worker_leaves_its_days(cast: Cast, past: RiskRun, monkeypatch: pytest.MonkeyPatch) -> None:
    job = ask_for_evaluation(branch=cast.home, policy=past.policy, actor=cast.director)
    assert ask_for_evaluation(branch=cast.home, policy=past.policy, actor=cast.manager) == job
    worked_out: list[date] = []
    hold_day = service._hold_day

    lives = {"days": 2}

    def counted(branch: Any, day: date, rules: Any) -> Day:
        if len(worked_out) == lives["days"]:
            raise MemoryError("killed")
        worked_out.append(day)
        return hold_day(branch, day, rules)

    monkeypatch.setattr(service, "_hold_day", counted)
    assert run_job(job.pk).state == JobRun.State.FAILED  # type: ignore[union-attr]
    assert as_(cast.director).get(PAGE).context["job"] == job
    JobRun.objects.filter(pk=job.pk).update(state=JobRun.State.QUEUED)
    lives["days"] = 9
    assert run_job(job.pk).state == JobRun.State.SUCCEEDED  # type: ignore[union-attr]
    assert len(worked_out) == len(set(worked_out)) == 3
    assert RiskEvaluation.objects.get().policy == past.policy


def test_asked_for_on_the_page(cast: Cast, past: RiskRun) -> None:
    browser = as_(cast.manager)
    assert browser.get(PAGE).context["evaluation"] is None
    assert browser.post(f"{PAGE}new/").url == PAGE
    run_job(JobRun.objects.get(kind="retention.evaluate_risk").pk)
    page = browser.get(f"{PAGE}?k=3")
    assert page.context["story"].tops[0][0] == 3
    kept = RiskEvaluation.objects.get()
    assert browser.get(f"{PAGE}{kept.pk}/?k=x").status_code == 200
    assert as_(cast.stranger).get(f"{PAGE}{kept.pk}/").status_code == 404
    assert as_(cast.advisor).get(PAGE).status_code == 403


def test_a_draft_may_be_held_against_the_past(cast: Cast, past: RiskRun) -> None:
    draft = RiskPolicy.objects.create(branch=cast.home, version=2, rules=past.policy.rules)
    browser = as_(cast.assistant)
    assert f'value="{draft.pk}"' in browser.get(f"/retention/signs/rule/{draft.pk}/effect/").content.decode()
    browser.post(f"{PAGE}new/", {"policy": draft.pk})
    run_job(JobRun.objects.get(kind="retention.evaluate_risk").pk)
    assert RiskEvaluation.objects.get().policy == draft
    # What the night in force says comes from its own rule alone.
    past.refresh_from_db()
    assert past.calibration == {}
    assert as_(cast.stranger).post(f"{PAGE}new/", {"policy": draft.pk}).status_code == 404


def test_the_night_asks_once_a_window(cast: Cast, past: RiskRun) -> None:
    assert ask_when_due(branch=cast.home, policy=past.policy, on=past.as_of)
    assert ask_when_due(branch=cast.home, policy=past.policy, on=past.as_of)
    run_job(JobRun.objects.get(kind="retention.evaluate_risk").pk)
    assert not ask_when_due(branch=cast.home, policy=past.policy, on=past.as_of + timedelta(days=89))
    assert ask_when_due(branch=cast.home, policy=past.policy, on=past.as_of + timedelta(days=90))


def test_before_the_first_night(cast: Cast) -> None:
    browser = as_(cast.director)
    assert browser.get(PAGE).status_code == 200
    assert browser.post(f"{PAGE}new/", follow=True).status_code == 200
    assert not JobRun.objects.exists()


def test_an_empty_branch_has_nothing_to_say(cast: Cast) -> None:
    policy = ensure_risk_policy(branch=cast.away, on=DAY)
    evaluation = evaluate_risk(branch=cast.away, policy=policy, as_of=DAY)
    assert (evaluation.is_telling, evaluation.outcome["days"]) == (False, [])
    assert as_(cast.stranger).get(PAGE).status_code == 200
