"""Who may do what with plans, books, locks and refusals."""

import rules

from allocation.models import ChangeRequest, Handover
from branch_crm.core.models import Role, Staff
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
rules.add_perm("allocation.open_notice", has_role(Role.DIRECTOR))
rules.add_perm("allocation.answer_notice", has_role(Role.DIRECTOR))
#: Object to own moves and ask for clients; what is one's own is decided by `visible_to`.
rules.add_perm("allocation.take_part", has_role(Role.ADVISOR))
#: Notices and fair-share cards; an advisor's own alone, by `visible_to`.
rules.add_perm(
    "allocation.view_notices",
    has_role(Role.DIRECTOR, Role.ASSISTANT, Role.MANAGER, Role.COMPLIANCE, Role.ADVISOR),
)
rules.add_perm("allocation.draft_policy", DESK)
rules.add_perm("allocation.publish_policy", has_role(Role.DIRECTOR))
rules.add_perm("allocation.lock_client", has_role(Role.DIRECTOR))
rules.add_perm("allocation.refuse_advisor", has_role(Role.DIRECTOR, Role.ASSISTANT, Role.COUNTER))
#: Who served whom. Advisors see their present clients' history and their own book (`visible_to`).
rules.add_perm(
    "allocation.view_history",
    has_role(Role.DIRECTOR, Role.ASSISTANT, Role.MANAGER, Role.COMPLIANCE, Role.ADVISOR, Role.COUNTER),
)
#: The history of the whole branch, for those who answer for it.
rules.add_perm("allocation.view_handovers", READERS)

# --- requests for another advisor ---
ASKERS = has_role(Role.DIRECTOR, Role.ASSISTANT, Role.COUNTER)
#: Advisors see the requests of their own clients (`visible_to`).
rules.add_perm("allocation.view_requests", READERS | has_role(Role.COUNTER, Role.ADVISOR))
#: What the client said, and whom the client wishes: not for the advisor who is to be changed.
rules.add_perm("allocation.view_request_reasons", READERS | has_role(Role.COUNTER))
rules.add_perm("allocation.ask_for_change", ASKERS | has_role(Role.ADVISOR))
rules.add_perm("allocation.decide_request", has_role(Role.DIRECTOR))


@rules.predicate
def entered_by_this_advisor(user: Staff, change: ChangeRequest | None) -> bool:
    """An advisor takes back what he asked himself, never what his client asked."""
    return change is not None and change.origin == ChangeRequest.Origin.ADVISOR and change.entered_by_id == user.pk


rules.add_perm("allocation.withdraw_request", ASKERS | (has_role(Role.ADVISOR) & entered_by_this_advisor))

# --- people who leave or are away ---
#: Advisors see the case that is about themselves, and not what it says of their account.
rules.add_perm("allocation.view_leavers", READERS | has_role(Role.ADVISOR))
rules.add_perm("allocation.view_leaver_alarms", READERS)
rules.add_perm("allocation.prepare_leaver", DESK)
rules.add_perm("allocation.end_leaver", has_role(Role.DIRECTOR))
rules.add_perm("allocation.lock_account", has_role(Role.DIRECTOR, Role.MANAGER, Role.COMPLIANCE))
# --- handovers; whose they are is decided by `visible_to` ---
rules.add_perm("allocation.read_dossiers", READERS | has_role(Role.ADVISOR))


@rules.predicate
def gave(user: Staff, handover: Handover | None) -> bool:
    return handover is not None and handover.giver.account_id == user.pk


@rules.predicate
def took(user: Staff, handover: Handover | None) -> bool:
    return handover is not None and handover.taker.account_id == user.pk


#: The desk writes for a giver who is gone.
rules.add_perm("allocation.remark_handover", DESK | (has_role(Role.ADVISOR) & gave))
rules.add_perm("allocation.sign_handover", has_role(Role.ADVISOR) & took)
rules.add_perm("allocation.answer_handover", DESK | (has_role(Role.ADVISOR) & took))
# --- reviews of service ---
#: An advisor's own alone, by `visible_to`.
rules.add_perm("allocation.view_service_reviews", READERS | has_role(Role.ADVISOR))
rules.add_perm("allocation.reply_to_review", has_role(Role.ADVISOR))
rules.add_perm("allocation.decide_review", has_role(Role.DIRECTOR))
