"""Asking lost clients back: with their consent only. The consent is noted beside a request, never as part of it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from clients.models import Client
from clients.views.value import asked_branch
from retention.forms_winback import ConsentForm
from retention.models import WinBackConsent
from retention.queries.winback import lost_counts, to_win_back
from retention.services.ensure_policy import retention_rules
from retention.services.errors import RetentionError
from retention.services.record_consent import record_consent, withdraw_consent

PAGE = 50


@require_GET
@permission_required("retention.view_win_back", raise_exception=True)
def win_back(request: HttpRequest) -> HttpResponse:
    """Director, assistant, manager, compliance; advisors their own former clients."""
    branch, today = asked_branch(request), timezone.localdate()
    rules = retention_rules(branch, on=today)
    listed = to_win_back(request.user, branch, on=today, rest_days=rules.win_back_rest_days)
    standing = WinBackConsent.objects.visible_to(request.user).filter(withdrawn_at=None)
    rows = listed.prefetch_related(
        Prefetch("win_back_consents", standing.select_related("policy", "recorded_by"), "standing_consents")
    )
    context = {
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "counts": lost_counts(request.user, branch, on=today, rest_days=rules.win_back_rest_days),
        "rules": rules,
    }
    return render(request, "retention/win_back.html", context)


@require_GET
@permission_required("retention.view_requests", raise_exception=True)
def consent_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """A card beside a request: may we contact you later? Everybody of the branch; advisors their own clients."""
    client = get_object_or_404(Client.objects.visible_to(request.user).select_related("branch"), pk=pk)
    standing = WinBackConsent.objects.visible_to(request.user).filter(client=client, withdrawn_at=None)
    rules = retention_rules(client.branch, on=timezone.localdate())
    context = {
        "client": client,
        "consent": standing.select_related("policy", "recorded_by").first(),
        "form": ConsentForm(),
        "wording": rules.consent["zh" if request.LANGUAGE_CODE.startswith("zh") else "en"],
    }
    return render(request, "retention/_consent.html", context)


@require_POST
@permission_required("retention.record_consent", raise_exception=True)
def consent_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Whoever hears it: director, assistant, manager, counter; advisors for their own clients."""
    client = get_object_or_404(Client.objects.visible_to(request.user), pk=pk)
    try:
        record_consent(client=client, channel=request.POST.get("channel", ""), actor=request.user)
    except RetentionError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Noted: the client may be contacted later. The request is not touched by it."))
    return _back(request, client)


@require_POST
@permission_required("retention.record_consent", raise_exception=True)
def consent_withdrawn(request: HttpRequest, pk: int) -> HttpResponse:
    """The same; at any time, by the client's word."""
    found = get_object_or_404(WinBackConsent.objects.visible_to(request.user).select_related("client"), pk=pk)
    withdraw_consent(consent=found, actor=request.user)
    messages.success(request, _("Noted: nobody contacts this client about coming back."))
    return _back(request, found.client)


def _back(request: HttpRequest, client: Client) -> HttpResponse:
    """To the request it was noted beside, else to the client's console."""
    latest = client.leaving_requests.order_by("-pk").first()
    if latest is None:
        return redirect("retention:client_console", pk=client.pk)
    return redirect("retention:request_detail", pk=latest.pk)
