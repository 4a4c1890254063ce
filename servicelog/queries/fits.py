"""Which products fit which clients, from the figures as they stand: a branch in four queries, whatever its size."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.db.models import F, FloatField, Max, QuerySet
from django.db.models.functions import Cast

from branch_crm.core.models import Branch
from clients.models import AssetSnapshot, Client, Product, ProductOrder
from servicelog.domain.product_fit import (
    Counts,
    Crowd,
    Floats,
    Scored,
    Shelf,
    blocks,
    count_fits,
    limits_of,
    scores,
    shelf_of,
    varied_best,
)
from servicelog.domain.service_rules import LIQUIDITY_NEEDS, PERSONAS, VALUE_TYPES, ServiceRules
from servicelog.queries.holders import LEFT
from servicelog.queries.sides import SIDE_COLUMNS, product_side, side_from

#: How many products a client page shows.
BEST = 3
#: Money of products that end within so many days counts as ready.
SOON_DAYS = 30
FIGURES = ("figures__persona", "figures__confidence", "figures__value_type", "figures__total_assets")


@dataclass(frozen=True)
class Catalogue:
    """A branch's products beside their arrays. `kinds`: see `shelf_of`."""

    products: Sequence[Product]
    shelf: Shelf
    kinds: Sequence[str]

    def position(self, product: Product) -> int:
        return next(at for at, each in enumerate(self.products) if each.pk == product.pk)


@dataclass(frozen=True)
class Match:
    """One pair with its score, the points it is made of, and the figures behind them (元, shares 0 to 1, nan = unknown)."""

    client_id: int
    product: Product
    score: float
    points: Mapping[str, float]
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Matcher:
    """Clients and products read once, ready to be asked."""

    catalogue: Catalogue
    client_ids: np.ndarray[Any, np.dtype[np.int64]]
    crowd: Crowd
    rules: ServiceRules

    def best_for(self, client_id: int) -> list[Match]:
        """The client's best products, one of each kind and level."""
        row, block = self._block(client_id)
        top = varied_best(block.score, self.catalogue.shelf, BEST)[0]
        return [self._match(row, at, block.score[0, at], block.points, at) for at in top.tolist() if at >= 0]

    def all_for(self, client_id: int) -> list[Match]:
        """Everything that fits the client, the best first; equal ones by code."""
        row, block = self._block(client_id)
        order = np.argsort(-block.score[0], kind="stable").tolist()
        return [self._match(row, at, block.score[0, at], block.points, at) for at in order if block.score[0, at] >= 0]

    def pair(self, client_id: int, product: Product) -> Match:
        """Score -1 where the product is not offered to this client."""
        row, at = self._row(client_id), self.catalogue.position(product)
        alone = self.catalogue.shelf.one(at)
        score = scores(self.crowd.rows(row, row + 1), self.catalogue.shelf, at, self.rules.fit)[0]
        block = next(blocks(_without_holdings(self.crowd.rows(row, row + 1)), alone, self.rules.fit))
        return self._match(row, at, score, block.points, 0)

    def clients_for(
        self, product: Product, *, limit: int, after: tuple[float, int] | None = None
    ) -> tuple[list[Match], int]:
        """A page of the fitting clients, the best first, after the key (score, client); and how many fit in all."""
        at = self.catalogue.position(product)
        score = scores(self.crowd, self.catalogue.shelf, at, self.rules.fit)
        fitting = np.flatnonzero(score >= 0)
        order = fitting[np.lexsort((self.client_ids[fitting], -score[fitting]))]
        if after is not None:
            mark, last = after
            later = (score[order] < mark) | ((score[order] == mark) & (self.client_ids[order] > last))
            order = order[later]
        alone = self.catalogue.shelf.one(at)
        found = []
        for row in order[:limit].tolist():
            block = next(blocks(_without_holdings(self.crowd.rows(row, row + 1)), alone, self.rules.fit))
            found.append(self._match(row, at, score[row], block.points, 0))
        return found, len(fitting)

    def counts(self) -> Counts:
        return count_fits(self.crowd, self.catalogue.shelf, self.rules.fit, best=BEST)

    def holds(self, client_id: int) -> set[int]:
        """Ids of the catalogue's products that the client holds."""
        row = self._row(client_id)
        held = self.crowd.held[self.crowd.held[:, 0] == row][:, 1]
        return {self.catalogue.products[at].pk for at in held.tolist()}

    def _block(self, client_id: int) -> tuple[int, Scored]:
        row = self._row(client_id)
        return row, next(blocks(self.crowd.rows(row, row + 1), self.catalogue.shelf, self.rules.fit))

    def _row(self, client_id: int) -> int:
        return int(np.searchsorted(self.client_ids, client_id))

    def _match(self, row: int, at: int, score: Any, points: Mapping[str, Floats], column: int) -> Match:
        crowd, shelf, product = self.crowd, self.catalogue.shelf, self.catalogue.products[at]
        facts = {
            "persona": _name(PERSONAS, crowd.persona[row]),
            "confidence": float(crowd.confidence[row]),
            "liquidity": _name(LIQUIDITY_NEEDS, crowd.liquidity[row]),
            "value_type": _name(VALUE_TYPES, crowd.value_type[row]),
            "total": float(crowd.total[row]),
            "cash": float(crowd.cash[row]),
            "free": float(crowd.free[row]),
            "stock_share": float(crowd.stock_share[row]),
            "kind_share": float(crowd.kind_share[row, shelf.kind[at]]),
            "term": float(shelf.term[at]),
        }
        parts = {term: float(part[0, column]) for term, part in points.items()}
        return Match(int(self.client_ids[row]), product, float(score), parts, facts)


