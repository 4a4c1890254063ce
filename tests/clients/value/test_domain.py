"""The value rule by hand-computed numbers: one named case per row."""

import math
from datetime import date, timedelta

import numpy as np
import pytest

from clients.domain.value.core_set import core_set
from clients.domain.value.decay import even_spread, month_weights, window_start_month
from clients.domain.value.movement import Before, core_move, reason_by_part
from clients.domain.value.offsystem import off_system
from clients.domain.value.parts import contributions, part, ranks, scale_of
from clients.domain.value.rules import DEFAULT_RULES, Fault, RulesError, parse_rules
from clients.domain.value.sensitivity import moved, sensitivity
from clients.domain.value.tiers import raw_tier, tiers
from clients.domain.value.value_types import TYPES, value_types

RULES = parse_rules(DEFAULT_RULES)
NAN = math.nan


def weekdays(first: date, last: date) -> list[date]:
    return [day for n in range((last - first).days + 1) if (day := first + timedelta(n)).weekday() < 5]


class TestDecay:
    def test_the_window_starts_in_the_same_month_of_the_year_before(self):
        assert window_start_month(date(2026, 11, 24), 12) == date(2025, 11, 1)
        assert window_start_month(date(2026, 1, 31), 12) == date(2025, 1, 1)
        assert window_start_month(date(2026, 2, 28), 3) == date(2025, 11, 1)

    def test_today_weighs_one_and_a_half_life_ago_weighs_half(self):
        days = weekdays(date(2026, 9, 1), date(2026, 11, 2))
        weights = month_weights(days, as_of=date(2026, 11, 2), window_months=2, half_life_sessions=1)
        assert weights[-1].decay == pytest.approx(1.0)  # one day in November: today
        assert weights[-1].sessions == 1
        october = [2.0**-n for n in range(1, 23)]
        assert weights[-2].decay == pytest.approx(sum(october) / 22)

    def test_the_oldest_month_counts_from_the_same_day_on(self):
        days = weekdays(date(2025, 11, 1), date(2026, 11, 24))
        oldest = month_weights(days, as_of=date(2026, 11, 24), window_months=12, half_life_sessions=90)[0]
        assert (oldest.month, oldest.sessions) == (date(2025, 11, 1), 4)  # 25 to 28 November 2025
        assert oldest.share == pytest.approx(4 / 20)

    def test_at_a_month_s_end_whole_months_count(self):
        days = weekdays(date(2025, 11, 1), date(2026, 11, 30))
        weights = month_weights(days, as_of=date(2026, 11, 30), window_months=12, half_life_sessions=90)
        assert weights[0].month == date(2025, 12, 1) and {weight.share for weight in weights} == {1.0}

    def test_an_even_year_weighs_its_mean(self):
        days = weekdays(date(2025, 11, 1), date(2026, 11, 30))
        weights = month_weights(days, as_of=date(2026, 11, 30), window_months=12, half_life_sessions=90)
        count = sum(weight.sessions for weight in weights)
        assert even_spread(weights) == pytest.approx(np.mean(2.0 ** (-np.arange(count) / 90)))


@pytest.mark.parametrize(
    ("case", "shanghai", "shenzhen", "stock", "low", "high", "check"),
    [
        ("all of it is here", 5_000, NAN, 50_000, 0, 5_000, False),
        ("half of it is here", 5_000, NAN, 25_000, 25_000, 30_000, False),
        ("both markets add", 5_000, 1_000, 10_000, 50_000, 60_000, False),
        ("no quota still allows ten thousand", 0, 0, 4_000, 0, 16_000, False),
        ("more here than both quotas allow", 1_000, 1_000, 50_000, 0, 0, True),
        ("one market missing is never flagged", 1_000, NAN, 50_000, 0, 0, False),
        ("nothing known here", 1_000, 0, NAN, 10_000, 25_000, False),
    ],
)
def test_quota_bounds_what_is_held_elsewhere(case, shanghai, shenzhen, stock, low, high, check):
    found = off_system(
        quota_shanghai=np.array([shanghai], dtype=float),
        quota_shenzhen=np.array([shenzhen], dtype=float),
        stock_value=np.array([stock], dtype=float),
    )
    assert (found.low[0], found.high[0], bool(found.data_check[0])) == (low, high, check)


def test_without_a_fresh_quota_nothing_is_said():
    found = off_system(quota_shanghai=np.array([NAN]), quota_shenzhen=np.array([NAN]), stock_value=np.array([9.0]))
    assert np.isnan(found.low[0]) and np.isnan(found.share_of_wallet[0]) and not found.data_check[0]


