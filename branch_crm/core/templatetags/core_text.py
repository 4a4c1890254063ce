"""Words for codes that the database keeps: job kinds, steps, audit actions. An unknown code is shown as it is."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext_lazy as _

register = template.Library()

JOB_KINDS = {
    "allocation.solve": _("Work out an allocation"),
    "clients.export": _("Export clients"),
    "clients.import_extract": _("Import the counter extract"),
    "clients.read_behaviour": _("Read behaviour"),
    "clients.score": _("Score the branch"),
    "demo.load": _("Load the demo branches"),
    "night.run": _("Nightly run"),
}

ACTIONS = {
    "core.branch_created": _("branch opened"),
    "core.job_rerun": _("job run again"),
    "core.staff_changed": _("account changed"),
    "core.staff_created": _("account created"),
    "core.trading_day_set": _("trading day entered"),
}


@register.filter
def job_kind_label(kind: str) -> str:
    return str(JOB_KINDS.get(kind, kind))


@register.filter
def action_label(action: str) -> str:
    return str(ACTIONS.get(action, action))


@register.filter
def step_label(step: str) -> str:
    """Steps are stored in English by whoever reports them (marked there with gettext_noop) and translated here."""
    return str(_(step)) if step else ""
