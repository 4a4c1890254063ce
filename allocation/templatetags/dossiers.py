"""Codes of a dossier in words."""

from __future__ import annotations

from datetime import date

from django import template

from allocation.wording_dossier import said
from servicelog.labels import moment_label

register = template.Library()

register.filter("said", said)
register.filter("moment_name", moment_label)


@register.filter
def days_since(day: date, today: date) -> int:
    return (today - day).days
