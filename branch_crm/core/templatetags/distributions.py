"""The box of a distribution with one's own place in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.translation import pgettext

from branch_crm.core.distribution import Distribution

register = template.Library()


@register.inclusion_tag("components/_distribution.html")
def distribution_box(found: Distribution | Sequence[Distribution], share: bool = False) -> dict[str, Any]:
    """Boxes on a common scale from 0: ends, middle half, median, and one's own mark. Two are before and with the plan.

    `share`: the figures are shares, shown in percent.
    """
    labels = (
        (pgettext("books", "now"),)
        if isinstance(found, Distribution)
        else (pgettext("books", "before"), pgettext("books", "with the plan"))
    )
    boxes = [found] if isinstance(found, Distribution) else found
    rows = list(zip(labels, boxes, strict=True))
    top = max((max(found.high, found.own or 0.0) for _label, found in rows), default=0.0) * 1.05 or 1.0

    def place(figure: float) -> float:
        return round(min(max(100 * figure / top, 0.0), 100.0), 2)

    drawn = [
        {
            "label": label,
            "found": found,
            "low": place(found.low),
            "span": round(place(found.high) - place(found.low), 2),
            "lower": place(found.lower),
            "box": round(place(found.upper) - place(found.lower), 2),
            "middle": place(found.middle),
            "own": None if found.own is None else place(found.own),
            "below": None if found.below is None else round(100 * found.below),
        }
        for label, found in rows
    ]
    return {"rows": drawn, "share": share}
