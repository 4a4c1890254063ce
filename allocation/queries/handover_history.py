"""Every change of hands of a branch: intervals page by page, the bars of a client, the gains and losses of an advisor."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, Self

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from advisors.models import Advisor
from allocation.models import Assignment
from allocation.queries.as_of import holds_on, with_owner
from branch_crm.core.models import Staff
from clients.models import Client
from clients.queries.book import HEAVY
from clients.queries.book import Count as Counted
from clients.queries.search import matching

PAGE = 50
COUNT_LIMIT = 10_000
PEOPLE = (
    "client",
    "advisor",
    "plan__policy",
    "plan__approved_by",
    "plan__second_by",
    "end_plan",
    "request",
    "case",
    "decided_by",
)

Rows = QuerySet[Assignment]


@dataclass(frozen=True)
class Wanted:
    """What the history is asked for. Either the books of one day (`on`), or what happened from `first` to `last`, inclusive.

    `what`: intervals that began ("begun"), ended ("ended"), or held at some time of the period ("served").
    """

    words: str = ""
    client: int | None = None
    advisor: int | None = None
    reason: str = ""
    plan: int | None = None
    on: date | None = None
    first: date | None = None
    last: date | None = None
    what: str = "begun"

    def as_json(self) -> dict[str, Any]:
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(self).items()}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        days = {name: date.fromisoformat(told[name]) for name in ("on", "first", "last") if told[name]}
        return cls(**{**told, **days})


def history_for(user: Staff) -> Rows:
    """Every interval whose client the person may see."""
    rows: Rows = Assignment.objects.visible_to(user)
    return rows


def narrowed(rows: Rows, wanted: Wanted, *, user: Staff) -> Rows:
    if wanted.client is not None:
        rows = rows.filter(client=wanted.client)
    elif wanted.words:
        rows = rows.filter(client__in=matching(Client.objects.visible_to(user), wanted.words).values("pk"))
    if wanted.advisor is not None:
        rows = rows.filter(advisor=wanted.advisor)
    if wanted.reason:
        ended = wanted.what == "ended" and wanted.on is None
        rows = rows.filter(**{"end_reason" if ended else "reason": wanted.reason})
    if wanted.plan is not None:
        rows = rows.filter(Q(plan__number=wanted.plan) | Q(end_plan__number=wanted.plan))
    return rows.filter(holds_on(wanted.on)) if wanted.on else _in_period(rows, wanted)


def _in_period(rows: Rows, wanted: Wanted) -> Rows:
    """Intervals of no length happened too: they count where they began."""
    if wanted.what == "served":
        if wanted.first:
            rows = rows.filter(Q(ends__isnull=True) | Q(ends__gt=wanted.first) | Q(starts__gte=wanted.first))
        return rows.filter(starts__lte=wanted.last) if wanted.last else rows
    field = "ends" if wanted.what == "ended" else "starts"
    if wanted.first:
        rows = rows.filter(**{f"{field}__gte": wanted.first})
    if wanted.last:
        rows = rows.filter(**{f"{field}__lte": wanted.last})
    return rows.filter(ends__isnull=False) if wanted.what == "ended" else rows


@dataclass(frozen=True)
class Order:
    """An order of the table: its key column, then the row's number; `rising` is the direction."""

    field: str
    rising: bool = False

    def sort(self, rows: Rows) -> Rows:
        if self.field.startswith("client__"):
            # Said once more of the client, so that the index of client numbers can lead.
            rows = rows.filter(client__branch=F("branch"))
        return rows.order_by(self.field, "pk") if self.rising else rows.order_by(f"-{self.field}", "-pk")

    def key(self, row: Assignment) -> str:
        value: Any = row
        for part in self.field.split("__"):
            value = getattr(value, part)
        return f"{value}:{row.pk}"

    def after(self, rows: Rows, key: str) -> Rows:
        """The rows behind a key; the bound on the first column comes first, so that its index begins there."""
        value, pk = key.rsplit(":", 1)
        read: Any = value if self.field.endswith("client_no") else date.fromisoformat(value)
        beyond = "gt" if self.rising else "lt"
        behind = Q(**{f"{self.field}__{beyond}": read}) | Q(**{self.field: read, f"pk__{beyond}": int(pk)})
        return rows.filter(Q(**{f"{self.field}__{beyond}e": read}) & behind)


