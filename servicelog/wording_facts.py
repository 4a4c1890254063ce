"""The figures that raised a task, one by one: named, with their unit, and with the page of the facts behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from advisors.models import Advisor
from branch_crm.core.templatetags.badges import TIERS
from branch_crm.core.templatetags.money import money_full
from clients.models import Client
from servicelog.models import Complaint, MotTask

#: Tab of the client page that shows the facts a moment was told from.
TABS: Mapping[str, str] = {
    "large_outflow": "movements",
    "large_inflow": "movements",
    "new_share_win": "movements",
    "dividend": "movements",
    "back_after_silence": "movements",
    "silent": "movements",
    "unused_quota": "movements",
    "loss": "overview",
    "gain": "overview",
    "market_shock": "overview",
    "idle_cash": "overview",
    "margin_line": "holdings",
    "risk_warning_holding": "holdings",
    "concentration": "holdings",
    "product_maturing": "products",
}


@dataclass(frozen=True)
class Fact:
    """`href`: where the fact itself stands; "" = nowhere but here."""

    label: str | Promise
    value: str
    href: str = ""


def _plain(value: Any) -> str:
    return f"{value:,.10g}" if isinstance(value, (int, float)) else str(value)


def _yuan(value: Any) -> str:
    return now("¥%s") % money_full(Decimal(str(value)))


def _share(value: Any) -> str:
    return f"{float(value):.1%}"


def _percent(value: Any) -> str:
    return f"{float(value):g}%"


def _days(value: Any) -> str:
    return now("%(days)s days") % {"days": value}


def _tier(value: Any) -> str:
    return str(TIERS.get(int(value), value))


def _about(value: Any) -> str:
    return str(Complaint.About(value).label)


def _permissions(value: Any) -> str:
    return " · ".join(str(Client._meta.get_field(name).verbose_name) for name in value)


#: Key of a fact -> its name and how its value is said. A moment's own meaning of a key goes before.
NAMES: Mapping[str, tuple[str | Promise, Callable[[Any], str]]] = {
    "valid_until": (_("Valid until"), _plain),
    "days_left": (_("Days left"), _days),
    "opened_on": (_("Opened on"), _plain),
    "permissions": (_("Permissions"), _permissions),
    "on": (_("On"), _plain),
    "amount": (_("Amount"), _yuan),
    "transfers": (_("Transfers"), _plain),
    "from": (_("From"), _plain),
    "to": (_("To"), _plain),
    "assets": (_("Assets"), _yuan),
    "threshold": (_("Threshold"), _yuan),
    "won_on": (_("Won on"), _plain),
    "cash": (_("Cash"), _yuan),
    "ratio": (_("Margin ratio"), _percent),
    "line": (_("Warning line"), _percent),
    "debt": (_("Debt"), _yuan),
    "received_on": (_("Received on"), _plain),
    "about": (_("About"), _about),
    "product": (_("Product code"), _plain),
    "security": (_("Security code"), _plain),
    "name": (_("Name"), _plain),
    "matures_on": (_("Matures on"), _plain),
    "value": (_("Value"), _yuan),
    "all": (_("All securities"), _yuan),
    "day": (_("Day"), _plain),
    "years": (_("Years"), _plain),
    "traded_on": (_("Traded on"), _plain),
    "last_before": (_("Last trade before"), _plain),
    "last_trade": (_("Last trade"), _plain),
    "days": (_("Quiet for"), _days),
    "result": (_("Result"), _yuan),
    "share": (_("Share"), _share),
    "least_share": (_("Least share of cash"), _share),
    "net_before": (_("Net assets before"), _yuan),
    "net_now": (_("Net assets now"), _yuan),
    "flows": (_("Money in and out"), _yuan),
    "total": (_("Total assets"), _yuan),
    "snapshots": (_("Days looked at"), _plain),
    "tier": (_("Tier"), _tier),
    "next": (_("Next tier"), _tier),
    "missing": (_("Missing"), _yuan),
    "quota": (_("Quota (shares)"), _plain),
    "at_least": (_("Elsewhere, at least"), _yuan),
    "here": (_("Here"), _yuan),
}


def fact_rows(task: MotTask) -> list[Fact]:
    """In the order of NAMES. Figures that an older version kept otherwise are left out."""
    return [*_people(task), *_rows(task)]


def _rows(task: MotTask) -> Iterator[Fact]:
    href = _page(task)
    for key, (label, say) in NAMES.items():
        value = task.facts.get(key)
        if value is None:
            continue
        try:
            yield Fact(label, say(value), href if say is _yuan or key in ("name", "transfers", "permissions") else "")
        except (ArithmeticError, LookupError, TypeError, ValueError):
            continue
    if task.kind == "tier_up" and "before" in task.facts:
        yield Fact(_("Tier before"), _tier(task.facts["before"]), reverse("clients:value_why", args=[task.client_id]))


def _page(task: MotTask) -> str:
    if task.kind in ("near_tier", "tier_up", "wealth_elsewhere"):
        return reverse("clients:value_why", args=[task.client_id])
    tab = TABS.get(task.kind, "")
    return reverse("clients:detail", args=[task.client_id]) + (f"?tab={tab}" if tab else "")


def _people(task: MotTask) -> Iterator[Fact]:
    """The two advisors of a change."""
    if task.kind != "new_advisor" and not task.kind.startswith("after_transfer"):
        return
    known = Advisor.objects.in_bulk([pk for pk in (task.facts.get("before"), task.facts.get("advisor")) if pk])
    for key, label in (("before", _("Advisor before")), ("advisor", _("New advisor"))):
        advisor = known.get(task.facts.get(key))
        yield Fact(label, advisor.name if advisor else now("nobody"))
