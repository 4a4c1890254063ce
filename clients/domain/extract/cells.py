"""What a cell means. A reader takes the text of one cell and gives its canonical text: '' for nothing, ISO dates, plain decimals.

A cell that cannot be read gives a `Bad`, whose text is the reason's code (clients.services.import_extract.reasons has the words).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import partial

from branch_crm.core.tabular.cells import (
    ALL_ZERO,
    LAST_YEAR,
    Bad,
    decimal_of,
    half_width,
    is_nothing,
    read_code,
    read_day,
    read_text,
    unwrapped,
)
from clients.domain.extract import words
from clients.domain.extract.datasets import MONEY_KINDS, Column, Kind

Reader = Callable[[str], str]

#: How "for ever" is stored, so that adding days to it stays a date.
FOR_EVER = "2999-12-31"
CENT = Decimal("0.01")

_CLOCK = re.compile(
    r"(?:[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}[\sT]+)?([0-9]{1,2}):([0-9]{1,2})(?::([0-9]{1,2})(?:\.[0-9]+)?)?"
)
_DIGITS = re.compile(r"[0-9]{3,9}")
_FRACTION = re.compile(r"0?\.[0-9]+")
_RATE_UNITS = {"%": Decimal("0.01"), "‰": Decimal("0.001"), "‱": Decimal("0.0001")}
_TEN_THOUSANDTH = re.compile(r"^万分?之?|/?万$|/10000$")


def read_accounts(cell: str, *, limit: int) -> str:
    """One or more identifiers, joined by single commas."""
    parts = [read_code(part, limit=limit) for part in re.split(r"[,;，；、/|\s]+", half_width(cell))]
    bad = next((part for part in parts if isinstance(part, Bad)), None)
    return bad or ",".join(dict.fromkeys(part for part in parts if part))


def read_valid_until(cell: str) -> str:
    text = half_width(cell)
    if text in {"长期", "永久", "长期有效", "无固定期限"}:
        return FOR_EVER
    day = read_day(text)
    return FOR_EVER if day == "day_out_of_range" and text[:4] > str(LAST_YEAR - 1) else day


def read_time(cell: str) -> str:
    """9:35, 09:35:01, 93501, 1103 (11:03), 09350112 (hundredths), or a fraction of a day; 0 is nothing."""
    text = half_width(cell)
    if is_nothing(text) or ALL_ZERO.fullmatch(text):
        return ""
    if clock := _CLOCK.fullmatch(text):
        hour, minute, second = int(clock[1]), int(clock[2]), int(clock[3] or 0)
    elif _FRACTION.fullmatch(text):
        seconds = round(float(text) * 86400)
        hour, minute, second = seconds // 3600, seconds // 60 % 60, seconds % 60
    elif _DIGITS.fullmatch(text):
        digits = text[:-2] if len(text) > 7 or (len(text) == 7 and text[0] == "9") else text
        if len(digits) <= 4:
            digits += "00"
        hour, minute, second = int(digits[:-4]), int(digits[-4:-2]), int(digits[-2:])
    else:
        return Bad("not_time")
    if hour > 23 or minute > 59 or second > 59:
        return Bad("not_time")
    return f"{hour:02d}:{minute:02d}:{second:02d}"


def read_number(cell: str, *, factor: Decimal, signed: bool, places: Decimal, digits: int) -> str:
    """A decimal number times `factor`, rounded to `places`; `digits` before the point at most."""
    try:
        number = decimal_of(cell)
    except InvalidOperation:
        return Bad("not_number")
    if number is None:
        return ""
    number *= factor
    if abs(number) >= Decimal(10) ** digits:
        return Bad("too_large")
    if number < 0 and not signed:
        return Bad("negative")
    return f"{number.quantize(places, ROUND_HALF_UP):f}"


def read_rate(cell: str, *, factor: Decimal) -> str:
    """A share of traded value: 0.00025, 0.25‰, 0.025%, 万2.5, 2.5/万. Without any unit it must be a share already."""
    text = half_width(cell)
    if is_nothing(text):
        return ""
    unit = factor
    if text[-1] in _RATE_UNITS:
        text, unit = text[:-1], _RATE_UNITS[text[-1]]
    elif _TEN_THOUSANDTH.search(text):
        text, unit = _TEN_THOUSANDTH.sub("", text), Decimal("0.0001")
    try:
        rate = (decimal_of(text) or Decimal(0)) * unit
    except InvalidOperation:
        return Bad("not_number")
    return f"{rate:.6f}" if 0 <= rate <= Decimal("0.03") else Bad("not_rate")


def read_word(cell: str, *, meanings: dict[str, str]) -> str:
    text = words.spelled(unwrapped(cell))
    if text in meanings:
        return meanings[text]
    return "" if is_nothing(text) else Bad("unknown_word")


def read_position(cell: str) -> str:
    text = words.spelled(unwrapped(cell))
    return words.POSITIONS.get(text, "other") if not is_nothing(text) else ""


def read_market(cell: str) -> str:
    """A market nobody told us about keeps its own short code: it is a remark on a trade, not a reason to lose it."""
    text = words.spelled(unwrapped(cell))
    return words.MARKETS.get(text, text.upper() if len(text) <= 4 and not is_nothing(text) else "")


def read_licence(cell: str) -> str:
    """Several qualifications may stand in one cell; the one that allows most counts."""
    parts = [part for part in re.split(r"[,;，；、/|]+", half_width(cell)) if not is_nothing(part)]
    found = [read_word(part, meanings=words.LICENCES) for part in parts]
    for licence in ("adviser", "general", "broker"):
        if licence in found:
            return licence
    return next((code for code in found if isinstance(code, Bad)), "")


WORDS = {
    Kind.FLAG: words.FLAGS,
    Kind.SEX: words.SEXES,
    Kind.CLIENT_STATUS: words.CLIENT_STATUSES,
    Kind.RISK: words.RISK_LEVELS,
    Kind.PRODUCT_RISK: words.PRODUCT_RISKS,
    Kind.INVESTOR: words.INVESTOR_CLASSES,
    Kind.QUOTA_MARKET: words.QUOTA_MARKETS,
    Kind.SIDE: words.SIDES,
    Kind.ORDER_KIND: words.ORDER_KINDS,
}
TEXTS: dict[Kind, Callable[..., str]] = {
    Kind.CODE: read_code,
    Kind.ACCOUNTS: read_accounts,
    Kind.TEXT: read_text,
}
SIMPLE: dict[Kind, Reader] = {
    Kind.DAY: read_day,
    Kind.VALID_UNTIL: read_valid_until,
    Kind.TIME: read_time,
    Kind.MARKET: read_market,
    Kind.POSITION: read_position,
    Kind.LICENCE: read_licence,
}
#: Cells that are canonical already, of the columns in which nearly every cell is another: they need no reading.
#: Columns that repeat themselves (prices, quantities, codes) are quicker remembered than looked at.
PLAIN = {
    Kind.AMOUNT: re.compile(r"(?:0|[1-9][0-9]{0,14})\.[0-9]{2}"),
    Kind.MONEY: re.compile(r"-?[1-9][0-9]{0,14}\.[0-9]{2}"),
    Kind.CODE: re.compile(r"[1-9A-Za-z][0-9A-Za-z]*"),
}
#: Identifiers longer than this number things that happen once.
LONG_CODE = 40


#: Sign allowed, decimals, digits before the point.
NUMBERS = {
    Kind.AMOUNT: (False, CENT, 15),
    Kind.COUNT: (False, CENT, 15),
    Kind.MONEY: (True, CENT, 15),
    Kind.PRICE: (False, Decimal("0.0001"), 9),
}


def reader(column: Column, factor: Decimal = Decimal(1)) -> Reader:
    """The reader of one column; `factor` is the unit its header names (万元: 10,000)."""
    kind = column.kind
    if kind in NUMBERS:
        signed, places, digits = NUMBERS[kind]
        return partial(read_number, factor=factor, signed=signed, places=places, digits=digits)
    if kind in WORDS:
        return partial(read_word, meanings=WORDS[kind])
    if kind == Kind.RATE:
        return partial(read_rate, factor=factor)
    if kind in TEXTS:
        return partial(TEXTS[kind], limit=column.limit)
    return SIMPLE[kind]


class ColumnReader(dict[str, str]):
    """Reads a whole column. What has been read once is remembered, up to a bound: most columns repeat few values."""

    REMEMBERED = 200_000

    def __init__(self, column: Column, factor: Decimal = Decimal(1)) -> None:
        super().__init__()
        self.column = column
        self._read = reader(column, factor)
        differs = column.kind in MONEY_KINDS or (column.kind == Kind.CODE and column.limit >= LONG_CODE)
        self._is_plain = PLAIN[column.kind].fullmatch if differs and factor == 1 else None

    def __missing__(self, cell: str) -> str:
        value = self._read(cell)
        if value == "" and self.column.required:
            value = Bad("missing")
        if len(self) < self.REMEMBERED:
            self[cell] = value
        return value

    def read(self, cells: Sequence[str]) -> list[str]:
        plain = self._is_plain
        if plain is None:
            return list(map(self.__getitem__, cells))
        if self.column.kind == Kind.CODE:
            limit = self.column.limit
            return [cell if plain(cell) and len(cell) <= limit else self[cell] for cell in cells]
        return [cell if plain(cell) else self[cell] for cell in cells]


def has_bad(values: Sequence[str]) -> bool:
    return Bad in set(map(type, values))
