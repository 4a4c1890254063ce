"""What the after-transfer watch found, in sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from allocation.domain.after_transfer import MINIMUM, Curve, Estimate
from allocation.queries.after_transfer import HORIZONS, Watch
from branch_crm.core.wilson import wilson

#: Name -> words, whether it is a share (else a mean number), and which list of clients is behind it.
MEASURES: dict[str, tuple[str | Promise, bool, str]] = {
    "kept": (gettext_lazy("Assets kept, flow only"), True, ""),
    "left": (gettext_lazy("Left: at least 80 % carried away"), True, "left"),
    "trading": (gettext_lazy("Trading days each"), False, ""),
    "active": (gettext_lazy("Traded at all"), True, "quiet"),
    "contacts": (gettext_lazy("Counted contacts each"), False, ""),
    "contacted": (gettext_lazy("Contacted at all"), True, "uncontacted"),
}
VERDICTS = {
    "none": gettext_lazy("no difference proven"),
    "more": gettext_lazy("more than comparable clients"),
    "less": gettext_lazy("less than comparable clients"),
    "few": gettext_lazy("too few to compare"),
}


@dataclass(frozen=True)
class Row:
    """One measure at one horizon, as the table shows it."""

    days: int
    name: str
    label: str | Promise
    n: int
    moved: str
    unmoved: str
    difference: str
    interval: str
    verdict: str
    verdict_text: str | Promise
    clients: str


def rows_of(found: Watch) -> list[Row]:
    return [_row(days, name, found.measures[days][name]) for days in HORIZONS for name in MEASURES]


def _row(days: int, name: str, estimate: Estimate) -> Row:
    label, is_share, clients = MEASURES[name]
    apart, low, high = estimate.difference, estimate.low, estimate.high
    return Row(
        days,
        name,
        label,
        estimate.n,
        _figure(estimate.moved, is_share),
        _figure(estimate.unmoved, is_share),
        "–" if apart is None else _apart(apart, is_share),
        "" if low is None or high is None else _span(low, high, is_share),
        estimate.verdict,
        VERDICTS[estimate.verdict],
        clients,
    )


def headline(found: Watch, days: int) -> str:
    """`Moved clients kept 98.1 % (flow only), comparable unmoved ones 98.6 %; difference −0.5 pp, interval −1.9 to +0.8 pp: ...`"""
    estimate = found.measures[days]["kept"]
    if estimate.n == 0:
        return _("After %(days)d days nobody can be compared yet.") % {"days": days}
    shares = {
        "days": days,
        "n": estimate.n,
        "moved": _figure(estimate.moved, True),
        "unmoved": _figure(estimate.unmoved, True),
    }
    if estimate.low is None or estimate.high is None or estimate.difference is None:
        few = ngettext(
            "After %(days)d days %(n)d moved client kept %(moved)s (flow only), comparable unmoved ones %(unmoved)s: too few"
            " to compare, %(least)d are needed.",
            "After %(days)d days %(n)d moved clients kept %(moved)s (flow only), comparable unmoved ones %(unmoved)s: too few"
            " to compare, %(least)d are needed.",
            estimate.n,
        )
        return few % {**shares, "least": MINIMUM}
    return _(
        "After %(days)d days %(n)d moved clients kept %(moved)s (flow only), comparable unmoved ones %(unmoved)s; difference"
        " %(apart)s, 95 %% interval %(span)s: %(verdict)s."
    ) % {
        **shares,
        "apart": _apart(estimate.difference, True),
        "span": _span(estimate.low, estimate.high, True),
        "verdict": VERDICTS[estimate.verdict],
    }


def acceptance_words(found: Watch) -> str:
    """How the clients answered who were asked whether they accept the successor, with the interval of the share."""
    accepted, refused = found.acceptance.get("accepted", 0), found.acceptance.get("refused", 0)
    span = wilson(accepted, accepted + refused)
    if span is None:
        return _("No client has been asked yet whether the successor is accepted.")
    return _("%(accepted)d of %(n)d clients asked accepted the successor (95 %% interval %(low)s to %(high)s).") % {
        "accepted": accepted,
        "n": accepted + refused,
        "low": _figure(span[0], True),
        "high": _figure(span[1], True),
    }


def chart_of(line: Curve) -> dict[str, Any]:
    """For static/js/after_transfer.js: per cent kept by day since the move, [middle, low, high] or null."""

    def points(side: list[tuple[float, float, float] | None]) -> list[list[float] | None]:
        return [None if point is None else [round(100 * value, 2) for value in point] for point in side]

    return {
        "days": line.days,
        "n": line.n,
        "moved": points(line.moved),
        "unmoved": points(line.unmoved),
        "names": {
            "moved": _("moved clients"),
            "unmoved": _("comparable unmoved clients"),
            "days": _("days since the move"),
            "kept": _("assets kept, %"),
            "n": _("clients"),
        },
    }


def _figure(value: float | None, is_share: bool) -> str:
    if value is None:
        return "–"
    return f"{100 * value:.1f} %" if is_share else f"{value:.1f}"


def _signed(value: float) -> str:
    text = f"{value:+.1f}".replace("-", "−")
    return "0.0" if text in {"+0.0", "−0.0"} else text


def _apart(value: float, is_share: bool) -> str:
    return _("%(number)s pp") % {"number": _signed(100 * value)} if is_share else _signed(value)


def _span(low: float, high: float, is_share: bool) -> str:
    factor = 100 if is_share else 1
    return _("%(low)s to %(high)s") % {"low": _signed(factor * low), "high": _signed(factor * high)}
