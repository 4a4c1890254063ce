"""Who may do what with clients. Which clients somebody sees is another question: `Client.objects.visible_to(user)`."""

import rules

from branch_crm.core.models import Role
from branch_crm.core.predicates import has_role, may_take_data_out

# --- the book ---
#: Everybody in a branch; advisors see their own book there. The firm administrator sees no clients.
rules.add_perm(
    "clients.view_book",
    has_role(Role.DIRECTOR, Role.ASSISTANT, Role.ADVISOR, Role.COUNTER, Role.MANAGER, Role.COMPLIANCE),
)
rules.add_perm(
    "clients.reveal",
    has_role(Role.DIRECTOR, Role.ASSISTANT, Role.ADVISOR, Role.COUNTER, Role.MANAGER, Role.COMPLIANCE)
    & may_take_data_out,
)
rules.add_perm("clients.export", has_role(Role.DIRECTOR, Role.MANAGER, Role.COMPLIANCE) & may_take_data_out)
rules.add_perm("clients.share_view", has_role(Role.DIRECTOR, Role.ASSISTANT))

# --- imports ---
rules.add_perm("clients.import_extract", has_role(Role.DIRECTOR, Role.ASSISTANT, Role.ADMIN))
#: Counts and reasons only; the rejected rows themselves hold personal data and are for those who import.
rules.add_perm(
    "clients.view_imports",
    has_role(Role.DIRECTOR, Role.ASSISTANT, Role.ADMIN, Role.MANAGER, Role.COMPLIANCE),
)

# --- persona and profile ---
#: Those who talk with clients about more than one transaction.
talkers = has_role(Role.DIRECTOR, Role.ASSISTANT, Role.ADVISOR)
rules.add_perm("clients.question", talkers)
rules.add_perm("clients.override_persona", talkers)
rules.add_perm("clients.edit_profile", has_role(Role.DIRECTOR, Role.ASSISTANT, Role.ADVISOR, Role.COUNTER))

# --- value ---
rules.add_perm("clients.view_value_policy", has_role(Role.DIRECTOR, Role.ASSISTANT, Role.MANAGER, Role.COMPLIANCE))
rules.add_perm("clients.draft_value_policy", has_role(Role.DIRECTOR, Role.ASSISTANT))
rules.add_perm("clients.propose_value_policy", has_role(Role.DIRECTOR))
#: Never for one's own proposal, which the service sees to.
rules.add_perm("clients.approve_value_policy", has_role(Role.DIRECTOR, Role.MANAGER))
