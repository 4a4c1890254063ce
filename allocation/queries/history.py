"""Who served whom: the history of a client, and the book of an advisor with what came and went."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
from django.db.models import Count, F, QuerySet

from advisors.models import Advisor
from allocation.domain.case import weights
from allocation.domain.fit.policy import PERSONAS, TIERS, VALUE_TYPES, read_rules
from allocation.models import Assignment, AssignmentLock, ClientRefusal
from allocation.queries.as_of import with_owner
from allocation.queries.policy import current_policy
from clients.models import Client, ClientFigures


def history_of(client: Client) -> QuerySet[Assignment]:
    """Every interval of a client, the newest first. Intervals of no length (published and undone on one day) included."""
    people = Assignment.objects.filter(client=client).select_related(
        "advisor", "plan", "end_plan", "request", "case", "decided_by", "handover"
    )
    return with_owner(people).order_by("-pk")


def open_lock(client: Client) -> AssignmentLock | None:
    return (
        AssignmentLock.objects.filter(client=client, withdrawn_at__isnull=True)
        .select_related("advisor", "made_by")
        .first()
    )


def open_refusals(client: Client) -> QuerySet[ClientRefusal]:
    return ClientRefusal.objects.filter(client=client, withdrawn_at__isnull=True).select_related(
        "advisor", "entered_by"
    )


def book_of(advisor: Advisor, *, on: date) -> dict[str, Any]:
    """The present book: clients, value by the match policy, hours against capacity, mix of tiers, types and personas.

    Constant number of queries; the book itself is read as one row per client (figures only).
    """
    policy = current_policy(advisor.branch, on=on)
    rules = read_rules(policy.rules) if policy else None
    rows = ClientFigures.objects.filter(client__advisor=advisor).values_list(
        "value", "tier", "value_type", "persona", "total_assets", "revenue_12m", "is_core"
    )
    book: dict[str, Any] = {
        "clients": 0, "core": 0, "assets": Decimal(0), "revenue": Decimal(0), "load": 0.0, "value": 0.0,
        "tier_counts": [0] * len(TIERS), "type_counts": [0] * (len(VALUE_TYPES) + 1), "persona_counts": [0] * (len(PERSONAS) + 1),
    }  # fmt: skip
    for value, tier, value_type, persona, assets, revenue, core in rows:
        book["clients"] += 1
        book["core"] += core
        book["assets"] += assets or 0
        book["revenue"] += revenue or 0
        book["tier_counts"][(tier or 1) - 1] += 1
        book["type_counts"][_place(VALUE_TYPES, value_type)] += 1
        book["persona_counts"][_place(PERSONAS, persona)] += 1
        if rules:
            book["load"] += rules.hours_of_tier(tier or 1)
            book["value"] += float(weights(np.array(value or 0.0), rules))
    book["capacity"] = float(advisor.monthly_hours)
    book["per_hour"] = book["value"] / book["capacity"] if book["capacity"] else None
    return book


def _place(known: tuple[str, ...], name: str | None) -> int:
    """Where a class is counted; the last place is for the unknown."""
    return known.index(name) if name in known else len(known)


def changes_of(advisor: Advisor, *, limit: int = 20) -> list[dict[str, Any]]:
    """Clients gained and lost, day by day and plan by plan, the newest first."""
    gained = (
        Assignment.objects.filter(advisor=advisor)
        .order_by()
        .values(day=F("starts"), why=F("reason"), number=F("plan__number"), plan_pk=F("plan_id"))
        .annotate(n=Count("pk"))
    )
    lost = (
        Assignment.objects.filter(advisor=advisor, ends__isnull=False)
        .order_by()
        .values(day=F("ends"), why=F("end_reason"), number=F("end_plan__number"), plan_pk=F("end_plan_id"))
        .annotate(n=Count("pk"))
    )
    days: dict[tuple[Any, ...], dict[str, Any]] = {}
    for name, rows in (("gained", gained), ("lost", lost)):
        for row in rows:
            key = (row["day"], row["plan_pk"] or 0, row["why"])
            entry = days.setdefault(key, {**row, "gained": 0, "lost": 0})
            entry[name] = row["n"]
    newest = sorted(days, key=lambda key: (key[0], key[1]), reverse=True)[:limit]
    labels = dict(Assignment.Reason.choices)
    return [{**days[key], "label": labels.get(days[key]["why"], "")} for key in newest]
