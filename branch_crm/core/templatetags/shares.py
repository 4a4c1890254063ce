"""`{% share_bar segments %}`: one bar split by share, with its legend in words and numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import template

register = template.Library()


@dataclass(frozen=True)
class Segment:
    """A stretch of the bar; `start` and `width` in percent. `css` is a fill class of components.css (`fill-tier-5`)."""

    css: str
    label: Any
    count: float
    start: float
    width: float


@register.inclusion_tag("components/_share_bar.html")
def share_bar(segments: Iterable[tuple[str, Any, float]], label: str = "", money: bool = False) -> dict[str, Any]:
    """`segments`: (css, label, count) in the order of drawing; zero counts stay in the legend; `money`: counts are yuan."""
    rows = list(segments)
    total = sum(float(count) for _css, _label, count in rows)
    done = 0.0
    drawn = []
    for css, name, count in rows:
        width = 100 * float(count) / total if total else 0.0
        drawn.append(Segment(css, name, count, round(done, 3), round(width, 3)))
        done += width
    return {"segments": drawn, "label": label, "money": money}