class TestParts:
    def test_points_grow_with_the_logarithm_and_stop_at_the_scale(self):
        points = part(np.array([0.0, 99.0, 9_999.0, 1e9, -5.0, NAN]), 9_999.0, 9_999)
        assert points[:5] == pytest.approx([0, 50, 100, 100, 0])
        assert np.isnan(points[5])

    def test_the_scale_is_the_percentile_of_what_is_known(self):
        assert scale_of(np.array([0.0, 100.0, NAN]), 99) == pytest.approx(99)
        assert scale_of(np.array([NAN, NAN]), 99) is None
        assert scale_of(np.array([0.0, 0.0]), 99) is None

    def test_where_nearly_nobody_has_any_the_largest_amount_serves(self):
        assert scale_of(np.array([0.0] * 999 + [500.0]), 99) == 500.0

    def test_a_missing_part_hands_its_weight_to_the_others(self):
        points = contributions(np.array([[80.0, 50.0, 20.0], [80.0, NAN, 20.0], [NAN, NAN, NAN]]), (0.4, 0.3, 0.3))
        assert points[0] == pytest.approx([32, 15, 6])
        assert points[1] == pytest.approx([0.4 / 0.7 * 80, 0, 0.3 / 0.7 * 20])
        assert points[2].sum() == 0

    def test_equal_values_rank_in_the_order_of_client_numbers(self):
        assert ranks(np.array([5.0, 9.0, 5.0])).tolist() == [2, 1, 3]


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ((45, 30, 25), "commission"),
        ((30, 45, 25), "product"),
        ((20, 30, 50), "asset"),
        ((44, 30, 26), "balanced"),
        ((45, 45, 10), "commission"),
        ((0, 0, 0), "balanced"),
    ],
)
def test_the_largest_term_names_the_type(points, expected):
    assert TYPES[value_types(np.array([points], dtype=float), 0.45)[0]] == expected


@pytest.mark.parametrize(
    ("assets", "commission", "expected"),
    [(0, 0, 1), (99_999.99, 999.99, 1), (100_000, 0, 2), (0, 5_000, 3), (6e6, 0, 5), (600_000, 12_000, 4), (NAN, 0, 1)],
)
def test_assets_or_commission_reach_a_tier(assets, commission, expected):
    assert raw_tier(np.array([assets], dtype=float), np.array([commission], dtype=float), RULES)[0] == expected


class TestHysteresis:
    def step(self, assets, previous, hold, *, review, commission=0.0):
        found = tiers(
            np.array([assets], dtype=float),
            np.array([commission], dtype=float),
            RULES,
            previous=np.array([previous]),
            hold=np.array([hold]),
            is_review=review,
        )
        return int(found.tier[0]), int(found.hold[0]), int(found.raw[0])

    def test_a_rise_counts_at_once(self):
        assert self.step(1_000_000, 2, 2, review=False) == (4, 0, 4)

    def test_inside_the_band_nothing_happens(self):
        assert self.step(450_000, 3, 1, review=True) == (3, 0, 2)

    def test_below_the_band_only_reviews_count(self):
        assert self.step(449_999, 3, 1, review=False) == (3, 1, 2)
        assert self.step(449_999, 3, 1, review=True) == (3, 2, 2)

    def test_the_third_failed_review_lowers_to_what_the_figures_hold(self):
        assert self.step(95_000, 4, 2, review=True) == (2, 0, 1)

    def test_unknown_assets_fail_no_review(self):
        assert self.step(NAN, 4, 2, review=True) == (4, 0, 1)

    def test_a_new_client_starts_where_the_figures_are(self):
        assert self.step(500_000, 0, 0, review=False) == (3, 0, 3)


class TestCoreSet:
    def test_the_smallest_set_that_reaches_the_share(self):
        found = core_set(np.array([10.0, 50.0, 30.0, 10.0]), 0.8)
        assert found.is_core.tolist() == [False, True, True, False]
        assert (found.size, found.covered, found.cutoff) == (2, pytest.approx(0.8), 30.0)

    def test_of_equals_the_first_numbers_get_in(self):
        assert core_set(np.array([10.0] * 5), 0.5).is_core.tolist() == [True, True, True, False, False]

    def test_no_revenue_no_core(self):
        found = core_set(np.array([0.0, -5.0, NAN]), 0.8)
        assert not found.is_core.any() and found.curve == []

    def test_the_curve_runs_from_nothing_to_everything_through_the_own_point(self):
        found = core_set(np.random.default_rng(1).pareto(1.2, 1_000), 0.8)
        assert found.curve[0] == (0, 0) and found.curve[-1] == pytest.approx((1, 1))
        assert (found.size / 1_000, pytest.approx(found.covered)) in found.curve
        assert 50 <= len(found.curve) <= 52


