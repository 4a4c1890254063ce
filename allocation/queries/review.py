"""What the review page of a plan reads: filtered moves by key, groups with counts, progress, and the live balance."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, FloatField, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from allocation.models import Plan, PlanLine

PAGE = 50
NOBODY = "none"

FILTERS = ("from", "to", "reason", "tier", "decision")


def lines_of(plan: Plan, query: Mapping[str, Any]) -> QuerySet[PlanLine]:
    """Moves of a plan narrowed by `from`, `to` (advisor id or `none`), `reason`, `tier`, `decision`. Nonsense finds nothing."""
    lines = plan.lines.all()
    for name, field in (("from", "before"), ("to", "proposed")):
        wanted = query.get(name)
        if wanted == NOBODY:
            lines = lines.filter(**{f"{field}__isnull": True})
        elif wanted:
            lines = lines.filter(**{field: int(wanted)}) if str(wanted).isdecimal() else lines.none()
    if query.get("tier"):
        lines = lines.filter(tier=int(query["tier"])) if str(query["tier"]).isdecimal() else lines.none()
    if query.get("reason"):
        lines = lines.filter(reason=query["reason"])
    if query.get("decision"):
        lines = lines.filter(decision=query["decision"])
    return lines


@dataclass(frozen=True)
class LinePage:
    """`after` is the key of the next page, empty on the last."""

    lines: list[PlanLine]
    after: str


def page_of(lines: QuerySet[PlanLine], after: str = "", size: int = PAGE) -> LinePage:
    """One page by falling gain; page 200 costs what page 1 costs. An unreadable key starts from the top."""
    gain, _, pk = after.partition(":")
    with contextlib.suppress(ValueError):
        lines = lines.filter(Q(gain__lt=float(gain)) | Q(gain=float(gain), pk__gt=int(pk)))
    people = lines.select_related("client", "before", "proposed", "after", "decided_by").order_by("-gain", "pk")
    rows = list(people.defer("card")[: size + 1])
    more = len(rows) > size
    rows = rows[:size]
    return LinePage(rows, f"{rows[-1].gain!r}:{rows[-1].pk}" if more else "")


def groups_of(plan: Plan) -> dict[str, list[dict[str, Any]]]:
    """Counts and gains per pair of advisors, reason and tier, the largest first. Three queries."""
    lines = plan.lines.order_by()
    figures = {"count": Count("pk"), "gain": Sum("gain")}
    pairs = lines.values("before_id", "proposed_id", old=F("before__name"), new=F("proposed__name"))
    return {
        "pairs": list(pairs.annotate(**figures).order_by("-count")[:40]),
        "reasons": list(lines.values("reason").annotate(**figures).order_by("-count")),
        "tiers": list(lines.values("tier").annotate(**figures).order_by("-tier")),
    }


def progress_of(plan: Plan) -> dict[str, int]:
    """Lines per decision, `all` and `reviewed`."""
    counts = dict.fromkeys(PlanLine.Decision.values, 0)
    counts |= dict(plan.lines.order_by().values_list("decision").annotate(n=Count("pk")))
    total = sum(counts.values())
    return {**counts, "all": total, "reviewed": total - counts[PlanLine.Decision.PENDING]}


def live_balance(plan: Plan) -> list[dict[str, Any]]:
    """The plan's balance as it would be with the decisions taken so far: rejected lines stay, redirected ones go elsewhere.

    `now`: clients, value, load per advisor. Two queries, whatever the number of lines.
    """
    moving = plan.lines.order_by().exclude(after=F("before")).exclude(after=None, before=None)
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
    moving = plan.lines.exclude(decision=PlanLine.Decision.REJECTED)
    change = Coalesce(F("fit_after"), 0.0) - Coalesce(F("fit_before"), 0.0)
    total = moving.aggregate(total=Sum(F("weight") * change, output_field=FloatField()))["total"] or 0.0
    return float(plan.outcome.get("match_before", 0.0)) + float(total)
