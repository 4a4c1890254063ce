"""What would change a client's standing, by numbers one can check on paper."""

import numpy as np
import pytest

from clients.domain.value.rules import DEFAULT_RULES, parse_rules
from clients.domain.value.what_would_change import Standing, what_would_change

RULES = parse_rules(DEFAULT_RULES)


def changes(effect, **fields):
    standing = Standing(
        **{
            "money": (1_000.0, 10_000.0, 400_000.0),
            "commission_12m": 4_000.0,
            "revenue_12m": 4_000.0,
            "tier": 2,
            "is_core": False,
            "scales": (10_000.0, 1e6, 5e6),
            "spread": 0.5,
            "others_revenue": np.array([10_000.0, 5_000.0, 1_000.0]),
            **fields,
        }
    )
    return {
        (change.lever, change.to): change for change in what_would_change(standing, RULES) if change.effect == effect
    }


def test_the_next_tier_is_reached_by_assets_or_by_commission():
    found = changes("tier")
    assert found["assets", "3"].by == 100_000
    assert found["commission", "3"].by == 1_000


def test_a_tier_is_lost_by_the_one_figure_that_holds_it_after_the_reviews():
    found = changes("tier", tier=3, money=(1_000.0, 0.0, 600_000.0), commission_12m=1_500.0)
    fall = found["assets", "2"]
    # Band of 10 %: below 450,000.
    assert fall.by == pytest.approx(-150_000.01) and fall.after_reviews == 3


def test_held_by_both_figures_no_single_one_loses_it():
    found = changes("tier", tier=3, money=(1_000.0, 0.0, 600_000.0), commission_12m=6_000.0)
    assert not [change for change in found.values() if change.after_reviews]


def test_the_way_into_the_core():
    # Ahead are 10,000 + 9,000; in as soon as 19,000 < 80 % of (20,000 + r), that is r > 3,750.
    found = changes("core", others_revenue=np.array([10_000.0, 9_000.0, 1_000.0]), revenue_12m=3_000.0)
    assert found["commission", "core"].by == pytest.approx(750, abs=0.05)


def test_the_way_out_of_the_core():
    found = changes("core", others_revenue=np.array([10_000.0, 9_000.0, 1_000.0]), is_core=True)
    assert found["commission", "not_core"].by == pytest.approx(-250, abs=0.05)


def test_a_balanced_client_becomes_an_asset_keeper_by_more_assets_and_not_by_less():
    found = changes("type", money=(600.0, 30_000.0, 1_000_000.0))
    assert {to for _lever, to in found} <= {"commission", "product", "asset"}
    assert found["assets", "asset"].by > 0
    # A commission of 1 yuan a year weighs half a yuan after decay, so twice as much is needed.
    half = changes("type", money=(600.0, 30_000.0, 1_000_000.0), spread=1.0)
    assert found["commission", "commission"].by == pytest.approx(2 * half["commission", "commission"].by, abs=0.02)


def test_an_unknown_figure_is_no_lever():
    assert not [
        lever for lever, _to in changes("type", money=(float("nan"), 10_000.0, 400_000.0)) if lever == "commission"
    ]
