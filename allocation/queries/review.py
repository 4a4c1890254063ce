"""What the review of a plan reads: filtered moves page by page, progress, and the books as decided so far."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, FloatField, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from allocation.models import LineComment, Objection, Plan, PlanLine
from allocation.models.notice import Answer
from allocation.queries.approval import DECIDED
from clients.models import Client
from clients.queries.search import matching

PAGE = 50
NOBODY = "none"
UNKNOWN = "unknown"

Decision = PlanLine.Decision
STAYS = (Decision.REJECTED, Decision.LOCKED)

Lines = QuerySet[PlanLine]


def _of_advisor(field: str) -> Callable[[Lines, Plan, str], Lines]:
    def narrow(lines: Lines, plan: Plan, wanted: str) -> Lines:
        if wanted == NOBODY:
            return lines.filter(**{f"{field}__isnull": True})
        return lines.filter(**{field: _whole(wanted)})

    return narrow


def _changes_hands(field: str) -> Callable[[Lines, Plan, str], Lines]:
    narrow = _of_advisor(field)
    return lambda lines, plan, wanted: narrow(_moving(lines, plan), plan, wanted)


def _of_class(field: str) -> Callable[[Lines, Plan, str], Lines]:
    return lambda lines, plan, wanted: lines.filter(**{field: "" if wanted == UNKNOWN else wanted})


def _commented(lines: Lines, plan: Plan, wanted: str) -> Lines:
    return lines.filter(client__in=LineComment.objects.filter(plan=plan).values("client"))


def _objected(lines: Lines, plan: Plan, wanted: str) -> Lines:
    """`open`: those that wait for an answer; anything else: all that were not withdrawn."""
    objections = Objection.objects.filter(notice__plan=plan).exclude(answer=Answer.WITHDRAWN)
    if wanted == Answer.OPEN:
        objections = objections.filter(answer=Answer.OPEN)
    return lines.filter(client__in=objections.values("client"))


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def _number(text: str) -> float:
    """Raises ValueError also for infinity and the like."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


#: Every filter of the review by its name in the address; a value that makes no sense finds nothing.
FILTERS: Mapping[str, Callable[[Lines, Plan, str], Lines]] = {
    "q": lambda lines, plan, words: lines.filter(
        client__in=matching(Client.objects.filter(branch=plan.branch_id), words).values("pk")
    ),
    "from": _of_advisor("before"),
    "to": _of_advisor("proposed"),
    # As the plan is decided: redirected lines count where they were sent, those that stay change no hands.
    "giver": _changes_hands("before"),
    "receiver": _changes_hands("after"),
    "reason": lambda lines, plan, wanted: lines.filter(reason=wanted),
    "tier": lambda lines, plan, wanted: lines.filter(tier=_whole(wanted)),
    "decision": lambda lines, plan, wanted: lines.filter(decision=wanted),
    "type": _of_class("value_type"),
    "persona": _of_class("persona"),
    "value_from": lambda lines, plan, wanted: lines.filter(value__gte=_number(wanted)),
    "value_to": lambda lines, plan, wanted: lines.filter(value__lte=_number(wanted)),
    "commented": _commented,
    "objected": _objected,
    # What one click decided: the plan's revision that it made.
    "step": lambda lines, plan, wanted: lines.filter(revision=_whole(wanted)),
    # What the last solving again made or turned elsewhere.
    "changed": lambda lines, plan, wanted: lines.filter(round=plan.round) if plan.round > 1 else lines.none(),
}


def lines_of(plan: Plan, query: Mapping[str, Any], *, without: tuple[str, ...] = ()) -> Lines:
    """Moves of a plan narrowed by what the query names of FILTERS, save those in `without`. Nonsense finds nothing."""
    lines = plan.lines.all()
    for name, narrow in FILTERS.items():
        wanted = str(query.get(name) or "").replace("\x00", "").strip()
        if not wanted or name in without:
            continue
        try:
            lines = narrow(lines, plan, wanted)
        except ValueError:
            return plan.lines.none()
    return lines


@dataclass(frozen=True)
class Order:
    """An order of the list: fields, the most first; each has an index that ends with the key (PlanLine.Meta)."""

    fields: tuple[str, ...]

    def sort(self, lines: Lines, *, rising: bool) -> Lines:
        if rising:
            return lines.order_by(*self.fields, "-pk")
        return lines.order_by(*(f"-{field}" for field in self.fields), "pk")

    def key(self, line: PlanLine) -> str:
        return ":".join([*(repr(getattr(line, field)) for field in self.fields), str(line.pk)])

    def after(self, lines: Lines, key: str, *, rising: bool) -> Lines:
        """The lines behind a key. The bound on the first field comes first, so that the index begins there."""
        *values, pk = key.split(":")
        numbers = [_number(value) for value in values]
        if len(numbers) != len(self.fields):
            raise ValueError(key)
        behind = Q(**{"pk__lt" if rising else "pk__gt": int(pk)})
        beyond, upto = ("gt", "gte") if rising else ("lt", "lte")
        for field, number in reversed(list(zip(self.fields, numbers, strict=True))):
            behind = Q(**{f"{field}__{beyond}": number}) | (Q(**{field: number}) & behind)
        return lines.filter(Q(**{f"{self.fields[0]}__{upto}": numbers[0]}) & behind)


