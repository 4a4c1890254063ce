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
from servicelog.models.mot import MotPolicy, MotTask
from servicelog.models.promise import Promise
from servicelog.models.recommendation import Recommendation
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
    "MotPolicy",
    "MotTask",
    "Promise",
    "Purpose",
    "Recommendation",
    "ServicePolicy",
]
