"""Cells and headers as spreadsheets and counter systems leave them, read into canonical text: '' for nothing, ISO dates.

A cell that cannot be read gives a `Bad`, whose text is the reason's code.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation


class Bad(str):
    """The code of a reason, in the place where a clean value would stand."""

    __slots__ = ()


NOTHING = frozenset({"", "-", "--", "---", "—", "——", "－", "－－", "null", "none", "nan", "\\n", "#n/a"})
EXCEL_EPOCH = date(1899, 12, 30)
FIRST_YEAR, LAST_YEAR = 1900, 2100

_INVISIBLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
)
_SPACES = re.compile(r"\s+")
_CODE = re.compile(r"[\w\-./:#@*+()（）]+")
ALL_ZERO = re.compile(r"0+")
_DAY = re.compile(
    r"([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*日?(?:[\sT]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?:\.[0-9]+)?)?"
)
_COMPACT_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:\.0+)?")
_SERIAL_DAY = re.compile(r"([2-8][0-9]{4})(?:\.[0-9]+)?")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]{1,3})?", re.IGNORECASE)
_GROUPED = re.compile(r"(?<=\d),(?=\d)")
_MINUS = str.maketrans({"−": "-", "﹣": "-", "–": "-", "—": "-", "‐": "-", "‑": "-"})
_BRACKETS = re.compile(r"[(\[【].*?[)\]】]")
_NOISE = re.compile(r"[\s_\-*:：\"'\ufeff\u200b]+")


def simple(header: str) -> str:
    """A header without spaces, units in brackets, case and width."""
    text = unicodedata.normalize("NFKC", unwrapped(header)).casefold()
    return _NOISE.sub("", _BRACKETS.sub("", text)).removesuffix("万元")


def unwrapped(cell: str) -> str:
    """Without what spreadsheets put around a text to keep it one: `="600519"`, a leading apostrophe, outer spaces."""
    cell = cell.strip()
    if cell.startswith("="):
        cell = cell[1:].strip()
        if len(cell) >= 2 and cell[0] == cell[-1] == '"':
            cell = cell[1:-1]
    return cell.lstrip("'").strip()


def half_width(cell: str) -> str:
    return unicodedata.normalize("NFKC", unwrapped(cell)).strip()


def is_nothing(text: str) -> bool:
    return text.casefold() in NOTHING


def read_code(cell: str, *, limit: int) -> str:
    """An identifier. Characters that cannot be seen make it a different one, so they are refused, not removed."""
    text = half_width(cell)
    if is_nothing(text):
        return ""
    if _INVISIBLE.search(text):
        return Bad("invisible")
    text = text.replace(" ", "")
    if text.endswith(".0") and text[:-2].isdigit():
        text = text[:-2]
    if len(text) > limit:
        return Bad("too_long")
    return text if _CODE.fullmatch(text) else Bad("not_code")


def read_text(cell: str, *, limit: int) -> str:
    text = _SPACES.sub(" ", _INVISIBLE.sub("", unwrapped(cell))).strip()
    if is_nothing(text):
        return ""
    if "\ufffd" in text:
        return Bad("undecodable")
    return text if len(text) <= limit else Bad("too_long")


def read_day(cell: str) -> str:
    """20260105, 2026-1-5, 2026/1/5, 2026.1.5, 2026年1月5日, each with or without a time; Excel's serial number; 0 is nothing."""
    text = half_width(cell)
    if is_nothing(text) or ALL_ZERO.fullmatch(text):
        return ""
    if parts := _DAY.fullmatch(text) or _COMPACT_DAY.fullmatch(text):
        year, month, day = map(int, parts.groups())
        if not FIRST_YEAR <= year < LAST_YEAR:
            return Bad("day_out_of_range")
        try:
            return date(year, month, day).isoformat()
        except ValueError:
            return Bad("not_day")
    if serial := _SERIAL_DAY.fullmatch(text):
        return (EXCEL_EPOCH + timedelta(days=int(serial[1]))).isoformat()
    return Bad("not_day")


def decimal_of(cell: str) -> Decimal | None:
    """The number in the cell; None for nothing. Raises InvalidOperation when it is not a number."""
    text = half_width(cell).translate(_MINUS)
    if is_nothing(text):
        return None
    text = text.replace(" ", "").strip("¥￥").removesuffix("元")
    factor = Decimal(1)
    for suffix, unit in (("万", Decimal(10_000)), ("亿", Decimal(100_000_000))):
        if text.endswith(suffix):
            text, factor = text[:-1], unit
    if text.startswith("(") and text.endswith(")"):
        text, factor = text[1:-1], -factor
    text = _GROUPED.sub("", text)
    if not _NUMBER.fullmatch(text):
        raise InvalidOperation(text[:40])
    return Decimal(text) * factor