def matcher(clients: QuerySet[Client], branch: Branch, rules: ServiceRules, *, on: date) -> Matcher:
    """`clients` of that branch, fetched through the person who asks."""
    catalogue = read_catalogue(branch, on=on)
    people = clients.filter(branch=branch).order_by("pk")
    rows = list(people.values_list("pk", *FIGURES, *SIDE_COLUMNS))
    ids = np.array([row[0] for row in rows], dtype=np.int64)
    sides = [side_from(*row[5:]) for row in rows]
    limits = limits_of(sides, catalogue.kinds, rules.suitability, on=on)
    total = np.array([np.nan if row[4] is None else float(row[4]) for row in rows], dtype=float)
    cash, stocks = _newest_holdings(people, ids)
    held, by_kind, soon = _held_products(people, ids, catalogue, on)
    with np.errstate(divide="ignore", invalid="ignore"):
        kind_share = np.nan_to_num(by_kind / total[:, None], nan=0.0, posinf=0.0)
        stock_share = np.where(total > 0, stocks / total, np.nan)
    crowd = Crowd(
        **vars(limits),
        persona=_indices(PERSONAS, [row[1] for row in rows]),
        confidence=np.array([row[2] or 0.0 for row in rows], dtype=float),
        liquidity=_indices(LIQUIDITY_NEEDS, [side.liquidity for side in sides]),
        value_type=_indices(VALUE_TYPES, [row[3] for row in rows]),
        total=total,
        cash=cash,
        free=cash + soon,
        stock_share=stock_share,
        kind_share=kind_share,
        held=held,
    )
    return Matcher(catalogue, ids, crowd, rules)


def read_catalogue(branch: Branch, *, on: date) -> Catalogue:
    products = list(Product.objects.filter(branch=branch).order_by("code"))
    kinds = sorted({product.kind for product in products})
    sides = [product_side(product, on) for product in products]
    minimums = [float(product.minimum or 0) for product in products]
    return Catalogue(products, shelf_of(sides, minimums, kinds), kinds)


def _newest_holdings(people: QuerySet[Client], ids: np.ndarray[Any, Any]) -> tuple[Floats, Floats]:
    """Cash and value of stocks on the newest day of each client, nan where the counter does not say."""
    cash, stocks = np.full(len(ids), np.nan), np.full(len(ids), np.nan)
    newest = AssetSnapshot.objects.filter(
        client__in=people.order_by().values("pk"), day=F("client__figures__assets_on")
    )
    numbers = newest.values_list("client_id", Cast("cash", FloatField()), Cast("stock_value", FloatField()))
    for client_id, in_cash, in_stocks in numbers:
        row = np.searchsorted(ids, client_id)
        cash[row] = np.nan if in_cash is None else in_cash
        stocks[row] = np.nan if in_stocks is None else in_stocks
    return cash, stocks


def _held_products(
    people: QuerySet[Client], ids: np.ndarray[Any, Any], catalogue: Catalogue, on: date
) -> tuple[np.ndarray[Any, np.dtype[np.int64]], Floats, Floats]:
    """Pairs held, what is held of each kind, and what of it ends soon; at cost, for the extract has no present value."""
    position = {product.code: at for at, product in enumerate(catalogue.products)}
    kind_at = {kind: at for at, kind in enumerate(catalogue.kinds)}
    pairs: dict[int, list[int]] = defaultdict(list)
    by_kind, soon = np.zeros((len(ids), len(catalogue.kinds))), np.zeros(len(ids))
    orders = ProductOrder.objects.filter(client__in=people.order_by().values("pk"), day__lte=on)
    sums = orders.values("client_id", "product_code").annotate(
        left=Cast(LEFT, FloatField()), matures=Max("matures_on"), named=Max("product_kind")
    )
    for held in sums.filter(left__gt=0):
        if held["matures"] is not None and held["matures"] < on:
            continue
        row, at = int(np.searchsorted(ids, held["client_id"])), position.get(held["product_code"])
        kind = held["named"] if at is None else catalogue.products[at].kind
        if at is not None:
            pairs[row].append(at)
        if kind in kind_at:
            by_kind[row, kind_at[kind]] += held["left"]
        if held["matures"] is not None and held["matures"] <= on + timedelta(days=SOON_DAYS):
            soon[row] += held["left"]
    flat = [(row, at) for row in sorted(pairs) for at in pairs[row]]
    return np.array(flat, dtype=np.int64).reshape(len(flat), 2), by_kind, soon


def _without_holdings(crowd: Crowd) -> Crowd:
    """For the points alone, which do not ask whether the product is held."""
    return Crowd(**{**vars(crowd), "held": np.empty((0, 2), dtype=np.int64)})


def _indices(names: Sequence[str], codes: Sequence[str | None]) -> np.ndarray[Any, np.dtype[np.int64]]:
    position = {name: at for at, name in enumerate(names)}
    return np.array([position.get(code or "", -1) for code in codes], dtype=np.int64)


def _name(names: Sequence[str], index: Any) -> str:
    return names[index] if index >= 0 else ""


def write_key(match: Match) -> str:
    """Where the next page begins: after this score and client."""
    return f"{match.score:.1f}_{match.client_id}"


def read_key(text: str) -> tuple[float, int] | None:
    """What cannot be read begins at the best."""
    mark, _, client = text.partition("_")
    try:
        key = float(mark), int(client)
    except ValueError:
        return None
    return key if math.isfinite(key[0]) and abs(key[1]) < 2**63 else None
