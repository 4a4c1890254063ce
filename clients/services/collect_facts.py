"""Put together what scoring needs of a branch: blocks in, sums and means per client out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from django.db import connection

from branch_crm.core.bulk_copy import read_columns
from branch_crm.core.models import Branch
from clients.domain.value.score import Facts
from clients.models import FactBlock
from clients.queries.value_facts import CLIENTS, LATE_HOLDINGS, UNKNOWN, Windows, days
from clients.services.read_blocks import read_blocks

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class CollectedFacts:
    """`last_trade`: days (datetime64[D]), NaT = none in the window."""

    facts: Facts
    last_trade: npt.NDArray[np.datetime64]


class _Places:
    """Finds the rows of clients in the order of the facts."""

    def __init__(self, clients: Ints) -> None:
        self.order = np.argsort(clients)
        self.sorted = clients[self.order]

    def of(self, wanted: Ints) -> tuple[Ints, npt.NDArray[np.bool_] | slice]:
        """Rows of those `wanted` clients that are scored, and which of them these are."""
        if np.array_equal(wanted, self.sorted):
            return self.order, slice(None)
        place = np.searchsorted(self.sorted, wanted)
        found = place < len(self.sorted)
        found[found] = self.sorted[place[found]] == wanted[found]
        return self.order[place[found]], found


def collect_facts(branch: Branch, on: Windows) -> CollectedFacts:
    """Money is summed in whole cents and becomes 元 at the end. Five queries when every block is there."""
    with connection.cursor() as cursor:
        query = cursor.mogrify(CLIENTS, (branch.pk,)).decode()
        clients = read_columns(cursor, query, {"client": "bigint"})["client"]
    places = _Places(clients)
    flows, last_trade, marks = _flows(branch, on, places)
    facts = Facts(
        client=clients,
        **flows,
        **_holdings(branch, on, places),
        **_quotas(branch, on, places),
        trades_known=bool((marks & 1).any()),
        products_known=bool((marks & 2).any()),
    )
    never = last_trade < 0
    return CollectedFacts(
        facts, np.where(never, np.datetime64("NaT"), np.datetime64("2000-01-01") + np.where(never, 0, last_trade))
    )


def _flows(branch: Branch, on: Windows, places: _Places) -> tuple[dict[str, Floats], Ints, Ints]:
    """Sums over the months of the window, day of the last trade, marks. Decayed sums feed scores; the others are whole cents."""
    count = len(places.order)
    faded = {name: np.zeros(count) for name in ("net_commission", "products_bought")}
    whole = {name: np.zeros(count) for name in ("net_commission", "product_fees")}
    last_trade, marks = np.full(count, -1, dtype=np.int64), np.zeros(count, dtype=np.int64)
    blocks = read_blocks(branch, FactBlock.Kind.FLOWS, [weight.month for weight in on.months])
    for weight, block in zip(on.months, blocks, strict=True):
        rows, kept = places.of(block["client"])
        for name, sums in faded.items():
            sums[rows] += block[name][kept] * (weight.share * weight.decay)
        for name, sums in whole.items():
            sums[rows] += np.rint(block[name][kept] * weight.share)
        last_trade[rows] = np.maximum(last_trade[rows], block["last_trade"][kept])
        marks[rows] |= block["marks"][kept]
    sums_of_window = {
        "commission_decayed": faded["net_commission"] / 100,
        "purchases_decayed": faded["products_bought"] / 100,
        "commission_12m": whole["net_commission"] / 100,
        "fees_12m": whole["product_fees"] / 100,
    }
    return sums_of_window, last_trade, marks


def _holdings(branch: Branch, on: Windows, places: _Places) -> dict[str, Floats]:
    """Means over the snapshots of the window; without any, the newest snapshot that is not stale.

    Stock value is the mean over all days the branch has: as for the exchanges, a day without the client counts as nothing held.
    """
    count = len(places.order)
    names = ("net_assets", "cash", "stock_value")
    sums = {name: np.zeros(count) for name in names}
    seen = {name: np.zeros(count, dtype=np.int64) for name in names}
    blocks = read_blocks(branch, FactBlock.Kind.HOLDINGS, days(on.holdings_from, on.as_of))
    blocks = [block for block in blocks if len(block["client"])]
    for block in blocks:
        rows, kept = places.of(block["client"])
        for name in names:
            cents = block[name][kept]
            known = cents != UNKNOWN
            sums[name][rows] += np.where(known, cents, 0)
            seen[name][rows] += known
    seen["stock_value"] = np.where(seen["stock_value"] > 0, len(blocks), 0)
    means = {
        name: np.divide(sums[name] / 100, seen[name], out=np.full(count, np.nan), where=seen[name] > 0)
        for name in names
    }
    absent = np.isnan(means["net_assets"])
    if absent.any():
        clients = places.sorted[np.isin(places.order, np.flatnonzero(absent))]
        with connection.cursor() as cursor:
            query = cursor.mogrify(
                LATE_HOLDINGS, (branch.pk, clients.tolist(), on.late_from, on.holdings_from)
            ).decode()
            late = read_columns(cursor, query, {"client": "bigint", **dict.fromkeys(names, "float8")})
        rows, _all = places.of(late["client"])
        for name in names:
            means[name][rows] = late[name]
    return means


def _quotas(branch: Branch, on: Windows, places: _Places) -> dict[str, Floats]:
    """The newest quota of each market that is not stale, in shares."""
    quotas = {name: np.full(len(places.order), np.nan) for name in ("shanghai", "shenzhen")}
    for block in read_blocks(branch, FactBlock.Kind.QUOTAS, days(on.quota_from, on.as_of)):
        rows, kept = places.of(block["client"])
        for name, newest in quotas.items():
            cents = block[name][kept]
            newest[rows] = np.where(cents != UNKNOWN, cents / 100, newest[rows])
    return {"quota_shanghai": quotas["shanghai"], "quota_shenzhen": quotas["shenzhen"]}
