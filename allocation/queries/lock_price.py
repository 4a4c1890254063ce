"""The price of a lock, from what the plan keeps: its prices, and its books as decided so far."""

from __future__ import annotations

from collections.abc import Sequence

from allocation.domain.lock_price import Book, LockPrice, Staying, lock_price
from allocation.models import Plan, PlanLine
from allocation.queries.review import live_balance


def price_of_staying(plan: Plan, lines: Sequence[PlanLine]) -> LockPrice:
    """What it costs if these clients stay where they are. Three queries, whatever the number of lines."""
    rows = live_balance(plan)
    books = {row["advisor"]: Book(row["now"]["value"], row["now"]["load"], row["capacity"]) for row in rows}
    hour = {row["advisor"]: row["hour_price"] or 0.0 for row in rows}
    value = {row["advisor"]: row["value_price"] or 0.0 for row in rows}

    def room(advisor: int | None, line: PlanLine) -> float:
        """What the client's hours and place in the band are worth at an advisor."""
        return line.load * hour.get(advisor or 0, 0.0) + line.weight * value.get(advisor or 0, 0.0)

    stays = (PlanLine.Decision.REJECTED, PlanLine.Decision.LOCKED)
    staying = [
        Staying(
            before=line.before_id,
            target=line.after_id if line.decision not in stays else line.proposed_id,
            weight=line.weight,
            load=line.load,
            gain=line.gain,
            freed=room(line.after_id, line) - room(line.before_id, line),
            moves=line.decision not in stays,
        )
        for line in lines
    ]
    band = plan.outcome.get("band")
    return lock_price(staying, books, (band[0], band[1]) if band else None)
