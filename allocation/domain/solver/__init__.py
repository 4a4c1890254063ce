"""The matching engine: which advisor should serve which client, and a proof of how good the plan is."""

from allocation.domain.solver.answer import Answer, Reason, Status
from allocation.domain.solver.engine import solve
from allocation.domain.solver.problem import POOL, Problem, ProblemError

__all__ = ["POOL", "Answer", "Problem", "ProblemError", "Reason", "Status", "solve"]
