"""The published rule: measures from facts, points that add up, and a rule that refuses nonsense."""

from __future__ import annotations

import copy

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from branch_crm.core.domain.rule_table import RuleFault
from retention.domain.risk.measures import measure
from retention.domain.risk.rules import DEFAULT_RULES, SIGNALS, read_risk_rules
from retention.domain.risk.score import HIGH, LOW, WATCH, score

RULES = read_risk_rules(DEFAULT_RULES)
COLUMNS = [
    "since_opening", "rate", "peak", "assets", "stock", "stock_before", "assets_before", "net_out", "net_in",
    "outs", "outs_before", "sum_out", "sum_out_before", "since_transfer", "trade_days", "since_trade", "traded",
    "traded_before", "entropy", "since_order", "redeemed", "bought", "quota", "quota_before", "since_complaint",
    "complaint_open", "since_change", "since_active",
]  # fmt: skip


def facts(*rows: dict[str, float]) -> pd.DataFrame:
    known = [{"client_id": at + 1, "peak": 100_000.0, "since_active": 3.0, **row} for at, row in enumerate(rows)]
    return pd.DataFrame(known, columns=["client_id", *COLUMNS]).astype(dict.fromkeys(COLUMNS, float))


def points(code: str, **row: float) -> float:
    return float(score(measure(facts(row), RULES), RULES).by_signal[0, SIGNALS.index(code)])


def test_nothing_known_is_no_sign() -> None:
    scored = score(measure(facts({}), RULES), RULES)
    assert scored.points.tolist() == [0]
    assert scored.bands.tolist() == [LOW]


def test_who_never_had_anything_is_not_scored() -> None:
    assert measure(facts({"peak": 999.0}, {}), RULES).client_ids.tolist() == [2]


@pytest.mark.parametrize(("out", "expected"), [(10_000, 0), (20_000, 0), (45_000, 15), (70_000, 30), (99_000, 30)])
def test_outflow_counts_from_a_fifth_of_the_peak(out: float, expected: float) -> None:
    assert points("outflow", net_out=out) == pytest.approx(expected)


def test_a_fall_of_prices_is_not_an_outflow() -> None:
    """Half of the assets gone without a transfer: the market took it."""
    measured = measure(facts({"assets_before": 100_000, "assets": 50_000}), RULES)
    scored = score(measured, RULES)
    assert scored.by_signal[0, SIGNALS.index("outflow")] == 0
    assert scored.by_signal[0, SIGNALS.index("loss")] == 6
    assert measured.figures["loss"]["lost"].tolist() == [50_000]


def test_money_taken_out_is_not_a_loss() -> None:
    assert points("loss", assets_before=100_000, assets=20_000, net_in=-80_000) == 0


def test_more_transfers_count_only_when_larger_in_sum() -> None:
    assert points("transfers", outs=5, outs_before=1, sum_out=9_000, sum_out_before=4_000) == 10
    assert points("transfers", outs=5, outs_before=1, sum_out=3_000, sum_out_before=4_000) == 0


def test_bursts_then_silence_and_not_an_even_rhythm() -> None:
    even = 11 * (30 / 366) * np.log(30 / 366)
    burst = 10 * (1 / 366) * np.log(1 / 366) + (150 / 366) * np.log(150 / 366)
    assert points("rhythm", trade_days=11, entropy=even, since_trade=35) == 0
    assert points("rhythm", trade_days=11, entropy=burst, since_trade=205) > 4
    assert points("rhythm", trade_days=4, entropy=burst, since_trade=205) == 0


def test_quota_up_while_the_stock_here_falls() -> None:
    assert points("elsewhere", quota=15_000, quota_before=10_000, stock=50_000, stock_before=100_000) == 14
    # Prices lift both alike.
    assert points("elsewhere", quota=15_000, quota_before=10_000, stock=150_000, stock_before=100_000) == 0
    # Both fall: the client sells, and buys nowhere else.
    assert points("elsewhere", quota=7_000, quota_before=10_000, stock=20_000, stock_before=100_000) == 0


def test_a_rate_is_held_against_clients_with_assets_of_the_same_size() -> None:
    rows = [{"rate": 0.0002}, {"rate": 0.0002}, {"rate": 0.0005}, {"rate": 0.0005, "peak": 5_000_000.0}]
    by_rate = score(measure(facts(*rows), RULES), RULES).by_signal[:, SIGNALS.index("rate")]
    assert by_rate.tolist() == [0, 0, 6, 0]


def test_an_unsettled_complaint_does_not_fade() -> None:
    assert points("complaint", since_complaint=170, complaint_open=1) == 14
    assert points("complaint", since_complaint=170, complaint_open=0) < 2
    assert points("advisor", since_change=90) == 8


def test_a_new_account_has_not_been_silent_for_a_year() -> None:
    nobody = {"since_active": np.nan}
    assert points("silence", since_opening=20, **nobody) == 0
    assert points("silence", **nobody) == 10


def test_bands() -> None:
    rows = [{"net_out": 45_000}, {"net_out": 60_000}, {"net_out": 90_000, "since_complaint": 1, "complaint_open": 1}]
    assert score(measure(facts(*rows), RULES), RULES).bands.tolist() == [LOW, WATCH, HIGH]


@given(st.lists(st.dictionaries(st.sampled_from(COLUMNS), st.floats(0, 1e9)), min_size=1, max_size=6))
def test_points_add_up_and_stay_in_their_bounds(rows: list[dict[str, float]]) -> None:
    clean = [{**row, "trade_days": 5.0, "since_trade": min(row.get("since_trade", 3.0), 365.0)} for row in rows]
    scored = score(measure(facts(*clean), RULES), RULES)
    most = np.array([RULES.signals[code].points for code in SIGNALS])
    assert (scored.by_signal >= 0).all()
    assert (scored.by_signal <= most).all()
    assert scored.points == pytest.approx(scored.by_signal.sum(axis=1), abs=0.01)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("windows.recent_days", 3),
        ("windows.look_back_days", 91),
        ("signals.outflow.points", -1),
        ("signals.outflow.points", float("nan")),
        ("signals.rate.to", 1.0),
        ("signals.gossip", {"points": 1}),
        ("bands.high", 20),
        ("least_assets", True),
    ],
)
def test_a_rule_that_is_wrong_names_its_field(path: str, value: object) -> None:
    rules = copy.deepcopy(DEFAULT_RULES)
    *sections, last = path.split(".")
    part = rules
    for section in sections:
        part = part[section]
    part[last] = value
    with pytest.raises(RuleFault) as error:
        read_risk_rules(rules)
    assert error.value.field == path
