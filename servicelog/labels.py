"""Words for the codes of the service log."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

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
