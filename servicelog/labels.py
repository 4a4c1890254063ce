"""Words for the codes of the service log."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

MOMENTS: Mapping[str, str | Promise] = {
    "new_client": _("Welcome a new client"),
    "new_permission": _("Education on a new permission"),
    "risk_expiring": _("Risk assessment ends soon"),
    "risk_expired": _("Risk assessment has ended"),
    "large_outflow": _("Large outflow"),
    "large_inflow": _("Large inflow"),
    "new_share_win": _("New shares won, payment due"),
    "margin_line": _("Margin ratio below the warning line"),
    "id_expiring": _("ID document ends soon"),
    "complaint": _("Complaint received"),
    "product_maturing": _("Product matures soon"),
    "closing": _("Client is closing the account"),
    "new_advisor": _("Introduce the new advisor"),
    "after_transfer_7": _("A week after the change of advisor"),
    "after_transfer_30": _("A month after the change of advisor"),
    "after_transfer_90": _("A quarter after the change of advisor"),
    "risk_warning_holding": _("Holding under risk warning"),
    "birthday": _("Birthday"),
    "anniversary": _("Anniversary of the account"),
    "back_after_silence": _("Trades again after silence"),
    "silent": _("Has not traded for long"),
    "loss": _("Marked loss"),
    "gain": _("Marked gain"),
    "concentration": _("One security dominates"),
    "idle_cash": _("Idle cash"),
    "tier_up": _("Tier has risen"),
    "near_tier": _("Close to the next tier"),
    "unused_quota": _("New-share quota unused"),
    "wealth_elsewhere": _("More wealth elsewhere than here"),
    "dividend": _("Dividend received"),
    "festival": _("Festival greeting"),
    "market_shock": _("Care after a market shock"),
}


def moment_label(code: str) -> str:
    """The name of a moment, or its code where a policy of a later version knows more moments than this installation."""
    return str(MOMENTS.get(code, code))


#: What a moment is for a tier: servicelog.domain.mot.triggers.USES.
USES: Mapping[str, str | Promise] = {"must": _("must"), "may": _("may"), "off": _("off")}

#: Names of parameters; the moment they belong to stands beside them.
PARAMETERS: Mapping[str, str | Promise] = {
    "catch_up": _("taken up for"),
    "first": _("first time"),
    "second": _("second time"),
    "last": _("last time"),
    "within": _("ended within"),
    "sessions": _("window"),
    "amount": _("amount from"),
    "share": _("share from"),
    "line": _("warning line"),
    "days": _("quiet for"),
    "assets": _("assets from"),
    "value": _("securities from"),
    "cash": _("cash from"),
    "quota": _("quota from"),
    "times": _("multiple from"),
    "again": _("asks anew from"),
    "back_within": _("not for who comes back within"),
}

UNITS: Mapping[str, str | Promise] = {
    "money": _("yuan"),
    "share": "%",
    "percent": "%",
    "sessions": _("trading days"),
    "days": _("days"),
    "times": pgettext_lazy("multiple", "times"),
    "shares": _("shares"),
}

#: Why a task lapsed: servicelog.services.lapse_tasks.REASONS.
LAPSES: Mapping[str, str | Promise] = {
    "client_closed": _("The account was closed."),
    "renewed": _("It was renewed."),
    "recovered": _("The margin ratio is back above the line."),
    "sold": _("The holding was sold."),
    "traded": _("The client has traded again."),
    "stays": _("The client stays."),
    "changed_again": _("The client has another advisor by now."),
    "overtaken": _("Its day has passed."),
    "opted_out": _("The client wants no marketing contacts."),
    "stale": _("Optional, and nobody took it up while it still meant something."),
}


def parameter_label(name: str) -> str | Promise:
    return PARAMETERS.get(name, name)


def unit_label(unit: str) -> str | Promise:
    return UNITS.get(unit, unit)
