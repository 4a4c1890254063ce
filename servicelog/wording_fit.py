"""Why a product fits a client, what stands against it, and what must be said about it: in sentences."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from branch_crm.core.templatetags.badges import PERSONAS, VALUE_TYPES
from branch_crm.core.templatetags.money import short_amount
from clients.models import Client, Product
from clients.models.profile import LiquidityNeed
from servicelog.domain import suitability
from servicelog.domain.service_rules import FIT_TERMS
from servicelog.queries.fits import SOON_DAYS, Match

TERM_LABELS: Mapping[str, str | Promise] = {
    "persona": gettext_lazy("Behavioural type"),
    "liquidity": gettext_lazy("Need for liquidity"),
    "holdings": gettext_lazy("Present holdings"),
    "cash": gettext_lazy("Cash and minimum"),
    "value_type": gettext_lazy("Value type"),
}
#: Ground code -> what stands against a product, said to staff.
GROUNDS: Mapping[str, str | Promise] = {
    suitability.NOT_ACTIVE: gettext_lazy("The account is suspended, closing or closed."),
    suitability.NOT_ON_SALE: gettext_lazy("The product is not on sale."),
    suitability.NO_LEVEL: gettext_lazy("The client has no risk assessment. Do it first."),
    suitability.EXPIRED: gettext_lazy("The client's risk assessment has ended. Renew it first."),
    suitability.NO_PRODUCT_LEVEL: gettext_lazy("The product has no risk level."),
    suitability.LOWEST_CLASS: gettext_lazy(
        "The client is of the lowest class and may not buy above R1, not even on own request."
    ),
    suitability.ABOVE_LEVEL: gettext_lazy("The product's risk level lies above the client's."),
    suitability.TERM: gettext_lazy("The money would be bound longer than the client's need for liquidity allows."),
    suitability.KIND: gettext_lazy("The client has not named this kind among the products wanted."),
    suitability.OPTED_OUT: gettext_lazy("The client wishes no marketing. Speak of products only when asked."),
}


@dataclass(frozen=True)
class Reason:
    """One term of a rank, as the why panel takes it."""

    term: str
    label: str | Promise
    value: float
    note: str


def reasons(match: Match) -> list[Reason]:
    return [Reason(term, TERM_LABELS[term], match.points[term], _NOTES[term](match)) for term in FIT_TERMS]


def strongest(match: Match, weights: Mapping[str, float], count: int = 2) -> list[Reason]:
    """The terms that come closest to all their points: what a row of a list has room for."""
    known = [reason for reason in reasons(match) if reason.note]
    return sorted(known, key=lambda reason: -reason.value / (weights[reason.term] or 1))[:count]


def _persona(match: Match) -> str:
    if not match.facts["persona"]:
        return _("no behavioural type known yet")
    return _("%(persona)s (%(confidence)s sure), risk level %(level)s") % {
        "persona": PERSONAS[match.facts["persona"]],
        "confidence": f"{match.facts['confidence']:.0%}",
        "level": match.product.risk_level,
    }


def _liquidity(match: Match) -> str:
    if not match.facts["liquidity"]:
        return _("need for liquidity not asked yet")
    need = LiquidityNeed(match.facts["liquidity"]).label
    if math.isnan(match.facts["term"]):
        return _("%(need)s; can be given back at any time") % {"need": need}
    days = int(match.facts["term"])
    return ngettext("%(need)s; bound for %(days)s day", "%(need)s; bound for %(days)s days", days) % {
        "need": need,
        "days": days,
    }


def _holdings(match: Match) -> str:
    kind, share, stocks = match.product.kind or _("this kind"), match.facts["kind_share"], match.facts["stock_share"]
    held = _("%(kind)s: %(share)s of assets so far") if share > 0 else _("nothing held of %(kind)s")
    words = held % {"kind": kind, "share": f"{share:.0%}"}
    return words if math.isnan(stocks) else f"{words}{_('; stocks %(share)s') % {'share': f'{stocks:.0%}'}}"


def _cash(match: Match) -> str:
    free = match.facts["free"]
    if math.isnan(free):
        return _("cash not reported")
    minimum = float(match.product.minimum or 0)
    return _("%(free)s in cash or ending within %(days)s days, minimum %(minimum)s") % {
        "free": short_amount(Decimal(str(round(free, 2)))),
        "days": SOON_DAYS,
        "minimum": short_amount(Decimal(str(minimum))),
    }


def _value_type(match: Match) -> str:
    code = match.facts["value_type"]
    return str(VALUE_TYPES[code]) if code else _("not scored yet")


_NOTES = {
    "persona": _persona,
    "liquidity": _liquidity,
    "holdings": _holdings,
    "cash": _cash,
    "value_type": _value_type,
}


#: What a recorded recommendation says was told, without the figures of that day (they stand beside it).
SAID: Mapping[str, str | Promise] = {
    "level": gettext_lazy("the product's risk level and the client's own"),
    "no_promise": gettext_lazy("no promise of a return or of the principal"),
    "term": gettext_lazy("how long the money is bound"),
    "minimum": gettext_lazy("the smallest purchase"),
    "documents": gettext_lazy("to read contract and risk disclosure"),
    "own_decision": gettext_lazy("that the client decides and buys alone"),
    "mismatch": gettext_lazy("that it does not match the assessment"),
}


def must_be_said(client: Client, product: Product, asked: suitability.Verdict) -> dict[str, str]:
    """Code -> sentence: what the client must hear before anything is recorded. `asked`: the verdict on the client's own wish."""
    words = {
        "level": _("The product is of risk level %(product)s; your own level is %(client)s.")
        % {"product": product.risk_level or "–", "client": client.get_risk_level_display() or "–"},
        "no_promise": _("A low risk is not no risk, and nobody promises a return.")
        if product.risk_level == "R1"
        else _("Nobody promises a return or the principal; you may lose a part or all of it."),
    }
    if product.matures_on:
        words["term"] = _("Your money is bound until %(day)s and as a rule cannot be given back before.") % {
            "day": product.matures_on.isoformat()
        }
    if product.minimum:
        words["minimum"] = _("The smallest purchase is ¥%(amount)s.") % {"amount": short_amount(product.minimum)}
    words["documents"] = _("Read the contract and the risk disclosure yourself before you decide.")
    words["own_decision"] = _("You decide and buy yourself; staff may not do it for you.")
    if asked.result == suitability.CLIENT_INITIATED:
        words["mismatch"] = _("It does not match your assessment; you asked for it yourself and have been warned.")
    return words


def ground_words(codes: Sequence[str]) -> list[str]:
    """Sentences; codes of a later version stand as they are."""
    return [str(GROUNDS.get(code, code)) for code in codes]
