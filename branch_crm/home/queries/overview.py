"""The branch in figures: head figures, value types, tiers and personas, each with clients and money."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from branch_crm.core.models import Branch, Staff
from branch_crm.core.templatetags.badges import PERSONA_STATES, PERSONAS
from clients.domain.value.rules import TIERS
from clients.domain.value.value_types import TYPES
from clients.filters import OPEN_STATUSES
from clients.models import BehaviourRun, Client, ClientFigures, ClientStatus, ScoringRun
from clients.queries.value import current_run


@dataclass(frozen=True)
class MixRow:
    """One value type, tier or persona: clients, core clients among them, net revenue of twelve months and assets (元).

    `share`, `revenue_share`: of all clients and of all net revenue, in percent. `fill` ends the name of a fill class.
    """

    code: str | int
    fill: str
    clients: int
    core: int
    revenue: float
    assets: float
    share: float
    revenue_share: float


@dataclass(frozen=True)
class Overview:
    """Head figures of a branch: what its current scoring run says of it, and who is without an advisor now."""

    run: ScoringRun
    clients: int
    unserved: int
    behaviour_run: BehaviourRun | None
    types: list[MixRow]
    tiers: list[MixRow]
    personas: list[MixRow]

    @property
    def core(self) -> dict[str, Any]:
        return dict(self.run.summary["core"])

    @property
    def core_share(self) -> float:
        """Core clients as a share of all scored ones."""
        return self.core["size"] / self.core["clients"] if self.core["clients"] else 0.0

    @property
    def revenue(self) -> float:
        return sum(row.revenue for row in self.types)

    @property
    def assets(self) -> float:
        """Mean net assets, 元."""
        return sum(row.assets for row in self.types)


def open_clients(user: Staff, branch: Branch) -> QuerySet[Client]:
    clients: QuerySet[Client] = Client.objects.visible_to(user)
    return clients.filter(branch=branch, status__in=OPEN_STATUSES)


def overview(user: Staff, branch: Branch) -> Overview | None:
    """None before the first run with a summary. Four queries, whatever the size of the branch."""
    run = current_run(branch)
    if run is None or not run.summary:
        return None
    counted = open_clients(user, branch).aggregate(all=Count("pk"), unserved=Count("pk", filter=Q(advisor=None)))
    summary = run.summary
    return Overview(
        run=run,
        clients=counted["all"],
        unserved=counted["unserved"],
        behaviour_run=BehaviourRun.objects.filter(branch=branch, is_current=True).select_related("policy").first(),
        types=_rows([(code, code, summary["types"][code]) for code in TYPES]),
        tiers=_rows([(tier, f"tier-{tier}", summary["tiers"][str(tier)]) for tier in TIERS[::-1]]),
        personas=_rows(_personas(user, branch)),
    )


def _rows(groups: list[tuple[str | int, str, dict[str, Any]]]) -> list[MixRow]:
    clients = sum(group["clients"] for _code, _fill, group in groups)
    revenue = float(sum(max(group["revenue"], 0) for _code, _fill, group in groups))
    return [
        MixRow(
            code=code,
            fill=fill,
            clients=group["clients"],
            core=group["core"],
            revenue=float(group["revenue"]),
            assets=float(group["assets"]),
            share=100 * group["clients"] / clients if clients else 0.0,
            revenue_share=100 * max(float(group["revenue"]), 0.0) / revenue if revenue else 0.0,
        )
        for code, fill, group in groups
    ]


def _personas(user: Staff, branch: Branch) -> list[tuple[str | int, str, dict[str, Any]]]:
    """In the order of the legend; clients whose behaviour has not been read yet count nowhere."""
    figures = ClientFigures.objects.visible_to(user).filter(branch=branch, persona__isnull=False)
    # The closed accounts are the few: to leave them out is cheaper than to look up the open ones.
    closed = Client.objects.filter(branch=branch, status=ClientStatus.CLOSED)
    rows = (
        figures.exclude(client__in=closed)
        .values("persona")
        .annotate(
            clients=Count("pk"),
            core=Count("pk", filter=Q(is_core=True)),
            revenue=Coalesce(Sum("revenue_12m"), Decimal(0)),
            assets=Coalesce(Sum("total_assets"), Decimal(0)),
        )
        .order_by()
    )
    found = {row["persona"]: row for row in rows}
    return [(code, code.lower() or "none", found[code]) for code in (*PERSONAS, *PERSONA_STATES) if code in found]
