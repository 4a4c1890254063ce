"""Words for the signs of the early warning: what each is called, and the figures behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from branch_crm.core.templatetags.money import money_full
from branch_crm.core.templatetags.money import percent as share_of
from retention.domain.risk.rules import SIGNALS
from retention.models import ClientRisk
from retention.wording import rate_in_words

Figures = Mapping[str, Any]

NAMES = {
    "outflow": gettext_lazy("Money flows out"),
    "transfers": gettext_lazy("More and larger transfers out"),
    "trading": gettext_lazy("Trades less than usual"),
    "rhythm": gettext_lazy("Bursts of trading, then silence"),
    "silence": gettext_lazy("Long without any activity"),
    "products": gettext_lazy("Redeems products"),
    "elsewhere": gettext_lazy("Seems to buy at another house"),
    "rate": gettext_lazy("Pays more than similar clients"),
    "complaint": gettext_lazy("Has complained"),
    "advisor": gettext_lazy("Another advisor since lately"),
    "loss": gettext_lazy("Losses by the market"),
}


def _money(amount: Any) -> str:
    return f"¥{money_full(amount)}"


def _times(amount: Any) -> str:
    return f"{amount or 0:.0f}"


WORDS: Mapping[str, Callable[[Figures, float], str]] = {
    "outflow": lambda figures, measure: (
        _("%(out)s net out, %(share)s of the peak of %(peak)s")
        % {"out": _money(figures["out"]), "share": share_of(measure), "peak": _money(figures["peak"])}
    ),
    "transfers": lambda figures, measure: (
        _("%(outs)s transfers out of %(sum)s together, %(before)s in the period before")
        % {"outs": _times(figures["outs"]), "sum": _money(figures["sum"]), "before": _times(figures["before"])}
    ),
    "trading": lambda figures, measure: (
        _("traded %(traded)s, usual are %(usual)s")
        % {"traded": _money(figures["traded"]), "usual": _money(figures["usual"])}
    ),
    "rhythm": lambda figures, measure: (
        _("traded on %(days)s days of the year close together, silent for %(silent)s days since")
        % {"days": _times(figures["trade_days"]), "silent": _times(figures["silent"])}
    ),
    "silence": lambda figures, measure: (
        _("no trade, order or transfer for %(days)s days") % {"days": _times(figures["days"])}
    ),
    "products": lambda figures, measure: (
        _("%(redeemed)s more redeemed than bought, %(share)s of the peak")
        % {"redeemed": _money(figures["redeemed"]), "share": share_of(measure)}
    ),
    "elsewhere": lambda figures, measure: (
        _("new-share quota grew by %(quota)s, the stock held here by %(stock)s")
        % {"quota": share_of(figures["quota"]), "stock": share_of(figures["stock"])}
    ),
    "rate": lambda figures, measure: (
        _("pays %(rate)s, the median with assets of this size is %(median)s")
        % {"rate": rate_in_words(figures["rate"]), "median": rate_in_words(figures["median"])}
    ),
    "complaint": lambda figures, measure: _("last complaint %(days)s days ago") % {"days": _times(figures["days"])},
    "advisor": lambda figures, measure: _("changed %(days)s days ago") % {"days": _times(figures["days"])},
    "loss": lambda figures, measure: (
        _("the market took %(lost)s, %(share)s of the peak")
        % {"lost": _money(figures["lost"]), "share": share_of(measure)}
    ),
}


def signs_of(row: ClientRisk) -> list[dict[str, Any]]:
    """The terms of the why panel, the heaviest first: code, label, value in points, note with the figures."""
    told = [
        {
            "code": code,
            "label": NAMES[code],
            "value": row.signals[code]["points"],
            "note": WORDS[code](row.signals[code]["figures"], row.signals[code]["measure"]),
        }
        for code in SIGNALS
        if code in row.signals
    ]
    return sorted(told, key=lambda sign: -sign["value"])
