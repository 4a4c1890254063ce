from branch_crm.core.models.audit import AuditEntry
from branch_crm.core.models.branch import Branch
from branch_crm.core.models.calendar import TradingDay
from branch_crm.core.models.job import JobRun
from branch_crm.core.models.notification import MutedKind, Notification
from branch_crm.core.models.staff import Role, Staff

__all__ = ["AuditEntry", "Branch", "JobRun", "MutedKind", "Notification", "Role", "Staff", "TradingDay"]
