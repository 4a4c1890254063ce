"""The fairness report: every advisor's book before and after a plan, or as it stands, and how even the whole is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, F, FloatField, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, Greatest, Least, Power
from django.utils import timezone

from allocation.domain.fairness import Evenness, evenness
from allocation.domain.fit.policy import PERSONAS, TIERS, VALUE_TYPES, MatchRules
from allocation.models import AssignmentLock, Plan, PlanLine
from allocation.queries.review import moving_lines
from allocation.queries.snapshot import load_advisors
from branch_crm.core.models import Branch
from clients.models import Client, ClientStatus

#: As the plan is decided so far (published plans: as published), or as the engine proposed it.
BASES = ("decided", "proposed")


@dataclass
class Book:
    """An advisor's book in figures. value: sum of the engine's weights; load: hours a month; counts per class, the last of
    types and personas being "unknown"."""

    clients: int = 0
    value: float = 0.0
    load: float = 0.0
    tiers: list[int] = field(default_factory=lambda: [0] * len(TIERS))
    types: list[int] = field(default_factory=lambda: [0] * (len(VALUE_TYPES) + 1))
    personas: list[int] = field(default_factory=lambda: [0] * (len(PERSONAS) + 1))

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Book:
        """A side of Plan.balance."""
        mixes = {name: list(row[name]) for name in ("tiers", "types", "personas")}
        return cls(row["clients"], row["value"], row["load"], **mixes)

    def plus(self, other: Book, sign: int = 1) -> Book:
        def added(mine: list[int], theirs: list[int]) -> list[int]:
            return [one + sign * two for one, two in zip(mine, theirs, strict=True)]

        return Book(
            self.clients + sign * other.clients,
            max(self.value + sign * other.value, 0.0),
            max(self.load + sign * other.load, 0.0),
            added(self.tiers, other.tiers),
            added(self.types, other.types),
            added(self.personas, other.personas),
        )


@dataclass(frozen=True)
class AdvisorFairness:
    """One advisor in the report. status: empty, or the rule that keeps the advisor from clients.

    gained, lost: clients; their value likewise.
    """

    advisor: int
    name: str
    staff_no: str
    status: str
    hours: float
    before: Book
    after: Book
    gained: int = 0
    lost: int = 0
    gained_value: float = 0.0
    lost_value: float = 0.0

    @property
    def counts(self) -> bool:
        """Whether the advisor enters the branch's measures: who may take clients and has hours."""
        return not self.status and self.hours > 0

    @property
    def change(self) -> float:
        return self.after.value - self.before.value

    @property
    def per_hour_before(self) -> float | None:
        return self.before.value / self.hours if self.hours else None

    @property
    def per_hour(self) -> float | None:
        return self.after.value / self.hours if self.hours else None

    @property
    def load_share_before(self) -> float | None:
        return self.before.load / self.hours if self.hours else None

    @property
    def load_share(self) -> float | None:
        return self.after.load / self.hours if self.hours else None


@dataclass(frozen=True)
class Measures:
    """The branch in one column: evenness of value and of load per capacity hour, and who waits in the pool."""

    value: Evenness
    load: Evenness
    pool: int


@dataclass(frozen=True)
class FairnessReport:
    """rows: by value per hour afterwards, the least first. gainers: by change of value, who gains most first."""

    rows: list[AdvisorFairness]
    before: Measures
    after: Measures
    band: tuple[float, float] | None

    @property
    def gainers(self) -> list[AdvisorFairness]:
        return sorted(self.rows, key=lambda row: -row.change)

    @property
    def largest_change(self) -> float:
        return max((abs(row.change) for row in self.rows), default=0.0)


