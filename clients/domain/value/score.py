"""Score a whole branch: facts and the run before go in, one frozen table comes out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clients.domain.value.core_set import CoreSet, core_set
from clients.domain.value.offsystem import OffSystem, off_system
from clients.domain.value.parts import contributions, part, ranks, scale_of
from clients.domain.value.rules import ValueRules
from clients.domain.value.tiers import Tiers, tiers
from clients.domain.value.value_types import value_types

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

#: The amounts (元) that earn 100 points, in the order of the components; None = nobody has any.
Scales = tuple[float | None, float | None, float | None]


@dataclass(frozen=True)
class Facts:
    """What the branch knows of its clients on one day, one entry a client, ordered by client number. 元; NaN = not known.

    `trades_known` / `products_known` say whether the branch has loaded any such data: without them a zero means nothing.
    """

    client: Ints
    commission_decayed: Floats
    commission_12m: Floats
    purchases_decayed: Floats
    fees_12m: Floats
    net_assets: Floats
    cash: Floats
    stock_value: Floats
    quota_shanghai: Floats
    quota_shenzhen: Floats
    trades_known: bool
    products_known: bool

    def __len__(self) -> int:
        return len(self.client)


@dataclass(frozen=True)
class Previous:
    """The run before, in the order of the facts. Tier 0 = the client was not in it. `scales` is set within the same month
    and policy, so that nobody's points move because others moved."""

    tier: Ints
    hold: Ints
    is_review: bool
    scales: Scales | None = None


@dataclass(frozen=True)
class Scores:
    """`parts` and `points` (contributions to V) are N x 3 in the order commission, purchasing power, assets."""

    value: Floats
    parts: Floats
    points: Floats
    rank: Ints
    value_type: Ints
    tiers: Tiers
    core: CoreSet
    purchase_money: Floats
    revenue_12m: Floats
    quota: OffSystem
    scales: Scales


def nothing_before(count: int) -> Previous:
    """The first run of a branch."""
    return Previous(np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64), is_review=False)


def score(facts: Facts, rules: ValueRules, previous: Previous) -> Scores:
    """Pure and deterministic: same facts, rules and previous run, same scores."""
    quota = off_system(
        quota_shanghai=facts.quota_shanghai, quota_shenzhen=facts.quota_shenzhen, stock_value=facts.stock_value
    )
    commission = facts.commission_decayed if facts.trades_known else np.full(len(facts), np.nan)
    purchase = purchasing_power(facts, quota, rules)
    money = (commission, purchase, facts.net_assets)
    scales = previous.scales or _scales(money, rules)
    parts = np.column_stack(
        [part(amount, scale, rules.scale_depth) for amount, scale in zip(money, scales, strict=True)]
    )
    points = contributions(parts, rules.weights)
    value = points.sum(axis=1)
    revenue = facts.commission_12m + facts.fees_12m
    return Scores(
        value=value,
        parts=parts,
        points=points,
        rank=ranks(value),
        value_type=value_types(points, rules.type_cutoff),
        tiers=tiers(
            facts.net_assets,
            facts.commission_12m,
            rules,
            previous=previous.tier,
            hold=previous.hold,
            is_review=previous.is_review,
        ),
        core=core_set(revenue, rules.core_share),
        purchase_money=purchase,
        revenue_12m=revenue,
        quota=quota,
        scales=scales,
    )


def purchasing_power(facts: Facts, quota: OffSystem, rules: ValueRules) -> Floats:
    """Decayed purchases + a share of idle cash + a share of the least off-system wealth; NaN where none of them is known."""
    terms = (
        facts.purchases_decayed if facts.products_known else np.full(len(facts), np.nan),
        rules.idle_cash_share * np.maximum(facts.cash, 0.0),
        rules.off_system_share * quota.low,
    )
    stacked = np.stack(terms)
    summed: Floats = np.nan_to_num(stacked, nan=0.0).sum(axis=0)
    summed[np.isnan(stacked).all(axis=0)] = np.nan
    return summed


def _scales(money: tuple[Floats, Floats, Floats], rules: ValueRules) -> Scales:
    commission, purchase, assets = (scale_of(amount, rules.scale_percentile) for amount in money)
    return commission, purchase, assets
