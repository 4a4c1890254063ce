"""Reads about value: the current run and the one before, a client's history, the policy in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from branch_crm.core.bulk_copy import read_columns
from branch_crm.core.models import AuditEntry, Branch, JobRun, Staff
from clients.domain.value.rules import TIERS
from clients.domain.value.value_types import TYPES
from clients.models import Client, ClientValue, ImportRun, ScoringRun, ValuePolicy


def current_run(branch: Branch) -> ScoringRun | None:
    """The run that pages show."""
    return ScoringRun.objects.filter(branch=branch, is_current=True).select_related("policy").first()


def current_values(branch: Branch) -> QuerySet[ClientValue]:
    """One row a client of the current run; empty before the first scoring."""
    return ClientValue.objects.filter(run__branch=branch, run__is_current=True)


def run_before(branch: Branch, as_of: date) -> ScoringRun | None:
    """The newest run of an earlier day: what tiers and core moves are compared with."""
    return ScoringRun.objects.filter(branch=branch, as_of__lt=as_of).order_by("-as_of", "-pk").first()


def history(client: Client) -> QuerySet[ClientValue]:
    """A client's values, newest day first; of several runs of one day the last."""
    return (
        ClientValue.objects.filter(client=client)
        .select_related("run")
        .order_by("-run__as_of", "-run_id")
        .distinct("run__as_of")
    )


def policy_in_force(branch: Branch, on: date | None = None) -> ValuePolicy | None:
    """The newest published policy that is valid on the day (today)."""
    return ValuePolicy.objects.filter(
        branch=branch, state=ValuePolicy.State.PUBLISHED, valid_from__lte=on or timezone.localdate()
    ).first()


def published_before(policy: ValuePolicy) -> ValuePolicy | None:
    """The version that this one took over from, or would: the newest published one of a lower number."""
    return ValuePolicy.objects.filter(
        branch=policy.branch_id, state=ValuePolicy.State.PUBLISHED, version__lt=policy.version
    ).first()


def policies_waiting_for(user: Staff) -> QuerySet[ValuePolicy]:
    """Proposals this person may approve: never one's own."""
    rows = ValuePolicy.objects.visible_to(user).filter(state=ValuePolicy.State.PROPOSED).exclude(proposed_by=user.pk)
    return rows if user.has_perm("clients.approve_value_policy") else rows.none()


def may_approve(policy: ValuePolicy) -> list[Staff]:
    """Colleagues of the branch who may approve the proposal; empty means that nobody can."""
    people = Staff.objects.filter(branch=policy.branch_id, is_active=True).exclude(pk=policy.proposed_by_id)
    return [person for person in people.order_by("pk") if person.has_perm("clients.approve_value_policy")]


def scoring_job(policy: ValuePolicy) -> JobRun | None:
    """The work that scores by a version that came into force at once, while it lasts or after it failed."""
    return JobRun.objects.filter(key=scoring_key(policy)).exclude(state=JobRun.State.SUCCEEDED).first()


def scoring_key(policy: ValuePolicy) -> str:
    return f"rescore:{policy.branch_id}:policy:{policy.version}"


def policy_story(policy: ValuePolicy) -> QuerySet[AuditEntry]:
    """Every step of a version with its person, newest first."""
    entries = AuditEntry.objects.filter(target_type=policy._meta.label_lower, target_id=str(policy.pk))
    return entries.select_related("actor")


def data_as_of(branch: Branch) -> date | None:
    """The day the branch's data speaks of: that of the newest import, else of the current run."""
    imported = (
        ImportRun.objects.filter(branch=branch, data_as_of__isnull=False)
        .exclude(state=ImportRun.State.FAILED)
        .order_by("-data_as_of")
        .values_list("data_as_of", flat=True)
        .first()
    )
    if imported:
        return imported
    run = current_run(branch)
    return run.as_of if run else None


@dataclass(frozen=True)
class RunColumns:
    """What later runs compare themselves with, ordered by client id."""

    client: npt.NDArray[np.int64]
    tier: npt.NDArray[np.int64]
    hold: npt.NDArray[np.int64]
    is_core: npt.NDArray[np.int64]
    revenue: npt.NDArray[np.float64]


def run_columns(run: ScoringRun) -> RunColumns:
    """Tiers, holds, core flags and net revenue (元) of every client of a run. One query."""
    kinds = {"client": "bigint", "tier": "bigint", "hold": "bigint", "is_core": "bigint", "revenue": "float8"}
    with connection.cursor() as cursor:
        query = cursor.mogrify(
            "SELECT client_id, tier::bigint, tier_hold_runs::bigint, is_core::int::bigint, revenue_12m::float8"
            " FROM clients_clientvalue WHERE run_id = %s ORDER BY client_id",
            (run.pk,),
        ).decode()
        return RunColumns(**read_columns(cursor, query, kinds))


def run_outcome(run: ScoringRun) -> dict[str, npt.NDArray[Any]]:
    """What a run found for every client, ordered by client id; `value_type` as an index into TYPES. One query."""
    kinds = {"client": "bigint", "value": "float8"}
    kinds |= dict.fromkeys(("rank", "value_type", "tier", "hold", "is_core"), "bigint")
    with connection.cursor() as cursor:
        query = cursor.mogrify(
            "SELECT client_id, value, rank::bigint, array_position(%s::text[], value_type::text)::bigint - 1, tier::bigint,"
            " tier_hold_runs::bigint, is_core::int::bigint FROM clients_clientvalue WHERE run_id = %s ORDER BY client_id",
            (list(TYPES), run.pk),
        ).decode()
        return read_columns(cursor, query, kinds)


@dataclass(frozen=True)
class SummaryRow:
    """Clients and money (元) of one type or tier."""

    code: str | int
    clients: int
    core: int
    revenue: float
    assets: float
    revenue_share: float


@dataclass(frozen=True)
class BookSummary:
    """The branch in numbers, as of its current run."""

    types: list[SummaryRow]
    tiers: list[SummaryRow]
    revenue: float
    assets: float


def book_summary(run: ScoringRun) -> BookSummary:
    """From what the run noted of itself: no query."""

    def rows(groups: dict[str, dict[str, float]], order: Sequence[str | int]) -> list[SummaryRow]:
        total = sum(group["revenue"] for group in groups.values())
        return [
            SummaryRow(
                code=code,
                clients=int(group["clients"]),
                core=int(group["core"]),
                revenue=group["revenue"],
                assets=group["assets"],
                revenue_share=group["revenue"] / total if total else 0.0,
            )
            for code in order
            for group in [groups[str(code)]]
        ]

    types = rows(run.summary["types"], TYPES)
    tiers = rows(run.summary["tiers"], TIERS[::-1])
    return BookSummary(types, tiers, sum(row.revenue for row in types), sum(row.assets for row in types))


@dataclass(frozen=True)
class MovedClient:
    """A client that entered or left the core since the run before; net revenue in 元."""

    client: Client
    entered: bool
    reason: str
    before: float | None
    now: float


def moved_clients(run: ScoringRun, user: Staff, *, limit: int = 10) -> list[MovedClient]:
    """The largest core moves among the clients this person may see. One query."""
    listed = run.summary["core_moves"]["listed"]
    clients = (
        Client.objects.visible_to(user).only("pk", "name", "client_no").in_bulk([move["client"] for move in listed])
    )
    seen = [move for move in listed if move["client"] in clients]
    return [
        MovedClient(clients[move["client"]], move["entered"], move["reason"], move["before"], move["now"])
        for move in seen[:limit]
    ]
