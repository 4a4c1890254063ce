"""The lines of a value's explanation: what the why panel shows, one frozen value a line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from clients.domain.value.offsystem import STEP, YUAN_PER_SHARE


@dataclass(frozen=True)
class Term:
    """One of A·a, B·b, C·c. `weight` is the one applied (rescaled when another part is not known); `part` None = not known."""

    component: str
    set_weight: float
    weight: float
    part: float | None
    points: float
    money: Decimal | None
    scale: float | None


@dataclass(frozen=True)
class MonthLine:
    """A month in the window: money in 元, share of the month inside, weight of a yuan after decay."""

    month: date
    share: float
    weight: float
    commission: Decimal
    products: Decimal
    fees: Decimal

    @property
    def counted(self) -> Decimal:
        return self.commission * Decimal(str(self.share))

    @property
    def faded_commission(self) -> float:
        return float(self.commission) * self.share * self.weight

    @property
    def faded_products(self) -> float:
        return float(self.products) * self.share * self.weight


@dataclass(frozen=True)
class QuotaStory:
    """The arithmetic from quota to off-system value; shares and 元. `low` is what counted in the run."""

    shanghai: Decimal | None
    shenzhen: Decimal | None
    day: date
    granted: float
    in_house: float
    low: float
    high: float
    share_of_wallet: float
    data_check: bool
    yuan_per_share: float = YUAN_PER_SHARE
    step: float = STEP


@dataclass(frozen=True)
class SnapshotLine:
    """One day behind the mean of net assets, 元."""

    day: date
    total: Decimal
    debt: Decimal
    cash: Decimal | None

    @property
    def net(self) -> Decimal:
        return self.total - self.debt


@dataclass(frozen=True)
class Reached:
    """The figure (`assets` or `commission`) that reaches the tier, and the threshold in 元."""

    by: str
    threshold: float


@dataclass(frozen=True)
class CorePlace:
    """By net revenue: the client's place, and the share of all revenue that those ahead and the client bring together."""

    place: int
    cumulative: float
    cutoff: float
    size: int
    wanted: float
