"""How one client's value came about: the stored outcome, and the facts behind it down to months and days."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property

import numpy as np
from django.db import connection
from django.db.models import Count, Q, Sum

from branch_crm.core.bulk_copy import read_columns
from clients.domain.value.decay import even_spread
from clients.domain.value.offsystem import YUAN_PER_SHARE, off_system
from clients.domain.value.parts import contributions
from clients.domain.value.rules import COMPONENTS, ValueRules, parse_rules
from clients.domain.value.what_would_change import Change, Standing, what_would_change
from clients.models import AssetSnapshot, Client, ClientValue, IpoQuota, MonthlySum, ScoringRun
from clients.queries.value import history
from clients.queries.value_facts import Windows, windows
from clients.queries.value_lines import CorePlace, MonthLine, QuotaStory, Reached, SnapshotLine, Term

#: Points of the history chart.
HISTORY = 120


class ValueStory:
    """Everything the why panel shows; parts are read when the template asks for them."""

    def __init__(self, client: Client, value: ClientValue) -> None:
        self.client = client
        self.value = value
        self.run: ScoringRun = value.run
        self.policy = value.run.policy
        self.rules: ValueRules = parse_rules(self.policy.rules)

    @cached_property
    def windows(self) -> Windows:
        return windows(self.run.as_of, self.rules)

    @cached_property
    def terms(self) -> list[Term]:
        value = self.value
        parts = (value.commission_part, value.purchase_part, value.asset_part)
        money = (value.commission_money, value.purchase_money, value.asset_money)
        known = np.array([[np.nan if part is None else part for part in parts]])
        points = contributions(known, self.rules.weights)[0]
        total = sum(weight for weight, part in zip(self.rules.weights, parts, strict=True) if part is not None)
        return [
            Term(
                component=name,
                set_weight=self.rules.weights[index],
                weight=self.rules.weights[index] / total if parts[index] is not None and total else 0.0,
                part=parts[index],
                points=float(points[index]),
                money=money[index],
                scale=self.run.summary["scales"][name],
            )
            for index, name in enumerate(COMPONENTS)
        ]

    @cached_property
    def months(self) -> list[MonthLine]:
        sums = {
            row.month: row
            for row in MonthlySum.objects.filter(client=self.client, month__in=[m.month for m in self.windows.months])
        }
        nothing = MonthlySum(net_commission=Decimal(0), products_bought=Decimal(0), product_fees=Decimal(0))
        return [
            MonthLine(m.month, m.share, m.decay, row.net_commission, row.products_bought, row.product_fees)
            for m in self.windows.months
            for row in [sums.get(m.month, nothing)]
        ]

    @cached_property
    def month_totals(self) -> dict[str, float]:
        return {
            "commission": float(sum((line.counted for line in self.months), Decimal(0))),
            "faded_commission": sum(line.faded_commission for line in self.months),
            "faded_products": sum(line.faded_products for line in self.months),
        }

    @cached_property
    def snapshots(self) -> list[AssetSnapshot]:
        """Those of the mean; where there are none, the newest that is not stale."""
        rows = AssetSnapshot.objects.filter(client=self.client, day__lte=self.run.as_of).order_by("-day")
        recent = list(rows.filter(day__gte=self.windows.holdings_from))
        return recent or list(rows.filter(day__gte=self.windows.late_from)[:1])

    @cached_property
    def mean_cash(self) -> Decimal | None:
        known = [row.cash for row in self.snapshots if row.cash is not None]
        return sum(known, Decimal(0)) / len(known) if known else None

    @cached_property
    def facts_moved(self) -> bool:
        """Whether the facts have changed since the run, so that the tables no longer add up to the stored value."""
        stored = float(self.value.commission_12m)
        return abs(stored - self.month_totals["commission"]) > 1

    @cached_property
    def quota(self) -> QuotaStory | None:
        """Newest quota of each market that is not stale, and what it says."""
        newest: dict[str, IpoQuota] = {}
        rows = IpoQuota.objects.filter(client=self.client, day__range=(self.windows.quota_from, self.run.as_of))
        for row in rows.order_by("day"):
            newest[row.market] = row
        if not newest:
            return None
        shanghai = max((newest[market].quota for market in ("SH", "STAR") if market in newest), default=None)
        shenzhen = newest["SZ"].quota if "SZ" in newest else None
        here = self._stock_value()
        outcome = off_system(
            quota_shanghai=np.array([np.nan if shanghai is None else float(shanghai)]),
            quota_shenzhen=np.array([np.nan if shenzhen is None else float(shenzhen)]),
            stock_value=np.array([here]),
        )
        return QuotaStory(
            shanghai=shanghai,
            shenzhen=shenzhen,
            day=max(row.day for row in newest.values()),
            granted=YUAN_PER_SHARE * float((shanghai or 0) + (shenzhen or 0)),
            in_house=here,
            low=float(outcome.low[0]),
            high=float(outcome.high[0]),
            share_of_wallet=float(outcome.share_of_wallet[0]),
            data_check=bool(outcome.data_check[0]),
        )

    def _stock_value(self) -> float:
        """Mean over the days the branch has in the window, a day without the client counting as nothing held."""
        held = [float(row.stock_value) for row in self.snapshots if row.stock_value is not None]
        if not held or self.snapshots[0].day < self.windows.holdings_from:
            return sum(held)
        days = (
            AssetSnapshot.objects.filter(
                branch=self.client.branch_id, day__range=(self.windows.holdings_from, self.run.as_of)
            )
            .values("day")
            .distinct()
            .count()
        )
        return sum(held) / days

    @cached_property
    def core(self) -> CorePlace:
        value, core = self.value, self.run.summary["core"]
        ahead = ClientValue.objects.filter(run=self.run).filter(
            Q(revenue_12m__gt=value.revenue_12m)
            | Q(revenue_12m=value.revenue_12m, client__client_no__lt=self.client.client_no)
        )
        found = ahead.aggregate(place=Count("pk"), revenue=Sum("revenue_12m", filter=Q(revenue_12m__gt=0)))
        reached = float(found["revenue"] or 0) + max(float(value.revenue_12m), 0.0)
        return CorePlace(
            place=found["place"] + 1,
            cumulative=reached / core["revenue"] if core["revenue"] else 0.0,
            cutoff=core["cutoff"],
            size=core["size"],
            wanted=self.rules.core_share,
        )

    @cached_property
    def history(self) -> list[ClientValue]:
        """Oldest first."""
        return list(history(self.client)[:HISTORY])[::-1]

    @property
    def recent_history(self) -> list[ClientValue]:
        """Newest first, for the table."""
        return self.history[::-1][:24]

    @property
    def months_newest_first(self) -> list[MonthLine]:
        return self.months[::-1]

    @property
    def snapshot_lines(self) -> list[SnapshotLine]:
        return [
            SnapshotLine(row.day, row.total, (row.margin_debt or Decimal(0)) + (row.short_debt or Decimal(0)), row.cash)
            for row in self.snapshots
        ]

    @cached_property
    def reached(self) -> Reached | None:
        """What gives the client today's tier by the figures; None for tier 1, or while a higher tier is only held."""
        tier = self.value.raw_tier
        if tier == 1 or tier < self.value.tier:
            return None
        if self.value.asset_money is not None and float(self.value.asset_money) >= self.rules.tier_assets[tier - 1]:
            return Reached("assets", self.rules.tier_assets[tier - 1])
        return Reached("commission", self.rules.tier_commission[tier - 1])

    @property
    def largest_percent(self) -> float:
        total = sum(term.points for term in self.terms)
        return 100 * max(term.points for term in self.terms) / total if total else 0.0

    @property
    def cutoff_percent(self) -> float:
        return 100 * self.rules.type_cutoff

    @property
    def band_percent(self) -> float:
        return 100 * self.rules.downgrade_band

    @property
    def cumulative_percent(self) -> float:
        return 100 * self.core.cumulative

    @property
    def wanted_percent(self) -> float:
        return 100 * self.core.wanted

    @cached_property
    def changes(self) -> list[Change]:
        money = tuple(float("nan") if term.money is None else float(term.money) for term in self.terms)
        scales = tuple(term.scale for term in self.terms)
        standing = Standing(
            money=money,  # type: ignore[arg-type]
            commission_12m=float(self.value.commission_12m),
            revenue_12m=float(self.value.revenue_12m),
            tier=self.value.tier,
            is_core=self.value.is_core,
            scales=scales,  # type: ignore[arg-type]
            spread=even_spread(self.windows.months),
            others_revenue=self._others_revenue(),
        )
        return what_would_change(standing, self.rules)

    def _others_revenue(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        with connection.cursor() as cursor:
            query = cursor.mogrify(
                "SELECT greatest(revenue_12m, 0)::float8 FROM clients_clientvalue WHERE run_id = %s AND client_id <> %s",
                (self.run.pk, self.client.pk),
            ).decode()
            revenue = read_columns(cursor, query, {"revenue": "float8"})["revenue"]
        return np.sort(revenue)[::-1]


def value_story(client: Client) -> ValueStory | None:
    """None before the client is scored."""
    value = (
        ClientValue.objects.filter(client=client, run__is_current=True, run__branch=client.branch_id)
        .select_related("run__policy")
        .first()
    )
    return ValueStory(client, value) if value else None
