"""Who may do what at the counter and in retention. Whose clients somebody sees is `visible_to`'s business."""

import rules

from branch_crm.core.models import Role
from branch_crm.core.predicates import has_role, is_above_branches

DESK = has_role(Role.DIRECTOR, Role.ASSISTANT)
READERS = has_role(Role.DIRECTOR, Role.ASSISTANT, Role.MANAGER, Role.COMPLIANCE)
BRANCH = READERS | has_role(Role.COUNTER, Role.ADVISOR)

#: The clock and the grounds are compliance's, the rest the desk's.
rules.add_perm("retention.draft_policy", DESK | has_role(Role.COMPLIANCE))
rules.add_perm("retention.publish_policy", has_role(Role.DIRECTOR, Role.COMPLIANCE))
rules.add_perm("retention.view_cases", BRANCH)
rules.add_perm("retention.view_console", BRANCH)
rules.add_perm("retention.view_policies", READERS)
rules.add_perm("retention.view_requests", BRANCH)
rules.add_perm("retention.view_risk", BRANCH)
rules.add_perm("retention.draft_risk_policy", DESK)
rules.add_perm("retention.evaluate_risk", READERS)
rules.add_perm("retention.publish_risk_policy", has_role(Role.DIRECTOR))
#: Whoever hears a client's wish takes it in.
rules.add_perm("retention.receive_request", DESK | has_role(Role.COUNTER, Role.ADVISOR, Role.MANAGER))
#: Obstacles, settlement, done: the counter's work, and that of those who stand in for it. Nobody's consent is asked for.
rules.add_perm("retention.work_on_request", DESK | has_role(Role.COUNTER, Role.MANAGER))
#: Whoever talks to clients may write down what works, and the firm's compliance the firm's own scripts, which every branch
#: uses; only compliance says that it may be said.
rules.add_perm("retention.approve_scripts", has_role(Role.COMPLIANCE))
rules.add_perm("retention.retire_scripts", DESK | has_role(Role.MANAGER, Role.COMPLIANCE))
rules.add_perm("retention.use_scripts", DESK | has_role(Role.MANAGER, Role.COUNTER, Role.ADVISOR))
rules.add_perm("retention.view_script_results", READERS)
rules.add_perm("retention.view_scripts", BRANCH)
rules.add_perm(
    "retention.write_scripts",
    DESK | has_role(Role.MANAGER, Role.ADVISOR) | has_role(Role.COMPLIANCE) & is_above_branches,
)
#: The list of reasons, and what its figures say.
rules.add_perm("retention.edit_reasons", DESK | has_role(Role.MANAGER))
rules.add_perm("retention.view_reasons", READERS)
#: What came of keeping clients.
rules.add_perm("retention.view_figures", READERS)
#: What is seen of other firms: told by whoever sees it.
rules.add_perm("retention.note_competitor", DESK | has_role(Role.COUNTER, Role.ADVISOR, Role.MANAGER))
rules.add_perm("retention.view_competitors", BRANCH)
#: Whoever hears a client's consent to later contact notes it.
rules.add_perm("retention.record_consent", DESK | has_role(Role.COUNTER, Role.ADVISOR, Role.MANAGER))
rules.add_perm("retention.view_win_back", READERS | has_role(Role.ADVISOR))
#: Below the authority of the desk.
rules.add_perm("retention.approve_offer", has_role(Role.DIRECTOR))
#: Parts, talks and outcomes: whoever may be called.
rules.add_perm("retention.work_on_case", DESK | has_role(Role.COUNTER, Role.ADVISOR, Role.MANAGER))
#: Drills: everybody of the branch plays; the talks of the cards are not for those who are drilled with them.
rules.add_perm("retention.check_drill_cards", READERS)
rules.add_perm("retention.join_drills", BRANCH)
rules.add_perm("retention.lead_drills", DESK | has_role(Role.MANAGER))
rules.add_perm("retention.plan_drills", DESK | has_role(Role.COUNTER, Role.ADVISOR, Role.MANAGER))
rules.add_perm("retention.view_drill_cards", READERS)
rules.add_perm("retention.view_drill_people", READERS)
rules.add_perm("retention.view_drills", BRANCH)
rules.add_perm("retention.write_drill_cards", DESK | has_role(Role.MANAGER))
