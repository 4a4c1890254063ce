"""Who may do what with the service log. Whose clients somebody sees is `visible_to`'s business."""

import rules

from branch_crm.core.models import Role
from branch_crm.core.predicates import has_role

DESK = has_role(Role.DIRECTOR, Role.ASSISTANT)
TALKERS = has_role(Role.DIRECTOR, Role.ASSISTANT, Role.ADVISOR, Role.COUNTER)

rules.add_perm("servicelog.answer_disputes", DESK)
rules.add_perm("servicelog.enter_complaint", TALKERS)
rules.add_perm("servicelog.log_contact", TALKERS)
rules.add_perm("servicelog.settle_complaint", DESK)
rules.add_perm(
    "servicelog.view_log",
    has_role(Role.DIRECTOR, Role.ASSISTANT, Role.ADVISOR, Role.COUNTER, Role.MANAGER, Role.COMPLIANCE),
)
rules.add_perm("servicelog.view_today", has_role(Role.DIRECTOR, Role.ASSISTANT, Role.ADVISOR, Role.MANAGER))
