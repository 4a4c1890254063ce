"""Take the person out of a case: names and numbers out of texts, figures into bands, days into quarters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal

BLANK = "××"
#: Upper ends of the bands of money, in ten thousands of 元.
BANDS = (10, 50, 100, 300, 1000, 5000)
TEN_THOUSAND = 10_000
#: Four digits and more, with a mark or a space between them, are an account, a telephone, a document or an exact amount;
#: a round number of ten thousands is none of them.
NUMBERS = re.compile(r"(?:[0-9０-９][,，.\-\s]?){3,}[0-9０-９Xx](?!\s*(?:万|ten thousand))")
DATES = re.compile(r"\d{4}[-/.年]\d{1,2}(?:[-/.月]\d{1,2}[日号]?|月)?|\d{1,2}月\d{1,2}[日号]?|\d{1,2}[日号]")
#: A person with a form of address: 王先生, 李阿姨, 张总.
ADDRESSED = re.compile(r"[\u4e00-\u9fff](?=先生|女士|小姐|阿姨|叔叔|大爷|大妈|老师|总(?!是|体|之|额|共|部|的|值))")
#: Before a form of address that names nobody: 这位先生, 各位女士, 那个小姐.
NOBODY = frozenset("位个名的")


def redact(text: str, *, names: Iterable[str]) -> str:
    """The text with names, surnames before a form of address, numbers and days blanked."""
    for name in sorted({name.strip() for name in names if name and len(name.strip()) > 1}, key=len, reverse=True):
        text = text.replace(name, BLANK)
    text = ADDRESSED.sub(lambda found: found[0] if found[0] in NOBODY else "×", text)
    return NUMBERS.sub(BLANK, DATES.sub(BLANK, text))


def traces(text: str) -> Iterator[str]:
    """What in a text still looks like a number of somebody, or a day."""
    for pattern in (DATES, NUMBERS):
        for found in pattern.finditer(text):
            yield found[0].strip()


def band_of(amount: Decimal | float | None) -> tuple[int, int | None] | None:
    """[from, to) in ten thousands around an amount in 元; no upper end for the highest; None for an unknown or negative one."""
    if amount is None or amount < 0:
        return None
    lower = 0
    for upper in BANDS:
        if amount < upper * TEN_THOUSAND:
            return lower, upper
        lower = upper
    return lower, None


def quarter_of(day: date | datetime) -> int:
    """1 to 4, without the year."""
    return (day.month + 2) // 3
