"""How the books stand today: clients, hours and value of every advisor, weighed as a run of the engine would weigh them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from django.core.cache import cache
from django.db import connection

from allocation.domain.case import weights
from allocation.domain.fit.policy import DEFAULT_RULES, MatchRules, read_rules
from allocation.domain.tables import AdvisorTable
from allocation.models import MatchPolicy
from allocation.queries.books_mark import KEPT, books_mark
from allocation.queries.policy import current_policy
from allocation.queries.snapshot import load_advisors
from branch_crm.core.bulk_copy import read_columns
from branch_crm.core.models import Branch
from clients.models import ClientStatus

#: Held clients with their figures; what is not scored counts as the engine takes it: no value, lowest tier.
HELD_SQL = """
    SELECT c.advisor_id, coalesce(f.tier, 1)::bigint, f.is_core::int::bigint, coalesce(f.value, 0),
           coalesce(f.total_assets, 0)::float8
    FROM clients_client c JOIN clients_clientfigures f ON f.client_id = c.id
    WHERE c.branch_id = %s AND c.advisor_id IS NOT NULL AND c.status <> %s
"""
HELD_COLUMNS = {"advisor": "bigint", "tier": "bigint", "core": "bigint", "value": "float8", "assets": "float8"}
#: What is summed of every book.
FIGURES = ("clients", "core", "assets", "value", "load")


@dataclass(frozen=True)
class BookStanding:
    """One advisor's book. `value`: sum of the engine's weights; `load`, `hours` a month; `assets` 元.

    `status`: empty, or the rule that keeps the advisor from more clients. `distance`: value per hour against the mean of
    those who serve, as a share of it; None for those who do not serve.
    """

    advisor_id: int
    name: str
    staff_no: str
    status: str
    clients: int
    core: int
    assets: float
    value: float
    load: float
    hours: float
    distance: float | None

    @property
    def load_share(self) -> float | None:
        return self.load / self.hours if self.hours else None

    @property
    def per_hour(self) -> float | None:
        return self.value / self.hours if self.hours else None


@dataclass(frozen=True)
class BooksStanding:
    """Serving advisors by distance from the mean, farthest first, then those who only still hold clients.

    `mean`: value per hour over the serving; `band`: least and most value per hour, None without a fairness rule.
    """

    books: list[BookStanding]
    mean: float
    band: tuple[float, float] | None
    rules: MatchRules
    policy: MatchPolicy | None

    @property
    def serving(self) -> list[BookStanding]:
        return [book for book in self.books if not book.status]

    @property
    def outside(self) -> int:
        """Serving advisors whose value per hour lies outside the band."""
        fairness = self.rules.fairness
        if fairness is None:
            return 0
        return sum(book.distance is not None and abs(book.distance) > fairness + 1e-9 for book in self.books)

    @property
    def overloaded(self) -> int:
        return sum(book.load > book.hours for book in self.serving)


def books_standing(branch: Branch, *, on: date) -> BooksStanding:
    """Same weights, hours and serving rule as a plan of that day. Constant number of queries."""
    policy = current_policy(branch, on=on)
    rules = read_rules(policy.rules if policy else DEFAULT_RULES)
    advisors = load_advisors(branch, on=on, hours={})
    figures = held_figures(branch, advisors, rules)
    serving = advisors.serving & (advisors.hours > 0)
    mean = float(figures["value"][serving].sum() / advisors.hours[serving].sum()) if serving.any() else 0.0
    books = [_book(advisors, figures, at, mean) for at in range(len(advisors))]
    band = None if rules.fairness is None else (mean * (1 - rules.fairness), mean * (1 + rules.fairness))
    return BooksStanding(sorted(books, key=_farthest_first), mean, band, rules, policy)


def held_figures(branch: Branch, advisors: AdvisorTable, rules: MatchRules) -> dict[str, np.ndarray]:
    """Sums of the books held now, per row of `advisors`: clients, core, assets (元), value (engine's weights), load (hours).

    Summed once for the same books and rules; whoever asks again reads the sums.
    """
    weighed = ",".join(map(str, (rules.value_exponent, *rules.hours)))
    key = f"held-figures:{books_mark(branch)}:{weighed}"
    sums = cache.get(key)
    if sums is None:
        sums = _sums(branch, rules)
        cache.set(key, sums, KEPT.total_seconds())
    nothing = dict.fromkeys(FIGURES, 0.0)
    return {name: np.array([sums.get(pk, nothing)[name] for pk in advisors.ids], dtype=float) for name in FIGURES}


def _sums(branch: Branch, rules: MatchRules) -> dict[int, dict[str, float]]:
    """Advisor -> figures of the book. One row a held client is read."""
    with connection.cursor() as cursor:
        query = cursor.mogrify(HELD_SQL, (branch.pk, ClientStatus.CLOSED)).decode()
        held = read_columns(cursor, query, HELD_COLUMNS)
    ids, owner = np.unique(held["advisor"], return_inverse=True)
    columns = {
        "clients": np.ones(len(owner)),
        "core": held["core"],
        "assets": held["assets"],
        "value": weights(held["value"], rules),
        "load": np.array(rules.hours)[held["tier"] - 1],
    }
    totals = {name: np.bincount(owner, columns[name], len(ids)).tolist() for name in FIGURES}
    return {pk: {name: totals[name][at] for name in FIGURES} for at, pk in enumerate(ids.tolist())}


def _book(advisors: AdvisorTable, figures: dict[str, np.ndarray], at: int, mean: float) -> BookStanding:
    hours, status = float(advisors.hours[at]), advisors.status[at]
    value = float(figures["value"][at])
    return BookStanding(
        advisor_id=advisors.ids[at],
        name=advisors.names[at],
        staff_no=advisors.staff_nos[at],
        status=status,
        clients=int(figures["clients"][at]),
        core=int(figures["core"][at]),
        assets=float(figures["assets"][at]),
        value=value,
        load=float(figures["load"][at]),
        hours=hours,
        distance=value / hours / mean - 1 if not status and hours and mean else None,
    )


def _farthest_first(book: BookStanding) -> tuple[bool, float, str]:
    return bool(book.status), -abs(round(book.distance or 0.0, 6)), book.staff_no
