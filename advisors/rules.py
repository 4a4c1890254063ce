"""Who may do what with advisor profiles."""

import rules

from branch_crm.core.models import Role
from branch_crm.core.predicates import has_role

lead = has_role(Role.DIRECTOR, Role.ASSISTANT)

rules.add_perm("advisors.view", has_role(Role.DIRECTOR, Role.ASSISTANT, Role.MANAGER, Role.COMPLIANCE, Role.ADVISOR))
rules.add_perm("advisors.edit", lead)
rules.add_perm("advisors.record_evidence", lead)
rules.add_perm("advisors.nominate_self", has_role(Role.ADVISOR))
