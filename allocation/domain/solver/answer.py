"""What the matching engine answers: a plan with its proof, or the rule that cannot hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from allocation.domain.solver.problem import Float64s, Ints


class Status(StrEnum):
    OPTIMAL = "optimal"
    """The proven gap is within the wanted one."""
    FEASIBLE = "feasible"
    """A plan that keeps every rule; effort or time ran out before the wanted gap was proven."""
    INFEASIBLE = "infeasible"
    """No plan. `Answer.reason` says which rule cannot hold, and whether that is proven."""


@dataclass(frozen=True)
class Reason:
    """Why there is no plan: a code and its numbers, so that a page can say it in its own language.

    params hold indices (`client`, `advisor`, `advisors`) and plain numbers; reasons.py has the English sentences.
    """

    code: str
    params: Mapping[str, object] = field(default_factory=dict)
    proven: bool = True


@dataclass(frozen=True, eq=False)
class Answer:
    """The engine's answer to one Problem.

    assignment: (N,) advisor index, -1 = the shared pool. All -1 when infeasible.
    objective: sum of value * (fit - switch penalty) over the assigned pairs, in float64.
    upper_bound: no plan can be worth more; gap = (upper_bound - objective) / |upper_bound|.
    load, value: (M,) hours and value each advisor carries.
    moves: clients with an incumbent who get another advisor, or none.
    capacity_price: (M,) what one more hour of this advisor would bring.
    move_price: what one more move would bring, where a budget limits them (budget.py).
    fairness_price: (M,) what one more unit of value costs this advisor's band (negative: what it brings); 0 = slack.
    """

    status: Status
    assignment: Ints
    objective: float
    upper_bound: float
    gap: float
    load: Float64s
    value: Float64s
    moves: int
    capacity_price: Float64s
    fairness_price: Float64s
    seconds: float
    move_price: float = 0.0
    reason: Reason | None = None