@pytest.mark.parametrize(
    ("before", "revenue", "is_core", "reason"),
    [
        (None, 500, True, "new_client"),
        (None, 500, False, None),
        (Before(100, False), 500, True, "revenue_up"),
        (Before(500, False), 500, True, "line_down"),
        (Before(500, True), 100, False, "revenue_down"),
        (Before(500, True), 600, False, "line_up"),
        (Before(500, True), 600, True, None),
    ],
)
def test_a_core_move_names_what_moved(before, revenue, is_core, reason):
    move = core_move(1, before=before, revenue=revenue, is_core=is_core)
    assert (move.reason if move else None) == reason


@pytest.mark.parametrize(
    ("before", "revenue", "is_core", "line", "reason"),
    [
        (Before(100, False), 500, True, 400, "revenue_up"),
        (Before(100, False), 300, True, 400, "line_down"),  # brought more, yet not enough for the old line
        (Before(500, True), 300, False, 400, "revenue_down"),
        (Before(500, True), 450, False, 400, "line_up"),  # brought less, yet enough for the old line
        (Before(500, True), 600, False, 400, "line_up"),
    ],
)
def test_who_did_not_cross_the_old_line_was_moved_by_the_others(before, revenue, is_core, line, reason):
    move = core_move(1, before=before, revenue=revenue, is_core=is_core, line=line)
    assert move is not None and move.reason == reason


@pytest.mark.parametrize(
    ("reason", "commission", "fees", "named"),
    [
        ("revenue_up", 300, 100, "commission_up"),
        ("revenue_up", -50, 400, "purchases_up"),
        ("revenue_down", -300, -100, "commission_down"),
        ("revenue_down", 50, -400, "purchases_down"),
        ("line_up", -300, 0, "line_up"),
        ("new_client", 300, 0, "new_client"),
    ],
)
def test_the_part_of_revenue_that_moved_most_names_the_reason(reason, commission, fees, named):
    assert reason_by_part(reason, commission=commission, fees=fees) == named


def change(**fields):
    return {**DEFAULT_RULES, **fields}


def tier_table(**row):
    return [{**each, **row} if each["tier"] == 3 else each for each in DEFAULT_RULES["tiers"]]


@pytest.mark.parametrize(
    ("rules", "fault"),
    [
        (change(weights={"commission": 0.5, "purchasing": 0.3, "assets": 0.3}), Fault("weights", "sum")),
        (
            change(weights={"commission": 1.5, "purchasing": -0.5, "assets": 0}),
            Fault("weights.commission", "range", 0, 1),
        ),
        (change(weights=None), Fault("weights", "missing")),
        (change(half_life_sessions=0), Fault("half_life_sessions", "range", 5, 1000)),
        (change(half_life_sessions=90.5), Fault("half_life_sessions", "whole", 5, 1000)),
        (change(window_months="12"), Fault("window_months", "number", 3, 36)),
        (change(window_months=True), Fault("window_months", "number", 3, 36)),
        (change(core_share=NAN), Fault("core_share", "number", 0.05, 0.99)),
        (change(typo=1), Fault("typo", "unknown")),
        (change(tiers=[]), Fault("tiers", "missing")),
        (change(tiers=tier_table(assets=50_000)), Fault("tiers.3.assets", "order", 100_000)),
        (change(tiers=tier_table(commission=None)), Fault("tiers.3.commission", "missing", 0, 1e12)),
    ],
)
def test_a_wrong_rule_is_named_by_its_field(rules, fault):
    with pytest.raises(RulesError) as caught:
        parse_rules(rules)
    assert fault in caught.value.faults


def test_all_faults_are_named_at_once():
    with pytest.raises(RulesError) as caught:
        parse_rules(change(window_months=1, core_share=2))
    assert {fault.field for fault in caught.value.faults} == {"window_months", "core_share"}


class TestSensitivity:
    def test_a_moved_weight_takes_from_the_others_in_proportion(self):
        assert moved((0.4, 0.3, 0.3), 0, 0.1) == pytest.approx((0.5, 0.25, 0.25))
        assert moved((1.0, 0.0, 0.0), 0, -0.1) == pytest.approx((0.9, 0.05, 0.05))
        assert moved((0.95, 0.05, 0.0), 0, 0.1) == pytest.approx((1.0, 0.0, 0.0))

    def test_parts_that_agree_make_the_ranking_firm_and_parts_that_quarrel_do_not(self):
        rising = np.linspace(0, 100, 50)
        firm = np.column_stack([rising, rising, rising])
        assert all(shift.correlation == pytest.approx(1) for shift in sensitivity(firm, (0.4, 0.3, 0.3), 2))
        torn = np.column_stack([rising, rising[::-1], np.zeros(50)])
        assert min(shift.correlation for shift in sensitivity(torn, (0.5, 0.4, 0.1), 2)) < 0
