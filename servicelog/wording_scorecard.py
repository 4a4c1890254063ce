"""Scorecards in words: what a figure is, how it is counted, and how its value reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from branch_crm.core.domain.rule_table import RuleFault
from branch_crm.core.templatetags.money import grouped, percent, short_amount
from servicelog.domain.scorecard import (
    AT_RISK,
    ATTEMPTS,
    BREACH,
    CLAS,
    CODES,
    COMPLAINTS,
    COUNTS,
    COVERAGE,
    FLOW,
    LOGS,
    MANDATORY,
    OPTIONAL,
    PRODUCTS,
    SCORED,
)

Words = str | Promise

NAMES: Mapping[str, Words] = {
    COVERAGE: gettext_lazy("Service standard kept"),
    MANDATORY: gettext_lazy("Mandatory tasks in time"),
    LOGS: gettext_lazy("Logs that count"),
    FLOW: gettext_lazy("Net money into the book"),
    AT_RISK: gettext_lazy("Value at risk that stayed"),
    PRODUCTS: gettext_lazy("Suitable recommendations taken up"),
    COMPLAINTS: gettext_lazy("Complaints about service or conduct"),
    OPTIONAL: gettext_lazy("Aims done"),
    CLAS: gettext_lazy("Breadth of I-CLAS"),
    BREACH: gettext_lazy("Bought after a refusal"),
    ATTEMPTS: gettext_lazy("Unsuitable suggestions refused"),
}
#: How each is counted, as the advisor reads it.
RULES: Mapping[str, Words] = {
    COVERAGE: gettext_lazy(
        "Contacts and meetings that counted, of those the standard asked for on the last day you served each client in the month; "
        "for clients served for less than the window only the share that has passed is asked. Higher tiers weigh more."
    ),
    MANDATORY: gettext_lazy(
        "Mandatory tasks due in the month and done by their deadline. Only tasks of clients you served from the day after the task "
        "was raised to its deadline; what lost its reason is left out."
    ),
    LOGS: gettext_lazy("Your own logs of the month that count, of all of them; messages to many are left out."),
    FLOW: gettext_lazy(
        "Transfers in less transfers out while you served the client, against the assets at the beginning of your service in the "
        "month, by the share of days. Rises and falls of prices change nothing."
    ),
    AT_RISK: gettext_lazy(
        "Money at stake in large outflows and complaints due in the month: answered, and the client still here. Clients who asked "
        "to close are left out: nobody is judged by holding them back."
    ),
    PRODUCTS: gettext_lazy(
        "Suitable recommendations of the month after which the client ordered the product. What was refused counts for "
        "nothing here."
    ),
    COMPLAINTS: gettext_lazy(
        "Complaints about service or the conduct of staff received while you served the client; fees, products and systems "
        "are left out."
    ),
    OPTIONAL: gettext_lazy(
        "Optional moments of platinum and diamond clients that were done. A bonus only: leaving them undone costs nothing."
    ),
    CLAS: gettext_lazy("Letters of I-CLAS that came up per client spoken to, of five. Shown, never scored."),
    BREACH: gettext_lazy(
        "Orders of a product that the suitability rules had refused to you for this client, with nothing suitable recorded in "
        "between. Holds the points of the month down."
    ),
    ATTEMPTS: gettext_lazy(
        "Products you suggested that the suitability rules refused. From a number on it holds the points down."
    ),
}
#: What the two numbers of a share are; the value itself says what a count is.
PARTS: Mapping[str, Words] = {
    COVERAGE: gettext_lazy("%(good)s of %(whole)s, weighted by tier"),
    MANDATORY: gettext_lazy("%(good)s of %(whole)s tasks"),
    LOGS: gettext_lazy("%(good)s of %(whole)s logs"),
    FLOW: gettext_lazy("%(good)s on %(whole)s"),
    AT_RISK: gettext_lazy("%(good)s of %(whole)s yuan at stake"),
    PRODUCTS: gettext_lazy("%(good)s of %(whole)s recommendations"),
    COMPLAINTS: gettext_lazy("among %(whole)s clients served"),
    CLAS: gettext_lazy("%(good)s of %(whole)s letters"),
}
CAP_TEXTS: Mapping[str, Words] = {
    BREACH: gettext_lazy("Held down: a client bought what the suitability rules had refused."),
    ATTEMPTS: gettext_lazy("Held down: too many unsuitable suggestions."),
}
#: What the policy's guard says: servicelog.domain.scorecard.
GUARDS: Mapping[str, Words] = {
    "never": gettext_lazy(
        "Trading volume, commission and account openings may not be appraised: pay and appraisal must not hang on them."
    ),
    "optional": gettext_lazy("Optional moments are a bonus and carry no weight."),
    "sum": gettext_lazy("The weights must add up to 100."),
    "money": gettext_lazy(
        "Money flows and products may weigh 30 together: service and conduct must weigh more than sales."
    ),
    "complaints": gettext_lazy("Complaints must weigh 5 or more: conduct must count in every appraisal."),
    "order": gettext_lazy("Full points must lie on the better side of no points."),
    "cap": gettext_lazy("Unsuitable sales always hold the points down."),
}
_MONEY = frozenset({FLOW, AT_RISK})


@dataclass(frozen=True)
class FigureText:
    """A figure as a statement shows it. `lost`: points that it cost; None where it is not scored or not judged."""

    code: str
    name: Words
    rule: Words
    value: str
    parts: str
    target: str
    weight: float
    points: float | None
    lost: float | None
    few: bool
    scored: bool
    judged: bool


def figure_texts(figures: Mapping[str, Mapping[str, Any]]) -> list[FigureText]:
    """In the order of the statement; figures that a later version knows are left out."""
    return [figure_text(code, figures[code]) for code in CODES if code in figures]


def figure_text(code: str, figure: Mapping[str, Any]) -> FigureText:
    scored, judged = code in SCORED, figure["value"] is not None
    points = figure["points"]
    return FigureText(
        code=code,
        name=NAMES[code],
        rule=RULES[code],
        value=value_text(code, figure["value"]),
        parts=_parts(code, figure) if judged else "",
        target=value_text(code, figure["target"]) if scored else "",
        weight=figure["weight"],
        points=points,
        lost=figure["weight"] - points if scored and points is not None else None,
        few=figure["few"],
        scored=scored,
        judged=judged,
    )


def value_text(code: str, value: float | None) -> str:
    """`–` where there was nothing to judge."""
    if value is None:
        return "–"
    if code in COUNTS:
        return f"{value:,.0f}"
    return percent(value, 2 if code == FLOW else 0)


def amount_text(code: str, amount: float) -> str:
    return short_amount(Decimal(str(amount))) if code in _MONEY else grouped(round(amount))


def _parts(code: str, figure: Mapping[str, Any]) -> str:
    if code not in PARTS:
        return ""
    return str(PARTS[code]) % {
        "good": amount_text(code, figure["good"]),
        "whole": amount_text(code, figure["whole"]),
    }


def fault_text(error: RuleFault) -> str:
    """The guard explains itself in the reader's language; ranges are seen to by the fields."""
    return str(GUARDS.get(error.guard, error.message))


