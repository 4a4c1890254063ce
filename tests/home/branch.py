"""A branch scored on three days, as the nights leave it: a month's end, a week ago, now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.test import Client as Browser
from django.urls import reverse

from advisors.models import Advisor
from branch_crm.core.models import Branch
from clients.models import Client, ClientStatus, ClientValue, ScoringRun
from clients.services.default_policies import ensure_value_policy
from clients.services.refresh_figures import refresh_figures
from tests.cast import Cast
from tests.clients.value.facts import blank_summary

MONTH_END, WEEK_AGO, NOW = date(2026, 10, 30), date(2026, 11, 13), date(2026, 11, 20)


@dataclass(frozen=True)
class Standing:
    """What a client brings in a run: net commission and product fees of twelve months, 元."""

    commission: float
    fees: float = 0
    core: bool = False
    value: float = 50
    tier: int = 3
    value_type: str = "balanced"

    @property
    def revenue(self) -> float:
        return self.commission + self.fees


def account(branch: Branch, number: str, advisor: Advisor | None = None, **fields: object) -> Client:
    return Client.objects.create(branch=branch, client_no=number, name=f"客户{number}", advisor=advisor, **fields)


def scored(branch: Branch, day: date, standings: dict[Client, Standing], *, current: bool = False) -> ScoringRun:
    """A run with its rows and its summary; the lists follow when it is the current one."""
    ScoringRun.objects.filter(branch=branch, is_current=True).update(is_current=not current)
    core = [each.revenue for each in standings.values() if each.core]
    summary = {**blank_summary(), **_groups(standings), "compared_with": None}
    summary["core"] = {
        "size": len(core),
        "clients": len(standings),
        "revenue": sum(each.revenue for each in standings.values()),
        "covered": 0.8,
        "cutoff": min(core, default=0.0),
        "curve": [[0, 0], [0.3, 0.8], [1, 1]],
    }
    run = ScoringRun.objects.create(
        branch=branch,
        as_of=day,
        policy=ensure_value_policy(branch),
        inputs_hash=str(ScoringRun.objects.count()),
        is_current=current,
        summary=summary,
    )
    ClientValue.objects.bulk_create(
        ClientValue(
            run=run,
            branch=branch,
            client=client,
            value=each.value,
            rank=at,
            value_type=each.value_type,
            tier=each.tier,
            raw_tier=each.tier,
            is_core=each.core,
            commission_12m=Decimal(str(each.commission)),
            revenue_12m=Decimal(str(each.revenue)),
            asset_money=Decimal(1000),
        )
        for at, (client, each) in enumerate(sorted(standings.items(), key=lambda row: -row[1].value), 1)
    )
    if current:
        refresh_figures(branch=branch)
    return run


def _groups(standings: dict[Client, Standing]) -> dict[str, dict[str, dict[str, float]]]:
    def group(chosen: list[Standing]) -> dict[str, float]:
        return {
            "clients": len(chosen),
            "core": sum(each.core for each in chosen),
            "revenue": sum(each.revenue for each in chosen),
            "assets": 1000.0 * len(chosen),
        }

    every = list(standings.values())
    return {
        "types": {
            code: group([each for each in every if each.value_type == code])
            for code in ("commission", "product", "asset", "balanced")
        },
        "tiers": {str(tier): group([each for each in every if each.tier == tier]) for tier in range(1, 6)},
    }


def moved_branch(cast: Cast) -> dict[str, Client]:
    """Six clients whose places in the core changed, each for its own reason, and two whose did not."""
    branch, holder = cast.home, cast.advisor_profile
    clients = {
        name: account(branch, name, holder) for name in ("trader", "buyer", "lifted", "quiet", "pushed", "stays")
    }
    clients["plain"] = account(branch, "plain")
    gone = account(branch, "gone", holder)
    before = {
        clients["trader"]: Standing(100),
        clients["buyer"]: Standing(100, 100),
        clients["lifted"]: Standing(350),
        clients["quiet"]: Standing(900, core=True),
        clients["pushed"]: Standing(400, core=True),
        clients["stays"]: Standing(1000, core=True),
        clients["plain"]: Standing(5, tier=1, value=3),
        gone: Standing(800, core=True),
    }
    scored(branch, MONTH_END, before)
    gone.status = ClientStatus.CLOSED
    gone.save()
    clients["newcomer"] = account(branch, "newcomer")
    between = {**before, clients["quiet"]: Standing(200)}
    del between[gone]
    scored(branch, WEEK_AGO, between)
    after = {
        clients["trader"]: Standing(700, core=True, value_type="commission"),
        clients["buyer"]: Standing(100, 600, core=True, value_type="product"),
        clients["lifted"]: Standing(380, core=True),
        clients["quiet"]: Standing(200),
        clients["pushed"]: Standing(400),
        clients["stays"]: Standing(1000, core=True, tier=5, value=90),
        clients["plain"]: Standing(5, tier=1, value=3),
        clients["newcomer"]: Standing(500, core=True, tier=4, value=70),
    }
    scored(branch, NOW, after, current=True)
    clients["gone"] = gone
    return clients


def ask(cast: Cast, who: str, name: str, query: str = "", **headers: str) -> str:
    """The text of a page or panel as this person gets it."""
    browser = Browser(headers={"HX-Request": "true"} if name.startswith("home_") else headers)
    browser.force_login(cast.staff[who], backend="django.contrib.auth.backends.ModelBackend")
    response = browser.get(f"{reverse(name)}?{query}")
    assert response.status_code == 200, (name, response.status_code)
    return response.content.decode()
