"""Words and marks of the script pages."""

from __future__ import annotations

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from retention.models import Script, ScriptVersion
from retention.wording_scripts import for_whom, standing, title_of

register = template.Library()
register.filter("script_title", title_of)
MARKS = {"usable": "state-done", "ending": "state-caution", "expired": "state-danger", "proposed": "state-active"}


@register.filter
def script_audience(script: Script) -> str:
    return for_whom(script) or gettext("all clients")


@register.filter
def script_state(version: ScriptVersion) -> SafeString:
    """The mark of a version, today."""
    code = standing(version, on=timezone.localdate())
    words = gettext("approval has ended") if code == "expired" else version.get_state_display()
    return format_html('<span class="state {}">{}</span>', MARKS.get(code, ""), words)


@register.filter
def named_by(names: dict[str, str], code: str) -> str:
    """A code in words; itself where the list has lost it."""
    return names.get(code, code)
