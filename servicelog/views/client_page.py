"""Parts of the client page that the service log brings: the card before a talk, and the timeline."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from clients.models import Client
from clients.queries.persona import persona_page
from servicelog.queries.talk_card import talk_card as read_talk_card
from servicelog.services.service_policies import service_rules
from servicelog.timeline import SOURCES, timeline

KINDS = {
    "contacts": _("Contacts"),
    "tasks": _("MOT tasks"),
    "promises": _("Promises"),
    "complaints": _("Complaints"),
    "products": _("Products"),
    "assignments": _("Who served"),
    "leaving": _("Leaving requests"),
    "staying": _("Retention"),
    "profile": _("Questionnaires"),
}


@require_GET
@permission_required("servicelog.view_log", raise_exception=True)
def talk_card(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody who sees the client."""
    client = _client(request, pk)
    day = timezone.localdate()
    context = {
        "client": client,
        "card": read_talk_card(request.user, client, on=day, rules=service_rules(client.branch, on=day)),
        "persona": persona_page(client, on=day),
        "day": day,
    }
    return render(request, "servicelog/talk_card.html", context)


@require_GET
@permission_required("servicelog.view_log", raise_exception=True)
def client_timeline(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody who sees the client. `?kind=` narrows, `?before=` goes on."""
    client = _client(request, pk)
    kind = request.GET.get("kind", "")
    before = _moment(request.GET.get("before", ""))
    kinds = [kind] if kind in SOURCES else []
    events, further = timeline(request.user, client, before=before or timezone.now(), kinds=kinds)
    tabs = [(code, label, code == kind) for code, label in KINDS.items() if code in SOURCES]
    context = {"client": client, "events": events, "further": further, "tabs": tabs, "kind": kind, "going_on": before}
    return render(request, "servicelog/timeline.html", context)


def _client(request: HttpRequest, pk: int) -> Client:
    people = ("figures", "advisor", "branch")
    return get_object_or_404(Client.objects.visible_to(request.user).select_related(*people), pk=pk)


def _moment(text: str) -> datetime | None:
    """A key of the next page; what cannot be read starts at the newest."""
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found is not None and timezone.is_aware(found) else None
