"""The scripts beside a client at the counter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from branch_crm.core.models import Staff
from clients.models import Client
from retention.models import LeavingRequest, RetentionCase, ScriptUse, ScriptVersion
from retention.queries.exit_console import SHOWN_REASONS
from retention.queries.likely_reasons import likely_reasons
from retention.queries.script_reasons import told_or_likely
from retention.queries.scripts import FittingScript, fitting_scripts
from retention.services.draw_script import draw_script
from retention.services.note_spoken import note_spoken
from retention.wording_scripts import Row, spoken_parts, why_in_words


@dataclass(frozen=True)
class Shown:
    """use: the episode's lot; None outside of a retention case."""

    fitting: FittingScript
    version: ScriptVersion
    parts: list[Row]
    why: list[str]
    use: ScriptUse | None


@require_GET
@permission_required("retention.view_scripts", raise_exception=True)
def client_scripts(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody of the branch; advisors their own clients. In a case, whoever may speak draws the versions by looking."""
    clients = Client.objects.visible_to(request.user).select_related("branch", "figures")
    client = get_object_or_404(clients, pk=pk)
    silent = LeavingRequest.objects.visible_to(request.user).filter(client=client, declined_talk_at__isnull=False)
    context = {"client": client, "declined": any(found.is_open for found in silent), "shown": []}
    if not context["declined"]:
        context["shown"] = _shown(request.user, client, timezone.localdate())
    return render(request, "retention/client_scripts.html", context)


def _shown(user: Staff, client: Client, on: date) -> list[Shown]:
    reasons = told_or_likely(client, likely_reasons(client, on=on)[:SHOWN_REASONS])
    figures = client.figures
    fitting = fitting_scripts(branch=client.branch, reasons=reasons, tier=figures.tier, persona=figures.persona, on=on)
    cases = RetentionCase.objects.visible_to(user).filter(client=client, state=RetentionCase.State.OPEN)
    case = cases.first() if user.has_perm("retention.use_scripts") else None
    shown = []
    for found in fitting:
        use = draw_script(case=case, script=found.script, on=on, usable=found.versions) if case else None
        version = use.version if use else found.version
        shown.append(Shown(found, version, spoken_parts(version), why_in_words(found), use))
    return shown


@require_POST
@permission_required("retention.use_scripts", raise_exception=True)
def spoken(request: HttpRequest, pk: int) -> HttpResponse:
    """Director, assistant, manager, counter, advisors for their own clients."""
    use = get_object_or_404(ScriptUse.objects.visible_to(request.user).select_related("branch"), pk=pk)
    note_spoken(use=use, actor=request.user)
    return redirect("retention:client_console", pk=use.client_id)
