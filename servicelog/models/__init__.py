from servicelog.models.calendar_feed import CalendarFeed
from servicelog.models.complaint import Complaint
from servicelog.models.contact import (
    BulkContact,
    Channel,
    Clas,
    Contact,
    ContactAmendment,
    CountDispute,
    Direction,
    Purpose,
)
from servicelog.models.follow_up import FollowUp, FollowUpPlan, FollowUpPolicy
from servicelog.models.mot import MotPolicy, MotTask
from servicelog.models.promise import Promise
from servicelog.models.recommendation import Recommendation
from servicelog.models.scorecard import FigureRecords, Scorecard, ScorecardDispute, ScorecardPolicy
from servicelog.models.service_policy import ServicePolicy

__all__ = [
    "BulkContact",
    "CalendarFeed",
    "Channel",
    "Clas",
    "Complaint",
    "Contact",
    "ContactAmendment",
    "CountDispute",
    "Direction",
    "FigureRecords",
    "FollowUp",
    "FollowUpPlan",
    "FollowUpPolicy",
    "MotPolicy",
    "MotTask",
    "Promise",
    "Purpose",
    "Recommendation",
    "Scorecard",
    "ScorecardDispute",
    "ScorecardPolicy",
    "ServicePolicy",
]
