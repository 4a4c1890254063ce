"""May this product be spoken of with this client? Hard rules first (证券期货投资者适当性管理办法); ranking comes after.

Outcomes: `match`; `blocked` (level, lowest class, no valid assessment, term or kind against the stated need); and
`client_initiated`: a level above the client's, or another term or kind than stated, asked for by the client, allowed after a
written warning and confirmation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from servicelog.domain.service_rules import PRODUCT_LEVELS, Suitability

MATCH, BLOCKED, CLIENT_INITIATED = "match", "blocked", "client_initiated"

NOT_ACTIVE, NOT_ON_SALE, NO_LEVEL, EXPIRED, NO_PRODUCT_LEVEL, LOWEST_CLASS, ABOVE_LEVEL, TERM, KIND, OPTED_OUT = (
    "not_active", "not_on_sale", "no_level", "expired", "no_product_level", "lowest_class", "above_level", "term", "kind",
    "opted_out",
)  # fmt: skip
#: Grounds that a client who asks for the product himself may set aside in writing.
MAY_BE_ASKED_FOR = frozenset({ABOVE_LEVEL, TERM, KIND})


@dataclass(frozen=True)
class ClientSide:
    """level: C0-C5 or "" (none). valid_until None = without an end. liquidity: "", low, medium, high.

    kinds: the kinds of products the client wants, empty = none named, any will do. active: neither closed, closing nor
    suspended. opted_out: wishes no marketing; then we bring nothing up ourselves.
    """

    level: str
    valid_until: date | None
    professional: bool = False
    liquidity: str = ""
    kinds: frozenset[str] = frozenset()
    active: bool = True
    opted_out: bool = False


@dataclass(frozen=True)
class ProductSide:
    """level: R1-R5 or "". term_days None = open-ended."""

    level: str
    on_sale: bool = True
    term_days: int | None = None
    kind: str = ""


@dataclass(frozen=True)
class Verdict:
    """result: one of the three outcomes. grounds: codes of what stands against it, the gravest first; empty on a match."""

    result: str
    grounds: tuple[str, ...] = ()


def assess(
    client: ClientSide, product: ProductSide, rules: Suitability, *, on: date, staff_initiated: bool = True
) -> Verdict:
    """A missing or lapsed assessment is never turned into a level: it blocks. Professional investors are not held to levels."""
    grounds = list(_grounds(client, product, rules, on))
    if client.opted_out and staff_initiated:
        grounds.append(OPTED_OUT)
    if not grounds:
        return Verdict(MATCH)
    asks_for_more = set(grounds) <= MAY_BE_ASKED_FOR and not staff_initiated
    return Verdict(CLIENT_INITIATED if asks_for_more else BLOCKED, tuple(grounds))


def _grounds(client: ClientSide, product: ProductSide, rules: Suitability, on: date) -> list[str]:
    found = []
    if not client.active:
        found.append(NOT_ACTIVE)
    if not product.on_sale:
        found.append(NOT_ON_SALE)
    if product.level not in PRODUCT_LEVELS:
        found.append(NO_PRODUCT_LEVEL)
    if not client.professional:
        found += _level(client, product, rules, on)
    longest = rules.longest_term.get(client.liquidity)
    if longest is not None and product.term_days is not None and product.term_days > longest:
        found.append(TERM)
    if client.kinds and product.kind not in client.kinds:
        found.append(KIND)
    return found


def _level(client: ClientSide, product: ProductSide, rules: Suitability, on: date) -> list[str]:
    if missing := level_reason(client, rules, on):
        return [missing]
    if product.level not in PRODUCT_LEVELS:
        return []
    if PRODUCT_LEVELS.index(product.level) <= PRODUCT_LEVELS.index(rules.highest[client.level]):
        return []
    return [LOWEST_CLASS if client.level in rules.never_above else ABOVE_LEVEL]


def level_reason(client: ClientSide, rules: Suitability, on: date) -> str:
    """Why the client's level cannot be used; empty where it can."""
    if client.level not in rules.highest:
        return NO_LEVEL
    return EXPIRED if client.valid_until is not None and client.valid_until < on else ""


#: "364天", "12个月", "1年", "91 days": how counters write a term. A month is counted with 30 days, a year with 365.
TERM_TEXT = re.compile(r"(\d{1,5})\s*(天|日|个?月|年|days?|months?|years?)", re.IGNORECASE)


def days_of_term(text: str, matures_on: date | None, *, on: date) -> int | None:
    """Days for which money is bound: until maturity, or by the term as written; None for an open-ended product."""
    if matures_on is not None:
        return max((matures_on - on).days, 0)
    written = TERM_TEXT.search(text)
    if written is None:
        return None
    number, unit = int(written[1]), written[2].lower()
    if unit in ("天", "日") or unit.startswith("day"):
        return number
    return number * (365 if unit == "年" or unit.startswith("year") else 30)
