import rules

from branch_crm.core.models import Role
from branch_crm.core.predicates import has_role

rules.add_perm("wecom.view", has_role(Role.ADMIN, Role.COMPLIANCE))
rules.add_perm("wecom.send", has_role(Role.ADMIN))
