"""May this product be spoken of with this client? Hard rules first (证券期货投资者适当性管理办法); ranking comes after.

Outcomes: `match`; `blocked` (level, lowest class, no valid assessment, term or kind against the stated need); and
`client_initiated`: a level above the client's, asked for by the client, allowed after a written warning and confirmation.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from servicelog.domain.service_rules import PRODUCT_LEVELS, Suitability

MATCH, BLOCKED, CLIENT_INITIATED = "match", "blocked", "client_initiated"

NOT_ON_SALE, NO_LEVEL, EXPIRED, NO_PRODUCT_LEVEL, LOWEST_CLASS, ABOVE_LEVEL, TERM = (
    "not_on_sale", "no_level", "expired", "no_product_level", "lowest_class", "above_level", "term",
)  # fmt: skip


@dataclass(frozen=True)
class ClientSide:
    """level: C0-C5 or "" (none). valid_until None = without an end. liquidity: "", low, medium, high."""

    level: str
    valid_until: date | None
    professional: bool = False
    liquidity: str = ""


@dataclass(frozen=True)
class ProductSide:
    """level: R1-R5 or "". term_days None = open or unknown."""

    level: str
    on_sale: bool = True
    term_days: int | None = None


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
    if not grounds:
        return Verdict(MATCH)
    asks_for_more = set(grounds) <= {ABOVE_LEVEL, TERM} and not staff_initiated
    return Verdict(CLIENT_INITIATED if asks_for_more else BLOCKED, tuple(grounds))


def _grounds(client: ClientSide, product: ProductSide, rules: Suitability, on: date) -> list[str]:
    found = []
    if not product.on_sale:
        found.append(NOT_ON_SALE)
    if product.level not in PRODUCT_LEVELS:
        found.append(NO_PRODUCT_LEVEL)
    if not client.professional:
        found += _level(client, product, rules, on)
    longest = rules.longest_term.get(client.liquidity)
    if longest is not None and product.term_days is not None and product.term_days > longest:
        found.append(TERM)
    return found


def _level(client: ClientSide, product: ProductSide, rules: Suitability, on: date) -> list[str]:
    if client.level not in rules.highest:
        return [NO_LEVEL]
    if client.valid_until is not None and client.valid_until < on:
        return [EXPIRED]
    if product.level not in PRODUCT_LEVELS:
        return []
    if PRODUCT_LEVELS.index(product.level) <= PRODUCT_LEVELS.index(rules.highest[client.level]):
        return []
    return [LOWEST_CLASS if client.level in rules.never_above else ABOVE_LEVEL]
