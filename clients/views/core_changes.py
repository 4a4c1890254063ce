"""Who entered or left the core set since the month began, or since last week, and why: every client, not only the largest."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from clients.list_state import branch_for
from clients.queries.core_changes import MONTH, PERIODS, REASONS, WEEK, CoreChanges, seen_by
from clients.queries.core_changes import core_changes as changes_of
from clients.templatetags.value_text import REASONS as REASON_WORDS

ROWS = 50
WAYS = {"entered": True, "left": False}


@require_GET
@permission_required("clients.view_value_policy", raise_exception=True)
def core_changes(request: HttpRequest) -> HttpResponse:
    """Director, assistant, manager, compliance. `?period=week|month`, `?way=entered|left`, `?reason=` narrow it down."""
    query = request.GET
    period = query["period"] if query.get("period") in PERIODS else MONTH
    way = query.get("way", "") if query.get("way") in WAYS else ""
    reason = query.get("reason", "") if query.get("reason") in REASONS else ""
    branch = branch_for(request.user, query.get("branch", ""))
    found = changes_of(branch, period) if branch else None
    context: dict[str, Any] = {"found": found, "period": period, "tabs": _tabs(found, period, way)}
    if found:
        page = Paginator(found.chosen(entered=WAYS.get(way), reason=reason), ROWS).get_page(query.get("page"))
        context |= {
            "page": page,
            "rows": seen_by(request.user, page.object_list),
            "reasons": _reasons(found, period, reason),
            "previous_url": f"?{_address(query, page.previous_page_number())}" if page.has_previous() else "",
            "next_url": f"?{_address(query, page.next_page_number())}" if page.has_next() else "",
        }
    return render(request, "clients/core_changes.html", context)


def _tabs(found: CoreChanges | None, period: str, way: str) -> list[dict[str, Any]]:
    """The periods, and within the chosen one the two ways."""
    tabs = [
        {"label": label, "url": f"?period={name}", "current": name == period and not way}
        for name, label in ((MONTH, _("This month")), (WEEK, _("Since last week")))
    ]
    if found:
        labels = {
            "entered": (pgettext("core set", "Entered"), found.entered),
            "left": (pgettext("core set", "Left"), found.left),
        }
        tabs += [
            {"label": label, "url": f"?period={period}&way={name}", "current": name == way, "count": count}
            for name, (label, count) in labels.items()
        ]
    return tabs


def _reasons(found: CoreChanges, period: str, chosen: str) -> list[dict[str, Any]]:
    return [
        {
            "label": REASON_WORDS[reason],
            "count": count,
            "url": f"?{urlencode({'period': period, 'reason': '' if reason == chosen else reason})}",
            "current": reason == chosen,
        }
        for reason, count in found.by_reason.items()
    ]


def _address(query: Any, page: int) -> str:
    params = query.copy()
    params["page"] = str(page)
    return str(params.urlencode())
