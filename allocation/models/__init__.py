from allocation.models.assignment import Assignment
from allocation.models.constraint import AssignmentLock, ClientRefusal
from allocation.models.plan import Plan, PlanLine
from allocation.models.policy import MatchPolicy
from allocation.models.review import ReviewFlag

__all__ = ["Assignment", "AssignmentLock", "ClientRefusal", "MatchPolicy", "Plan", "PlanLine", "ReviewFlag"]
