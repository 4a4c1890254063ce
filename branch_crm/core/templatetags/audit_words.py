"""Words for the actions of the business audit."""

from django import template
from django.utils.translation import gettext_lazy as _

register = template.Library()

ACTIONS = {
    "advisors.evidence_recorded": _("result entered"),
    "advisors.evidence_withdrawn": _("result withdrawn"),
    "advisors.leave_cancelled": _("leave cancelled"),
    "advisors.leave_entered": _("leave entered"),
    "advisors.profile_changed": _("advisor profile changed"),
    "clients.column_forgotten": _("header of the extract forgotten"),
    "clients.column_mapped": _("header of the extract mapped"),
    "clients.export_downloaded": _("client export downloaded"),
    "clients.export_requested": _("client export asked for"),
    "clients.export_written": _("client export made"),
    "clients.extract_imported": _("extract imported"),
    "clients.extract_uploaded": _("extract uploaded"),
    "clients.field_revealed": _("personal data looked at"),
    "clients.import_started": _("import started"),
    "clients.rejects_downloaded": _("rejected rows downloaded"),
    "clients.reveal_rate": _("many looks at personal data within an hour"),
    "clients.reveal_refused": _("look at personal data refused, too many"),
    "clients.upload_discarded": _("upload discarded"),
    "clients.view_deleted": _("list view deleted"),
    "clients.view_saved": _("list view saved"),
    "core.branch_created": _("branch opened"),
    "core.job_rerun": _("job run again"),
    "core.staff_changed": _("account changed"),
    "core.staff_created": _("account created"),
    "core.trading_day_set": _("trading day entered"),
}


@register.filter
def action_name(action: str) -> str:
    """An action without a word of its own is shown as it is."""
    return str(ACTIONS.get(action, action))
