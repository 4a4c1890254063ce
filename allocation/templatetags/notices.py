"""Words and drawings of notice periods: answers, segments, masked names, the box of a distribution with one's own place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.utils.translation import pgettext

from allocation.domain.distribution import Distribution
from allocation.models import Answer
from allocation.wording_notice import book_address, segment_text
from clients.domain.names import masked_name

register = template.Library()

register.filter("segment_words", segment_text)
register.filter("masked_name", masked_name)

ANSWER_MARKS: Mapping[str, str] = {
    Answer.OPEN: "state-caution",
    Answer.GRANTED: "state-done",
    Answer.DECLINED: "state-danger",
}


register.simple_tag(book_address, name="book_url")


@register.filter
def answer_mark(answer: str) -> str:
    return ANSWER_MARKS.get(answer, "")


@register.inclusion_tag("allocation/_distribution.html")
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
