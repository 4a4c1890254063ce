"""Who may do what with the service log. Whose clients somebody sees is `visible_to`'s business."""

import rules
from django.utils import timezone

from branch_crm.core.models import Role, Staff
from branch_crm.core.predicates import has_role

DESK = has_role(Role.DIRECTOR, Role.ASSISTANT)
TALKERS = has_role(Role.DIRECTOR, Role.ASSISTANT, Role.ADVISOR, Role.COUNTER)
READERS = has_role(Role.DIRECTOR, Role.ASSISTANT, Role.MANAGER, Role.COMPLIANCE)
ASKERS = has_role(Role.COUNTER, Role.COMPLIANCE, Role.ASSISTANT, Role.MANAGER)


@rules.predicate
def registered_adviser(user: Staff) -> bool:
    """Advice is for registered investment advisers alone; what is hidden here is refused by the services too."""
    advisor = getattr(user, "advisor", None)
    return bool(advisor and advisor.may_advise(timezone.localdate()))


ADVISERS = has_role(Role.ADVISOR, Role.DIRECTOR, Role.ASSISTANT) & registered_adviser

rules.add_perm("servicelog.answer_disputes", DESK)
#: Whether a person asks this client is the follow-up's executor's business; advisors never do.
rules.add_perm("servicelog.ask_follow_ups", ASKERS)
rules.add_perm("servicelog.assign_follow_ups", has_role(Role.COMPLIANCE))
rules.add_perm("servicelog.draft_follow_up_policy", has_role(Role.COMPLIANCE))
rules.add_perm("servicelog.draw_follow_ups", has_role(Role.COMPLIANCE))
rules.add_perm("servicelog.oversee_follow_ups", READERS)
rules.add_perm("servicelog.publish_follow_up_policy", has_role(Role.COMPLIANCE))
rules.add_perm("servicelog.read_over_follow_ups", has_role(Role.COMPLIANCE, Role.MANAGER))
rules.add_perm("servicelog.view_follow_ups", READERS | has_role(Role.COUNTER))
rules.add_perm("servicelog.answer_scorecard_disputes", has_role(Role.DIRECTOR))
rules.add_perm("servicelog.dispute_scorecard", has_role(Role.ADVISOR))
rules.add_perm("servicelog.draft_mot_policy", DESK)
rules.add_perm("servicelog.draft_scorecard_policy", DESK)
#: Compliance for the words and levels, the desk for the rest: services.policy_desk sees to which is whose.
rules.add_perm("servicelog.draft_service_policy", DESK | has_role(Role.COMPLIANCE))
rules.add_perm("servicelog.enter_complaint", TALKERS)
rules.add_perm("servicelog.freeze_scorecards", has_role(Role.DIRECTOR))
rules.add_perm("servicelog.keep_calendar", has_role(Role.ADVISOR))
#: One message to many: those who have a book, and the desk.
rules.add_perm("servicelog.log_bulk", has_role(Role.DIRECTOR, Role.ASSISTANT, Role.ADVISOR))
rules.add_perm("servicelog.log_contact", TALKERS)
rules.add_perm("servicelog.publish_mot_policy", has_role(Role.DIRECTOR))
rules.add_perm("servicelog.publish_scorecard_policy", has_role(Role.DIRECTOR))
rules.add_perm("servicelog.publish_service_policy", has_role(Role.DIRECTOR, Role.COMPLIANCE))
rules.add_perm("servicelog.recommend", ADVISERS)
rules.add_perm("servicelog.settle_complaint", DESK)
#: What suits whom is the beginning of advice: for registered advisers, and for those who oversee them.
rules.add_perm("servicelog.view_fits", READERS | ADVISERS)
rules.add_perm(
    "servicelog.view_log",
    has_role(Role.DIRECTOR, Role.ASSISTANT, Role.ADVISOR, Role.COUNTER, Role.MANAGER, Role.COMPLIANCE),
)
rules.add_perm("servicelog.view_own_book", has_role(Role.ADVISOR))
rules.add_perm("servicelog.view_own_scorecard", has_role(Role.ADVISOR))
rules.add_perm("servicelog.view_policies", READERS)
rules.add_perm(
    "servicelog.view_products",
    has_role(Role.DIRECTOR, Role.ASSISTANT, Role.ADVISOR, Role.COUNTER, Role.MANAGER, Role.COMPLIANCE),
)
#: Products spoken of and refused attempts; an advisor's own clients' alone, by `visible_to`.
rules.add_perm("servicelog.view_recommendations", READERS | has_role(Role.ADVISOR))
rules.add_perm("servicelog.view_today", has_role(Role.DIRECTOR, Role.ASSISTANT, Role.ADVISOR, Role.MANAGER))
#: A statement: the desk, who oversees it, and the advisor whose it is, by `visible_to`.
rules.add_perm("servicelog.view_scorecard", READERS | has_role(Role.ADVISOR))
rules.add_perm("servicelog.view_scorecards", READERS)
