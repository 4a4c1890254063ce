"""Pages of value: why a client is worth what it is, and the book in numbers."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from branch_crm.core.context import DRAWER
from branch_crm.core.models import Branch
from clients.list_state import branch_for
from clients.models import Client, ScoringRun
from clients.queries.value import book_summary, current_run, moved_clients
from clients.queries.value_story import ValueStory, value_story
from clients.templatetags.value_text import COMPONENTS


@require_GET
@permission_required("clients.view_book", raise_exception=True)
def value_why(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody who may see the client. A panel of the client page, a drawer, or a page of its own."""
    client = get_object_or_404(Client.objects.visible_to(request.user).only("pk", "branch", "name", "client_no"), pk=pk)
    story = value_story(client)
    is_panel = bool(request.htmx) and request.htmx.target != DRAWER
    context = {"client": client, "story": story, "is_drawer": request.htmx.target == DRAWER}
    if story:
        context |= _why_words(story, may_open=request.user.has_perm("clients.view_value_policy"))
    return render(request, "clients/value_story.html" if is_panel else "clients/value_why.html", context)


def _why_words(story: ValueStory, *, may_open: bool) -> dict[str, Any]:
    letters = ("A", "B", "C")
    terms = [
        {
            "label": f"{letter} {COMPONENTS[term.component]}",
            "value": term.points,
            "shown": f"{term.points:.1f}",
            "note": _("not known; its weight goes to the others")
            if term.part is None
            else f"{term.weight:.2f} × {term.part:.1f}",
        }
        for letter, term in zip(letters, story.terms, strict=True)
    ]
    rule = {
        "name": _("Value policy"),
        "version": f"v{story.policy.version}",
        "href": reverse("clients:value_policy_detail", args=[story.policy.pk]) if may_open else "",
        # The defaults have always been in force; a date would say nothing.
        "date": story.policy.valid_from if story.policy.published_by_id else None,
    }
    return {
        "total": f"{story.value.value:.1f}",
        "terms": terms,
        "rule": rule,
        "history": {
            "categories": [row.run.as_of.isoformat() for row in story.history],
            "series": [{"name": pgettext("score", "Value"), "values": [round(row.value, 1) for row in story.history]}],
        },
    }


@require_GET
@permission_required("clients.view_value_policy", raise_exception=True)
def summary(request: HttpRequest) -> HttpResponse:
    """Director, assistant, manager, compliance. A panel of the home page and a page of its own."""
    branch = asked_branch(request)
    run = current_run(branch)
    context: dict[str, Any] = {"branch": branch, "run": run}
    if run:
        book = book_summary(run)
        core = run.summary["core"]
        context |= {
            "book": book,
            "moves": moved_clients(run, request.user),
            "curve": _curve(run),
            "core_share": core["size"] / core["clients"] if core["clients"] else 0.0,
        }
    page = "clients/value_summary.html" if request.htmx else "clients/value_summary_page.html"
    return render(request, page, context)


def _curve(run: ScoringRun) -> dict[str, Any]:
    core = run.summary["core"]
    share = 100 * core["size"] / core["clients"] if core["clients"] else 0
    mark = [round(share, 2), round(100 * core["covered"], 2)]
    return {
        "points": [[round(100 * x, 2), round(100 * y, 2)] for x, y in core["curve"]],
        "mark": mark,
        "names": {
            "x": _("Clients by net revenue, %"),
            "y": _("Share of net revenue, %"),
            "mark": _("%(clients)s%% of clients bring %(revenue)s%%")
            % {"clients": f"{mark[0]:.1f}", "revenue": f"{mark[1]:.0f}"},
            "even": _("if all brought the same"),
        },
    }


def asked_branch(request: HttpRequest) -> Branch:
    """One's own branch; for compliance of the firm the first, or the one asked for by code."""
    branch = branch_for(request.user, request.GET.get("branch", ""))
    if branch is None:
        raise Http404
    return branch