ORDERS = {
    "gain": Order(("gain",)),
    "value": Order(("value",)),
    "rise": Order(("rise",)),
    "tier": Order(("tier", "value")),
}


def order_of(wanted: str) -> tuple[str, bool]:
    """`value` or `-value` as name and whether it rises; anything unknown is the gain, falling."""
    name = wanted.removeprefix("-")
    return (name, wanted.startswith("-")) if name in ORDERS else ("gain", False)


@dataclass(frozen=True)
class LinePage:
    """`after` is the key of the next page, empty on the last."""

    lines: list[PlanLine]
    after: str


def page_of(lines: Lines, after: str = "", size: int = PAGE, sort: str = "gain") -> LinePage:
    """One page; page 200 costs what page 1 costs. An unreadable key starts from the top."""
    name, rising = order_of(sort)
    order = ORDERS[name]
    if after:
        with contextlib.suppress(ValueError, OverflowError):
            lines = order.after(lines, after, rising=rising)
    people = lines.select_related("client", "before", "proposed", "after", "decided_by")
    rows = list(order.sort(people, rising=rising).defer("card")[: size + 1])
    more = len(rows) > size
    rows = rows[:size]
    return LinePage(rows, order.key(rows[-1]) if more else "")


def marks_of(plan: Plan, client_ids: list[int]) -> dict[int, dict[str, int]]:
    """Client id -> how many comments and standing objections its move has. Two queries."""
    marks: dict[int, dict[str, int]] = {pk: {"comments": 0, "objections": 0} for pk in client_ids}
    comments = LineComment.objects.filter(plan=plan, client__in=client_ids)
    objections = Objection.objects.filter(notice__plan=plan, client__in=client_ids).exclude(answer=Answer.WITHDRAWN)
    for name, rows in (("comments", comments), ("objections", objections)):
        for client, count in rows.order_by().values_list("client").annotate(n=Count("pk")):
            marks[client][name] = count
    return marks


def comments_on(line: PlanLine) -> QuerySet[LineComment]:
    """What reviewers said about a move, oldest first, also about an earlier target of the same client."""
    return LineComment.objects.filter(plan=line.plan_id, client=line.client_id).select_related("author")


def objections_to(line: PlanLine) -> QuerySet[Objection]:
    """Every objection to the client's move, withdrawn ones too: all of it is on record."""
    raised = Objection.objects.filter(notice__plan=line.plan_id, client=line.client_id)
    return raised.select_related("advisor", "answered_by")


def progress_of(plan: Plan) -> dict[str, int]:
    """Lines per decision, `all` and `reviewed`."""
    counts = dict.fromkeys(Decision.values, 0)
    counts |= dict(plan.lines.order_by().values_list("decision").annotate(n=Count("pk")))
    total = sum(counts.values())
    return {**counts, "all": total, "reviewed": total - counts[Decision.PENDING]}


def moving_lines(plan: Plan) -> Lines:
    """Lines that change hands as the plan stands: while it is a proposal all that are not refused, afterwards only those
    that were approved."""
    return _moving(plan.lines.order_by(), plan)


def _moving(lines: Lines, plan: Plan) -> Lines:
    lines = lines.exclude(Q(after=F("before")) | Q(after=None, before=None))
    if plan.state == Plan.State.PROPOSED:
        return lines.exclude(decision__in=STAYS)
    return lines.filter(decision__in=DECIDED)


def live_balance(plan: Plan) -> list[dict[str, Any]]:
    """The plan's balance as it would be with the decisions taken so far: rejected lines stay, redirected ones go elsewhere.

    `now`: clients, value, load per advisor. Two queries, whatever the number of lines.
    """
    moving = moving_lines(plan)
    figures = {"clients": Count("pk"), "value": Sum("weight"), "load": Sum("load")}
    gained = {row["after_id"]: row for row in moving.values("after_id").annotate(**figures)}
    lost = {row["before_id"]: row for row in moving.values("before_id").annotate(**figures)}
    rows = []
    for row in plan.balance:
        plus, minus, before = gained.get(row["advisor"], {}), lost.get(row["advisor"], {}), row["before"]
        now = {name: before[name] + (plus.get(name) or 0) - (minus.get(name) or 0) for name in figures}
        rows.append({**row, "now": now, "gained": plus.get("clients", 0), "lost": minus.get("clients", 0)})
    return rows


def live_match(plan: Plan) -> float:
    """Sum of weight x match as decided so far, to be read beside outcome.match_before."""
    moving = moving_lines(plan)
    change = Coalesce(F("fit_after"), 0.0) - Coalesce(F("fit_before"), 0.0)
    total = moving.aggregate(total=Sum(F("weight") * change, output_field=FloatField()))["total"] or 0.0
    return float(plan.outcome.get("match_before", 0.0)) + float(total)


def live_spread(plan: Plan) -> list[float] | None:
    """Least and most value per hour as decided so far, as shares of the mean; read beside outcome.spread_after."""
    rows = [row for row in live_balance(plan) if not row["status"] and row["capacity"] > 0]
    value, hours = sum(row["now"]["value"] for row in rows), sum(row["capacity"] for row in rows)
    if value <= 0:
        return None
    shares = [row["now"]["value"] / row["capacity"] / (value / hours) for row in rows]
    return [round(min(shares), 4), round(max(shares), 4)]
