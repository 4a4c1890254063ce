"""Who entered or left the core set between two runs, and what moved: the client, and with which part, or the line."""

from __future__ import annotations

from dataclasses import dataclass

#: (is core now, the client itself crossed the line) -> reason
_REASONS = {
    (True, True): "revenue_up",
    (True, False): "line_down",
    (False, True): "revenue_down",
    (False, False): "line_up",
}


@dataclass(frozen=True)
class Before:
    """A client in the run before: net revenue in 元, and whether it was core."""

    revenue: float
    is_core: bool


@dataclass(frozen=True)
class CoreMove:
    """`reason`: new_client, revenue_up, line_down (entered); revenue_down, line_up (left); gone is counted apart."""

    client: int
    entered: bool
    reason: str
    revenue_before: float | None
    revenue: float


def core_move(
    client: int, *, before: Before | None, revenue: float, is_core: bool, line: float | None = None
) -> CoreMove | None:
    """None where nothing changed.

    `line`: net revenue of the least core client in the run before (元). A client that crossed it moved by its own revenue;
    one that moved without crossing it was moved by the others: the line did. Without a line the direction decides.
    """
    if before is None:
        return CoreMove(client, True, "new_client", None, revenue) if is_core else None
    if before.is_core == is_core:
        return None
    own = revenue > before.revenue if is_core else revenue < before.revenue
    crossed = line is None or (revenue >= line if is_core else revenue < line)
    return CoreMove(client, is_core, _REASONS[is_core, own and crossed], before.revenue, revenue)


def reason_by_part(reason: str, *, commission: float, fees: float) -> str:
    """`revenue_up` becomes `commission_up` or `purchases_up`, likewise down: the part of net revenue that did most of it.

    `commission` and `fees` are the changes of net commission and product fees in 元. Other reasons stay as they are.
    """
    if reason not in ("revenue_up", "revenue_down"):
        return reason
    way = reason.removeprefix("revenue_")
    by_commission = commission >= fees if way == "up" else commission <= fees
    return f"commission_{way}" if by_commission else f"purchases_{way}"
