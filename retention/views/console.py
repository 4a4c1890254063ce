"""The exit console: who stands here, and all that matters on one screen. Completing is never further than a click."""

from __future__ import annotations

from django.contrib.auth.decorators import permission_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from clients.models import Client
from clients.queries.search import best_matches
from retention.domain.rules import read_retention_rules
from retention.models import LeavingRequest
from retention.queries.competitors import rates_seen
from retention.queries.exit_console import ExitCard, exit_card
from retention.queries.requests import open_requests
from retention.services.ensure_policy import ensure_retention_policy
from retention.wording import signs_in_words, why_not_in_words

#: Longer than any name or number that can be looked for.
LONGEST_QUERY = 60


@require_GET
@permission_required("retention.view_console", raise_exception=True)
def console(request: HttpRequest) -> HttpResponse:
    """Everybody of the branch; advisors find their own clients."""
    query = _query(request)
    found = best_matches(_clients(request), query) if query else []
    if len(found) == 1:
        return redirect("retention:client_console", pk=found[0].pk)
    context = {"query": query, "found": found, "waiting": open_requests(request.user)[:10]}
    return render(request, "retention/console.html", context)


@require_GET
@permission_required("retention.view_console", raise_exception=True)
def search(request: HttpRequest) -> HttpResponse:
    """The rows under the search box, while it is typed in."""
    query = _query(request)
    found = best_matches(_clients(request), query) if query else []
    return render(request, "retention/_found.html", {"query": query, "found": found})


@require_GET
@permission_required("retention.view_console", raise_exception=True)
def client_console(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody of the branch; advisors their own clients."""
    client = get_object_or_404(_clients(request), pk=pk)
    today = timezone.localdate()
    policy = ensure_retention_policy(branch=client.branch, on=today)
    rules = read_retention_rules(policy.rules)
    card = exit_card(request.user, client, on=today, rules=rules)
    context = {
        "card": card,
        "asked": any(row.is_open for row in card.requests),
        "client": client,
        "reasons": [(row, signs_in_words(row.likely)) for row in card.likely],
        "offers": [(row, why_not_in_words(row)) for row in card.offers],
        "must_say": rules.must_say["zh" if request.LANGUAGE_CODE.startswith("zh") else "en"],
        "most_accounts": rules.most_accounts,
        "accounts_source": rules.accounts_source,
        "rates_seen": rates_seen(request.user, client.branch, on=today) if _about_rates(card) else [],
        "policy": policy,
        "kinds": LeavingRequest.Kind.choices,
    }
    return render(request, "retention/client_console.html", context)


def _about_rates(card: ExitCard) -> bool:
    """Whether a likely reason has to do with what it costs here or elsewhere."""
    return any((row.reason.parent or row.reason).code in ("rate", "rival") for row in card.likely)


def _clients(request: HttpRequest) -> QuerySet[Client]:
    return Client.objects.visible_to(request.user).select_related("branch", "advisor", "figures")


def _query(request: HttpRequest) -> str:
    return request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_QUERY]
