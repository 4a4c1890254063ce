"""The moves of a plan in groups of two levels - by advisors, by reason, by tier - with their counts, value and gain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Q, Sum

from allocation.models import Plan, PlanLine
from allocation.queries.review import NOBODY, lines_of

#: Name of the grouping -> the filters (and fields) of its two levels.
GROUPINGS: Mapping[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "pair": (("from", "before_id"), ("to", "proposed_id")),
    "reason": (("reason", "reason"), ("tier", "tier")),
    "tier": (("tier", "tier"), ("reason", "reason")),
}


@dataclass
class Group:
    """`key` is what the filter takes; `query` the filters that show exactly these moves. value: sum of V of the clients."""

    key: str
    label: str
    count: int = 0
    reviewed: int = 0
    value: float = 0.0
    gain: float = 0.0
    query: dict[str, str] = field(default_factory=dict)
    members: list[Group] = field(default_factory=list)

    def add(self, row: Mapping[str, Any]) -> None:
        for name in ("count", "reviewed", "value", "gain"):
            setattr(self, name, getattr(self, name) + row[name])


def groups_of(plan: Plan, query: Mapping[str, Any], grouping: str) -> list[Group]:
    """The largest first, by moves; tiers from the top. Other filters of the query hold, those of the grouping itself do not:
    a group says how many moves a click on it would show. One query."""
    outer, inner = GROUPINGS[grouping]
    lines = lines_of(plan, query, without=(outer[0], inner[0])).order_by()
    names = {"old": F("before__name"), "new": F("proposed__name")} if grouping == "pair" else {}
    rows = lines.values(outer[1], inner[1], **names).annotate(
        count=Count("pk"),
        reviewed=Count("pk", filter=~Q(decision=PlanLine.Decision.PENDING)),
        value=Sum("value"),
        gain=Sum("gain"),
    )
    groups: dict[str, Group] = {}
    for row in rows:
        keys = [NOBODY if row[level[1]] is None else str(row[level[1]]) for level in (outer, inner)]
        labels = [row["old"] or "", row["new"] or ""] if names else keys
        group = groups.setdefault(keys[0], Group(keys[0], labels[0], query={outer[0]: keys[0]}))
        group.add(row)
        member = Group(keys[1], labels[1], query={outer[0]: keys[0], inner[0]: keys[1]})
        member.add(row)
        group.members.append(member)
    for group in groups.values():
        group.members = _sorted(group.members, by_tier=inner[0] == "tier")
    return _sorted(list(groups.values()), by_tier=outer[0] == "tier")


def _sorted(groups: list[Group], *, by_tier: bool) -> list[Group]:
    if by_tier:
        return sorted(groups, key=lambda group: -int(group.key))
    return sorted(groups, key=lambda group: (-group.count, group.label, group.key))
