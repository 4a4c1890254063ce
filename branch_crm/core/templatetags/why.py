"""The one explanation of a derived number: `{% why_link href %}` beside it, `{% why ... %}` on the page it opens.

    {% why total=score.value terms=terms inputs=inputs rule=policy %}

`terms` add up to `total`; each is an object or dict with `label` and `value` and, if wanted, `shown` (text instead of the
number), `note` and `href`. `inputs` have `label`, `value` and optionally `href`. `rule` has `name`, `version`, `date` and
optionally `href`. `unit` stands after the total. Bars are drawn one after the other, so that the eye can add them up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from branch_crm.core.templatetags.icons import icon

register = template.Library()


@dataclass(frozen=True)
class TermBar:
    """One line of the sum. `start` and `width` run from 0 to 100 on the scale of the whole sum."""

    label: Any
    value: float
    shown: Any
    note: Any
    href: str
    start: float
    width: float


def _read(source: Any, name: str) -> Any:
    value = source.get(name) if isinstance(source, dict) else getattr(source, name, None)
    return "" if value is None else value


def term_bars(terms: Iterable[Any]) -> list[TermBar]:
    """Place each term where the one before ended; negative terms run back."""
    numbers = [(term, float(_read(term, "value") or 0)) for term in terms]
    ends = [0.0]
    for _term, value in numbers:
        ends.append(ends[-1] + value)
    low, high = min(ends), max(ends)
    scale = 100 / (high - low) if high > low else 0.0
    bars = []
    for (term, value), before in zip(numbers, ends, strict=False):
        left = min(before, before + value)
        bars.append(
            TermBar(
                label=_read(term, "label"),
                value=value,
                shown=_read(term, "shown") or f"{value:+.1f}".replace("-", "−"),
                note=_read(term, "note"),
                href=_read(term, "href"),
                start=round((left - low) * scale, 2),
                width=round(abs(value) * scale, 2),
            )
        )
    return bars


@register.inclusion_tag("components/_why.html")
def why(
    total: object, terms: Iterable[Any], inputs: Iterable[Any] = (), rule: Any = None, unit: str = ""
) -> dict[str, Any]:
    return {"total": total, "unit": unit, "bars": term_bars(terms), "inputs": list(inputs), "rule": rule}


@register.simple_tag
def why_link(href: str) -> SafeString | str:
    """Opens the explanation in the side panel; nothing where there is no such page."""
    if not href:
        return ""
    return format_html(
        '<a class="why-link" data-drawer href="{}">{}{}</a>', href, icon("help-circle", css="icon-sm"), gettext("why")
    )
