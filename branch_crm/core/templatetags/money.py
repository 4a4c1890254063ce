"""Amounts in yuan, two decimals, the full figure on hover.

Chinese counts in ten thousands from 10,000 and in hundred millions from 100,000,000; English in k, M and B.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

register = template.Library()

FROM = Decimal(10_000)
CENT = Decimal("0.01")
MINUS = "−"
NOTHING = "–"


def _decimal(amount: object) -> Decimal | None:
    if amount is None or amount == "":
        return None
    try:
        value = Decimal(str(amount))
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _grouped(value: Decimal) -> str:
    return f"{value.quantize(CENT, ROUND_HALF_UP):,}".replace("-", MINUS)


def _units() -> tuple[tuple[Decimal, str], ...]:
    if (get_language() or "").startswith("zh"):
        return (
            (Decimal(100_000_000), gettext("%s hundred million")),
            (Decimal(10_000), gettext("%s ten thousand")),
        )
    return (Decimal(1_000_000_000), "%s B"), (Decimal(1_000_000), "%s M"), (Decimal(1_000), "%s k")


def short_amount(value: Decimal) -> str:
    """12,345.60 -> 1.23 ten thousand. The unit is chosen after rounding, so that no 10,000.00 ten thousand appears."""
    if abs(value).quantize(CENT, ROUND_HALF_UP) < FROM:
        return _grouped(value)
    for size, text in _units():
        if (abs(value) / size).quantize(CENT, ROUND_HALF_UP) >= 1:
            return text % _grouped(value / size)
    return _grouped(value)


@register.filter
def money(amount: object) -> SafeString | str:
    """`{{ client.assets|money }}`"""
    value = _decimal(amount)
    if value is None:
        return NOTHING
    full = gettext("¥%s") % _grouped(value)
    return format_html('<span class="num" title="{}">{}</span>', full, short_amount(value))


@register.filter
def money_full(amount: object) -> str:
    """Every digit, for statements and exports on screen: 12,345.60"""
    value = _decimal(amount)
    return NOTHING if value is None else _grouped(value)


@register.filter
def money_delta(amount: object) -> SafeString | str:
    """A change in money with sign, arrow and market colour: the sign says it, the colour supports."""
    value = _decimal(amount)
    if value is None:
        return NOTHING
    return _delta(value, short_amount(abs(value)), gettext("¥%s") % _grouped(value))


@register.filter
def delta(number: object, decimals: int = 1) -> SafeString | str:
    """A change in a plain number, `{{ change|delta:2 }}`."""
    value = _decimal(number)
    if value is None:
        return NOTHING
    return _delta(value, f"{abs(value):,.{int(decimals)}f}", f"{value:,}")


@register.filter
def percent_delta(share: object, decimals: int = 1) -> SafeString | str:
    """A change given as a share (0.031 is 3.1 %)."""
    value = _decimal(share)
    if value is None:
        return NOTHING
    shown = f"{abs(value) * 100:,.{int(decimals)}f}%"
    return _delta(value, shown, f"{value * 100:.4f}%")


def _delta(value: Decimal, shown: str, full: str) -> SafeString:
    way, sign = ("rise", "+") if value > 0 else ("fall", MINUS) if value < 0 else ("flat", "")
    return format_html('<span class="num delta delta-{}" title="{}">{}{}</span>', way, full, sign, shown)


@register.filter
def percent(share: object, decimals: int = 1) -> str:
    """A share (0.123) as 12.3%."""
    value = _decimal(share)
    return NOTHING if value is None else f"{value * 100:,.{int(decimals)}f}%".replace("-", MINUS)


@register.filter
def grouped(number: int | None) -> str:
    """A count with thousands separators: 10,000. Django's own grouping is off in its Chinese format."""
    return NOTHING if number is None else f"{number:,}"
