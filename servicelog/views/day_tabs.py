"""The pages of an advisor's day, as tabs: Today, the weeks, who is at the margin, the own book, the calendar."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from branch_crm.core.models import Role


def day_tabs(request: HttpRequest, current: str, query: str = "") -> list[dict[str, Any]]:
    """`query` keeps whose day it is when the desk looks at an advisor's."""
    own = request.user.role == Role.ADVISOR
    pages = [("today", _("Today")), ("week", _("Two weeks")), ("margin", _("At the margin"))]
    if own:
        pages += [("my_book", _("My book and the branch")), ("calendar", _("Calendar"))]
    else:
        pages.append(("standards", _("Standard by week")))
    return [
        {
            "label": label,
            "url": reverse(f"servicelog:{name}") + (f"?{query}" if query else ""),
            "current": name == current,
            "count": None,
        }
        for name, label in pages
    ]
