"""Who may do what with the things that belong to every app."""

import rules

from branch_crm.core.models import Role
from branch_crm.core.predicates import has_role

rules.add_perm("core.manage_staff", has_role(Role.ADMIN))
rules.add_perm("core.edit_calendar", has_role(Role.ADMIN, Role.COMPLIANCE))
rules.add_perm("core.view_audit", has_role(Role.COMPLIANCE, Role.MANAGER, Role.ADMIN))
rules.add_perm("core.view_jobs", has_role(Role.DIRECTOR, Role.ASSISTANT, Role.MANAGER, Role.COMPLIANCE, Role.ADMIN))
rules.add_perm("core.rerun_job", has_role(Role.DIRECTOR, Role.ASSISTANT, Role.ADMIN))
