import rules

from branch_crm.core.models import Role
from branch_crm.core.predicates import has_role

rules.add_perm("night.view", has_role(Role.DIRECTOR, Role.ASSISTANT, Role.MANAGER, Role.COMPLIANCE, Role.ADMIN))
rules.add_perm("night.repeat", has_role(Role.DIRECTOR, Role.ADMIN))
