"""Words for the gaps in a branch's data (clients.queries.data_gaps): what is missing, and what to do about it."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise

GAPS: dict[str, tuple[Words, Words]] = {
    "no_risk_level": (_("No risk level"), _("Nothing may be recommended before the risk assessment.")),
    "risk_expired": (_("Risk level expired"), _("Nothing may be recommended until it is assessed again.")),
    "no_phone": (_("No phone number"), _("Can only be reached at the counter; ask for a number there.")),
    "id_expired": (_("ID document expired"), _("Ask the client to bring the new one to the counter.")),
    "no_id": (_("No ID number"), _("Have the counter complete it at the next visit.")),
    "counter_unknown": (
        _("Counter names an unknown advisor"),
        _("The staff number belongs to nobody in the staff list; have it corrected there or here."),
    ),
    "counter_disagrees": (
        _("Counter names another advisor"),
        _("The book here counts; have the counter system corrected."),
    ),
    "no_quota": (
        _("No new-share quota"),
        _("Wealth outside the firm cannot be inferred; the value leaves it out."),
    ),
    "quota_conflict": (
        _("New-share quota below the holdings"),
        _("More stock is held here than the quota allows; compare the days of quota and snapshot."),
    ),
    "no_birth_date": (_("No date of birth"), _("Age counts for care and match; take it from the ID document.")),
    "no_questionnaire": (
        _("No questionnaire"),
        _("The persona rests on behaviour alone; go through the questionnaire at the next talk."),
    ),
    "no_assets": (_("No assets reported"), _("See whether the extract holds these clients' assets.")),
    "no_opening_day": (_("No opening date"), _("Tenure cannot be told; the counter system should have it.")),
    "not_scored": (_("Not scored yet"), _("Came after the last scoring; the next night includes them.")),
}

GAP_CHOICES = [(code, label) for code, (label, _todo) in GAPS.items()]
