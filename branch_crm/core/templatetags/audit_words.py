"""Words for the actions of the business audit."""

from django import template
from django.utils.translation import gettext_lazy as _

register = template.Library()

ACTIONS = {
    "advisors.contest_saved": _("contest entered or corrected"),
    "advisors.contest_withdrawn": _("contest withdrawn"),
    "advisors.evidence_recorded": _("result entered"),
    "advisors.evidence_withdrawn": _("result withdrawn"),
    "advisors.leave_cancelled": _("leave cancelled"),
    "advisors.leave_entered": _("leave entered"),
    "advisors.profile_changed": _("advisor profile changed"),
    "advisors.results_applied": _("file of results entered"),
    "advisors.results_received": _("file of results received"),
    "allocation.advisor_refused": _("client's refusal of an advisor noted"),
    "allocation.approval_withdrawn": _("approval of a plan taken back"),
    "allocation.bid_answered": _("self-nomination answered"),
    "allocation.bid_placed": _("self-nomination put forward"),
    "allocation.bid_withdrawn": _("self-nomination withdrawn"),
    "allocation.change_asked": _("change of advisor asked for"),
    "allocation.change_asked_again": _("request for another advisor added to"),
    "allocation.change_decided": _("request for another advisor decided"),
    "allocation.change_overdue": _("request for another advisor overdue"),
    "allocation.change_withdrawn": _("request for another advisor withdrawn"),
    "allocation.client_locked": _("client locked to the advisor"),
    "allocation.client_unlocked": _("lock removed"),
    "allocation.counter_holders_adopted": _("holders taken over from the counter system"),
    "allocation.curve_asked": _("curve of moves asked for"),
    "allocation.due_plan_refused": _("due plan not published"),
    "allocation.lines_decided": _("moves decided"),
    "allocation.moves_locked": _("clients locked in a review"),
    "allocation.moves_unlocked": _("locks of a review lifted"),
    "allocation.notice_closed": _("notice period closed"),
    "allocation.notice_opened": _("plan opened to the advisors"),
    "allocation.objection_answered": _("objection answered"),
    "allocation.objection_raised": _("objection raised"),
    "allocation.objection_withdrawn": _("objection withdrawn"),
    "allocation.plan_approved": _("plan approved"),
    "allocation.plan_discarded": _("plan put aside"),
    "allocation.plan_failed": _("no plan found"),
    "allocation.plan_proposed": _("plan worked out"),
    "allocation.plan_published": _("plan published"),
    "allocation.plan_rolled_back": _("plan rolled back"),
    "allocation.plan_sent_back": _("plan sent back by the second approver"),
    "allocation.plan_solved_again": _("plan solved again around decisions"),
    "allocation.policy_changed": _("match policy draft changed"),
    "allocation.policy_draft_deleted": _("match policy draft deleted"),
    "allocation.policy_drafted": _("match policy drafted"),
    "allocation.policy_published": _("match policy published"),
    "allocation.refusal_withdrawn": _("client's refusal withdrawn"),
    "allocation.reviews_flagged": _("reviews flagged"),
    "allocation.run_started": _("plan started"),
    "allocation.second_approval_asked": _("second approval of a plan asked for"),
    "allocation.second_approval_given": _("second approval of a plan given"),
    "clients.behaviour_read": _("behaviour read"),
    "clients.branch_scored": _("branch scored"),
    "clients.column_forgotten": _("header of the extract forgotten"),
    "clients.column_mapped": _("header of the extract mapped"),
    "clients.export_downloaded": _("client export downloaded"),
    "clients.export_requested": _("client export asked for"),
    "clients.export_written": _("client export made"),
    "clients.extract_imported": _("extract imported"),
    "clients.extract_uploaded": _("extract uploaded"),
    "clients.field_revealed": _("personal data looked at"),
    "clients.import_started": _("import started"),
    "clients.persona_overridden": _("persona judged by a person"),
    "clients.persona_override_withdrawn": _("judgement of the persona withdrawn"),
    "clients.profile_saved": _("client profile saved"),
    "clients.questionnaire_recorded": _("questionnaire entered"),
    "clients.rejects_downloaded": _("rejected rows downloaded"),
    "clients.reveal_rate": _("many looks at personal data within an hour"),
    "clients.reveal_refused": _("look at personal data refused, too many"),
    "clients.scoring_runs_pruned": _("old scorings removed"),
    "clients.upload_discarded": _("upload discarded"),
    "clients.value_policy_changed": _("value policy draft changed"),
    "clients.value_policy_defaulted": _("value policy set to the defaults"),
    "clients.value_policy_discarded": _("value policy draft put aside"),
    "clients.value_policy_drafted": _("value policy drafted"),
    "clients.value_policy_proposed": _("value policy proposed"),
    "clients.value_policy_published": _("value policy approved and published"),
    "clients.value_policy_returned": _("value policy sent back"),
    "clients.value_policy_withdrawn": _("value policy proposal taken back"),
    "clients.view_deleted": _("list view deleted"),
    "clients.view_saved": _("list view saved"),
    "core.branch_created": _("branch opened"),
    "core.job_rerun": _("job run again"),
    "core.staff_changed": _("account changed"),
    "core.staff_created": _("account created"),
    "core.trading_day_set": _("trading day entered"),
    "night.repeated": _("night run again"),
    "servicelog.bulk_logged": _("message to many logged"),
    "servicelog.calendar_issued": _("calendar address issued"),
    "servicelog.calendar_revoked": _("calendar address taken back"),
    "servicelog.complaint_received": _("complaint received"),
    "servicelog.complaint_settled": _("complaint settled"),
    "servicelog.contact_amended": _("contact amended"),
    "servicelog.contact_changed": _("contact changed within its window"),
    "servicelog.contact_logged": _("contact logged"),
    "servicelog.dispute_answered": _("dispute of a log answered"),
    "servicelog.dispute_raised": _("dispute of a log raised"),
    "servicelog.mot_policy_changed": _("MOT policy draft changed"),
    "servicelog.mot_policy_drafted": _("MOT policy drafted"),
    "servicelog.mot_policy_published": _("MOT policy published"),
    "servicelog.product_recommended": _("product recommended"),
    "servicelog.product_refused": _("unsuitable product refused"),
    "servicelog.scorecard_dispute_answered": _("dispute of a scorecard answered"),
    "servicelog.scorecard_disputed": _("figure of a scorecard disputed"),
    "servicelog.scorecard_policy_changed": _("appraisal policy draft changed"),
    "servicelog.scorecard_policy_drafted": _("appraisal policy drafted"),
    "servicelog.scorecard_policy_published": _("appraisal policy published"),
    "servicelog.scorecards_frozen": _("scorecards of a month frozen"),
    "servicelog.scorecards_worked_out": _("scorecards worked out"),
    "servicelog.service_policy_changed": _("service policy draft changed"),
    "servicelog.service_policy_drafted": _("service policy drafted"),
    "servicelog.service_policy_published": _("service policy published"),
    "servicelog.tasks_raised": _("MOT tasks raised"),
}


@register.filter
def action_name(action: str) -> str:
    """An action without a word of its own is shown as it is."""
    return str(ACTIONS.get(action, action))


@register.filter
def figure_words(figure: object) -> str:
    """One figure of a line's detail; lists and tables of figures in one row."""
    if isinstance(figure, dict):
        return ", ".join(f"{name}: {figure_words(value)}" for name, value in figure.items())
    if isinstance(figure, list):
        return " / ".join(figure_words(value) for value in figure)
    if isinstance(figure, float):
        return f"{figure:.6g}"
    return "–" if figure is None else str(figure)
