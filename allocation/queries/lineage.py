"""Where a scenario comes from, and what was tried from it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet

from allocation.models import Plan

#: Generations shown; nobody reads further back.
GENERATIONS = 6

HEAD = ("pk", "number", "title", "outcome", "based_on_id")


def lineage_of(plan: Plan) -> list[Plan]:
    """The scenarios this one was changed from, the nearest first. One query a generation."""
    chain: list[Plan] = []
    earlier = plan.based_on_id
    while earlier is not None and len(chain) < GENERATIONS:
        found = Plan.objects.only(*HEAD).get(pk=earlier)
        chain.append(found)
        earlier = found.based_on_id
    return chain


def variants_of(plan: Plan) -> QuerySet[Plan]:
    """The scenarios that were changed from this one."""
    return Plan.objects.filter(based_on=plan).only("pk", "number", "title").order_by("pk")


def comparable(lineage: Sequence[Plan]) -> Plan | None:
    """The nearest ancestor that has a proposal to compare with."""
    return next((earlier for earlier in lineage if earlier.outcome.get("advisors")), None)
