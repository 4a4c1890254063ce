"""Names of long work in the reader's language."""

from django import template
from django.utils.translation import gettext

register = template.Library()


@register.filter
def step_name(step: str) -> str:
    """The msgid is the phrase given to Progress.step; the app that says it marks it with gettext_noop."""
    return gettext(step) if step else ""


@register.filter
def job_name(kind: str) -> str:
    """`clients.import_extract` -> the translation of "Import extract"."""
    phrase = kind.rpartition(".")[2].replace("_", " ").capitalize()
    return gettext(phrase) if phrase else ""
