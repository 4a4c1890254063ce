"""Who may do what with plans, books, locks and refusals."""

import rules

from branch_crm.core.models import Role
from branch_crm.core.predicates import has_role

DESK = has_role(Role.DIRECTOR, Role.ASSISTANT)
READERS = has_role(Role.DIRECTOR, Role.ASSISTANT, Role.MANAGER, Role.COMPLIANCE)

rules.add_perm("allocation.view_plans", READERS)
rules.add_perm("allocation.run", DESK)
rules.add_perm("allocation.decide", DESK)
rules.add_perm("allocation.comment", READERS)
rules.add_perm("allocation.publish", has_role(Role.DIRECTOR))
#: The other person where a plan passes the policy's thresholds; never the one who approved first.
rules.add_perm("allocation.approve_second", has_role(Role.DIRECTOR, Role.MANAGER))
rules.add_perm("allocation.roll_back", has_role(Role.DIRECTOR))
rules.add_perm("allocation.lock_client", has_role(Role.DIRECTOR))
rules.add_perm("allocation.refuse_advisor", has_role(Role.DIRECTOR, Role.ASSISTANT, Role.COUNTER))
#: Who served whom. Advisors see their present clients' history and their own book (`visible_to`).
rules.add_perm(
    "allocation.view_history",
    has_role(Role.DIRECTOR, Role.ASSISTANT, Role.MANAGER, Role.COMPLIANCE, Role.ADVISOR, Role.COUNTER),
)