#: What a chart or a table shows beside the figures.
SUMS: Mapping[str, Words] = {
    "points": gettext_lazy("Points"),
    "middle": gettext_lazy("Middle of the branch"),
}


def name_of(code: str) -> str:
    return str(NAMES.get(code) or SUMS.get(code, code))


#: How a single record reads beside its figure.
VERDICTS: Mapping[str, tuple[Words, Words]] = {
    MANDATORY: (pgettext_lazy("record", "in time"), pgettext_lazy("record", "late or missed")),
    LOGS: (pgettext_lazy("record", "counts"), pgettext_lazy("record", "does not count")),
    PRODUCTS: (pgettext_lazy("record", "ordered"), pgettext_lazy("record", "no order")),
    AT_RISK: (pgettext_lazy("record", "answered, still here"), pgettext_lazy("record", "unanswered, or gone")),
}


def record_text(code: str, good: float, whole: float) -> str:
    """What one record adds to the figure."""
    if code in VERDICTS:
        met, missed = VERDICTS[code]
        verdict = str(met if good >= whole else missed)
        return f"{verdict} · {amount_text(code, whole)}" if code == AT_RISK else verdict
    if code == FLOW:
        return _("%(good)s on %(whole)s") % {"good": amount_text(code, good), "whole": amount_text(code, whole)}
    if code in (COVERAGE, CLAS):
        return _("%(good)s of %(whole)s") % {"good": f"{good:g}", "whole": f"{whole:g}"}
    return ""