ORDERS = {
    "-starts": Order("starts"),
    "starts": Order("starts", rising=True),
    "client": Order("client__client_no", rising=True),
    "-client": Order("client__client_no"),
}


@dataclass(frozen=True)
class HistoryPage:
    """`after` is the key of the next page, empty on the last."""

    rows: list[Assignment]
    after: str


def page_of(rows: Rows, *, order: str, after: str = "", size: int = PAGE) -> HistoryPage:
    """One page with everybody named; page 200 costs what page 1 costs. An unreadable key starts from the top."""
    by = ORDERS[order]
    if after:
        with contextlib.suppress(ValueError, OverflowError):
            rows = by.after(rows, after.replace("\x00", ""))
    # The keys of the page first: joined with everybody's names the whole branch would be sorted.
    keys = list(by.sort(rows).values_list("pk", flat=True)[: size + 1])
    more = len(keys) > size
    known = named(Assignment.objects.filter(pk__in=keys[:size])).in_bulk()
    found = [known[pk] for pk in keys[:size] if pk in known]
    return HistoryPage(found, by.key(found[-1]) if more else "")


def named(rows: Rows) -> Rows:
    """With people, plan and policy; `giver_name`, `giver_no`: who served until that day; the owner where a stand-in serves."""
    before = Assignment.objects.filter(client=OuterRef("client_id"), ends=OuterRef("starts"), pk__lt=OuterRef("pk"))
    before = before.order_by("-pk")
    heavy = [f"client__{name}" for name in HEAVY]
    return with_owner(rows.select_related(*PEOPLE).defer(*heavy)).annotate(
        giver_name=Subquery(before.values("advisor__name")[:1]),
        giver_no=Subquery(before.values("advisor__staff_no")[:1]),
    )


def count_of(rows: Rows) -> Counted:
    found = rows.order_by()[: COUNT_LIMIT + 1].count()
    return Counted(min(found, COUNT_LIMIT), exact=found <= COUNT_LIMIT)


@dataclass(frozen=True)
class Bar:
    """One interval on a common axis: `left` and `width` in thousandths of it, never too thin to be seen."""

    row: Assignment
    left: int
    width: int


def bars_of(rows: Iterable[Assignment], *, today: date) -> list[Bar]:
    """The intervals of one client as bars, in the order in which they were entered."""
    rows = list(rows)
    if not rows:
        return []
    first = min(row.starts for row in rows)
    last = max([today + timedelta(days=1), *(row.ends for row in rows if row.ends)])
    length = max((last - first).days, 1)

    def place(day: date) -> int:
        return round(1000 * (day - first).days / length)

    bars = []
    for row in rows:
        left = place(row.starts)
        width = max(place(row.ends or last) - left, 4)
        bars.append(Bar(row, min(left, 1000 - width), width))
    return bars


def gains_and_losses(advisor: Advisor, *, first: date | None, last: date | None) -> list[dict[str, Any]]:
    """Per day: how many clients an advisor was given and how many went, by the record. Two queries."""
    days: dict[date, dict[str, Any]] = {}
    for name, field, sign in (("gained", "starts", 1), ("lost", "ends", -1)):
        rows = Assignment.objects.filter(advisor=advisor, **{f"{field}__isnull": False})
        if first:
            rows = rows.filter(**{f"{field}__gte": first})
        if last:
            rows = rows.filter(**{f"{field}__lte": last})
        for day, number in rows.order_by().values_list(field).annotate(n=Count("pk")):
            days.setdefault(day, {"day": day, "gained": 0, "lost": 0})[name] = sign * number
    return [days[day] for day in sorted(days)]
