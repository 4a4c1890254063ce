from allocation.models.assignment import Assignment
from allocation.models.change_request import ChangeRequest
from allocation.models.comment import LineComment
from allocation.models.constraint import AssignmentLock, ClientRefusal
from allocation.models.handover import Handover
from allocation.models.leaver import Cover, LeaverCase
from allocation.models.notice import Answer, Bid, Notice, Objection
from allocation.models.plan import Plan, PlanLine
from allocation.models.policy import MatchPolicy
from allocation.models.review import ReviewFlag
from allocation.models.service_review import ReviewStep, ServiceReview

__all__ = [
    "Answer",
    "Assignment",
    "AssignmentLock",
    "Bid",
    "ChangeRequest",
    "ClientRefusal",
    "Cover",
    "Handover",
    "LeaverCase",
    "LineComment",
    "MatchPolicy",
    "Notice",
    "Objection",
    "Plan",
    "PlanLine",
    "ReviewFlag",
    "ReviewStep",
    "ServiceReview",
]
