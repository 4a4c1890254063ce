"""Why a task is on the list, in one sentence made from the figures that raised it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from branch_crm.core.templatetags.badges import TIERS
from branch_crm.core.templatetags.money import short_amount
from clients.models import Client
from servicelog.models import Complaint, MotTask

Facts = Mapping[str, Any]


def why_now(task: MotTask) -> str:
    """One line; empty for a moment this installation does not know, or whose figures an older version kept otherwise."""
    say = SENTENCES.get(task.kind)
    try:
        return say(task.facts) if say else ""
    except KeyError:
        return ""


def _money(amount: Any) -> str:
    return short_amount(abs(Decimal(str(amount or 0))))


def _percent(share: Any) -> str:
    return f"{abs(float(share or 0)):.0%}"


def _tier(code: Any) -> str:
    return str(TIERS.get(int(code), code))


def _permissions(facts: Facts) -> str:
    names = [str(Client._meta.get_field(flag).verbose_name) for flag in facts["permissions"]]
    return _("opened on %(on)s: %(names)s") % {"on": facts["on"], "names": " · ".join(names)}


SENTENCES: Mapping[str, Callable[[Facts], str]] = {
    "new_client": lambda f: _("account opened on %(day)s") % {"day": f["opened_on"]},
    "new_permission": _permissions,
    "risk_expiring": lambda f: (
        _("ends on %(day)s, in %(days)s days") % {"day": f["valid_until"], "days": f["days_left"]}
    ),
    "risk_expired": lambda f: (
        _("ended on %(day)s; nothing may be recommended until renewed") % {"day": f["valid_until"]}
    ),
    "large_outflow": lambda f: (
        _("%(amount)s left between %(from)s and %(to)s")
        % {"amount": _money(f["amount"]), "from": f["from"], "to": f["to"]}
    ),
    "large_inflow": lambda f: (
        _("%(amount)s came in between %(from)s and %(to)s")
        % {"amount": _money(f["amount"]), "from": f["from"], "to": f["to"]}
    ),
    "new_share_win": lambda f: (
        _("won on %(day)s, %(amount)s to pay, %(cash)s in cash")
        % {"day": f["won_on"], "amount": _money(f["amount"]), "cash": _money(f["cash"])}
    ),
    "margin_line": lambda f: (
        _("ratio %(ratio)s%%, warning line %(line)s%%, debt %(debt)s")
        % {"ratio": f["ratio"], "line": f"{float(f['line']):g}", "debt": _money(f["debt"])}
    ),
    "id_expiring": lambda f: _("ends on %(day)s, in %(days)s days") % {"day": f["valid_until"], "days": f["days_left"]},
    "complaint": lambda f: (
        _("received on %(day)s, about %(about)s")
        % {"day": f["received_on"], "about": Complaint.About(f["about"]).label}
    ),
    "product_maturing": lambda f: (
        _("%(name)s matures on %(day)s, %(amount)s")
        % {"name": f["name"] or f["product"], "day": f["matures_on"], "amount": _money(f["amount"])}
    ),
    "closing": lambda f: _("since %(day)s; the request goes on whatever is said") % {"day": f["on"]},
    "new_advisor": lambda f: _("changed on %(day)s") % {"day": f["on"]},
    "after_transfer_7": lambda f: _("changed on %(day)s") % {"day": f["on"]},
    "after_transfer_30": lambda f: _("changed on %(day)s") % {"day": f["on"]},
    "after_transfer_90": lambda f: _("changed on %(day)s") % {"day": f["on"]},
    "risk_warning_holding": lambda f: _("%(name)s, %(value)s") % {"name": f["name"], "value": _money(f["value"])},
    "birthday": lambda f: f["day"],
    "anniversary": lambda f: _("%(years)s years a client") % {"years": f["years"]},
    "back_after_silence": lambda f: (
        _("traded on %(day)s after %(days)s quiet days") % {"day": f["traded_on"], "days": f["days"]}
    ),
    "silent": lambda f: (
        _("last trade on %(day)s, assets %(assets)s") % {"day": f["last_trade"], "assets": _money(f["assets"])}
        if f["last_trade"]
        else _("has never traded, assets %(assets)s") % {"assets": _money(f["assets"])}
    ),
    "loss": lambda f: (
        _("down %(share)s (%(amount)s) since %(day)s, flows taken off")
        % {"share": _percent(f["share"]), "amount": _money(f["result"]), "day": f["from"]}
    ),
    "gain": lambda f: (
        _("up %(share)s (%(amount)s) since %(day)s, flows taken off")
        % {"share": _percent(f["share"]), "amount": _money(f["result"]), "day": f["from"]}
    ),
    "concentration": lambda f: (
        _("%(name)s is %(share)s of all securities")
        % {"name": f["name"] or f["security"], "share": _percent(f["share"])}
    ),
    "idle_cash": lambda f: (
        _("%(cash)s in cash, never below %(share)s since %(day)s")
        % {"cash": _money(f["cash"]), "share": _percent(f["least_share"]), "day": f["from"]}
    ),
    "tier_up": lambda f: _("from %(before)s to %(tier)s") % {"before": _tier(f["before"]), "tier": _tier(f["tier"])},
    "near_tier": lambda f: (
        _("%(missing)s below %(next)s") % {"missing": _money(f["missing"]), "next": _tier(f["next"])}
    ),
    "unused_quota": lambda f: (
        _("quota %(quota)s, no new share since %(day)s") % {"quota": f"{float(f['quota']):g}", "day": f["from"]}
    ),
    "wealth_elsewhere": lambda f: (
        _("at least %(there)s elsewhere, %(here)s here; never say so to the client")
        % {"there": _money(f["at_least"]), "here": _money(f["here"])}
    ),
    "dividend": lambda f: _("%(amount)s on %(day)s") % {"amount": _money(f["amount"]), "day": f["on"]},
    "festival": lambda f: f"{f['name']} {f['day']}",
    "market_shock": lambda f: (
        _("down %(share)s since %(day)s, like half of the branch") % {"share": _percent(f["share"]), "day": f["from"]}
    ),
}
