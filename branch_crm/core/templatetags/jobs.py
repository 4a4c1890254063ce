"""Names of long work in the reader's language."""

from django import template
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

register = template.Library()

KINDS = {
    "allocation.curve": _("Work out the curve of moves"),
    "allocation.freeze_handovers": _("Write the dossiers of a handover"),
    "allocation.solve": _("Work out an allocation"),
    "allocation.solve_again": _("Solve a proposal again around the decisions"),
    "clients.export": _("Export clients"),
    "clients.import_extract": _("Import the counter extract"),
    "clients.read_behaviour": _("Read behaviour"),
    "clients.rescore": _("Score the branch"),
    "demo.load": _("Load the demo branches"),
    "night.morning": _("Summary of the morning"),
    "night.run": _("Nightly run"),
    "retention.evaluate_risk": _("Hold the early-warning rule against the past"),
    "servicelog.simulate": _("Simulate a month of moments"),
}


@register.filter
def step_name(step: str) -> str:
    """The msgid is the phrase given to Progress.step; the app that says it marks it with gettext_noop."""
    return gettext(step) if step else ""


@register.filter
def job_name(kind: str) -> str:
    """An unknown kind is shown as it is."""
    return str(KINDS.get(kind, kind))