def fairness_of(plan: Plan, *, basis: str) -> FairnessReport:
    """Before and after a plan; `basis` is one of BASES. Two queries, whatever the number of moves."""
    decided = basis == "decided"
    lines = moving_lines(plan) if decided else plan.lines.order_by()
    gains, losses = _books(lines, "after_id" if decided else "proposed_id"), _books(lines, "before_id")
    rows = []
    for row in plan.balance:
        pk, before = row["advisor"], Book.from_json(row["before"])
        plus, minus = gains.get(pk, Book()), losses.get(pk, Book())
        rows.append(
            AdvisorFairness(
                pk,
                row["name"],
                row["staff_no"],
                row["status"],
                row["capacity"],
                before,
                before.plus(plus).plus(minus, -1),
                gained=plus.clients,
                lost=minus.clients,
                gained_value=plus.value,
                lost_value=minus.value,
            )
        )
    pool_before = plan.outcome.get("pool_before", 0)
    pool_after = pool_before + gains.get(None, Book()).clients - losses.get(None, Book()).clients
    band = plan.outcome.get("band")
    return _report(rows, pool_before, pool_after, tuple(band) if band else None)


def _books(lines: QuerySet[PlanLine], side: str) -> dict[int | None, Book]:
    """What the lines bring to or take from (`before_id`) the advisor named on that side; None = the pool."""
    classes = lines.values_list(side, "tier", "value_type", "persona")
    return _summed(classes.annotate(n=Count("pk"), value=Sum("weight"), load=Sum("load")))


def _summed(rows: Any) -> dict[int | None, Book]:
    """Rows of advisor, tier, value type, persona, clients, value, load."""
    books: dict[int | None, Book] = {}
    for advisor, tier, value_type, persona, clients, value, load in rows:
        book = books.setdefault(advisor, Book())
        book.clients += clients
        book.value += value or 0.0
        book.load += load or 0.0
        book.tiers[tier - 1] += clients
        book.types[_place(VALUE_TYPES, value_type)] += clients
        book.personas[_place(PERSONAS, persona)] += clients
    return books


def _place(known: tuple[str, ...], name: str | None) -> int:
    return known.index(name) if name in known else len(known)


def fairness_now(branch: Branch, rules: MatchRules, *, on: date) -> FairnessReport:
    """The books as they stand, weighed as a run of that day would weigh them. Constant number of queries."""
    share = Least(Greatest(Coalesce(F("figures__value"), 0.0), Value(0.0)), Value(100.0)) / Value(100.0)
    weight = Value(100.0) * Power(share, Value(rules.value_exponent), output_field=FloatField())
    clients = Client.objects.filter(branch=branch).exclude(status=ClientStatus.CLOSED).order_by()
    classes = clients.values_list(
        "advisor_id", Coalesce("figures__tier", 1), "figures__value_type", "figures__persona"
    ).annotate(n=Count("pk"), value=Sum(weight, output_field=FloatField()))
    books = _summed((*row, row[4] * rules.hours_of_tier(row[1])) for row in classes)
    table = load_advisors(branch, on=on, hours={})
    rows = []
    for at, pk in enumerate(table.ids):
        book = books.get(pk, Book())
        person = (pk, table.names[at], table.staff_nos[at], table.status[at], float(table.hours[at]))
        rows.append(AdvisorFairness(*person, before=book, after=book))
    report = _report(rows, books.get(None, Book()).clients, books.get(None, Book()).clients, None)
    serving = [row for row in rows if row.counts]
    hours = sum(row.hours for row in serving)
    if rules.fairness is None or not hours:
        return report
    mean = sum(row.after.value for row in serving) / hours
    band = (mean * (1 - rules.fairness), mean * (1 + rules.fairness))
    return FairnessReport(report.rows, report.before, report.after, band)


def _report(
    rows: Sequence[AdvisorFairness], pool_before: int, pool_after: int, band: tuple[float, float] | None
) -> FairnessReport:
    serving = [row for row in rows if row.counts]
    hours = [row.hours for row in serving]

    def measures(side: str, pool: int) -> Measures:
        books = [getattr(row, side) for row in serving]
        value = evenness([book.value for book in books], hours)
        return Measures(value, evenness([book.load for book in books], hours), pool)

    ordered = sorted(rows, key=lambda row: (not row.counts, row.per_hour or 0.0, row.staff_no))
    return FairnessReport(ordered, measures("before", pool_before), measures("after", pool_after), band)


def locks_at(plan: Plan) -> int:
    """How many locks of the branch stood when the plan was asked for."""
    made = AssignmentLock.objects.filter(branch=plan.branch_id, made_at__lte=plan.created_at)
    standing = made.filter(Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=plan.created_at))
    return standing.exclude(until__lt=timezone.localdate(plan.created_at)).count()
