"""Who entered or left the core set since the run before, and what moved: the client or the line."""

from __future__ import annotations

from dataclasses import dataclass

#: (is core now, the client's own revenue moved that way) -> reason
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


def core_move(client: int, *, before: Before | None, revenue: float, is_core: bool) -> CoreMove | None:
    """None where nothing changed. A client whose own revenue did not move was moved by the others: the line did."""
    if before is None:
        return CoreMove(client, True, "new_client", None, revenue) if is_core else None
    if before.is_core == is_core:
        return None
    own = revenue - before.revenue
    reason = _REASONS[is_core, own > 0 if is_core else own < 0]
    return CoreMove(client, is_core, reason, before.revenue, revenue)
