"""Open a retention case, by signs of leaving, by a client's request, or by hand; all its parts are called at once.

Requests know nothing of cases: `open_cases_of_new_requests` looks for them, every minute, from its own side.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from branch_crm.core import audit
from branch_crm.core.models import Staff
from clients.models import Client, ClientStatus
from retention.domain.likely_reasons import Likely
from retention.models import LeavingRequest, RetentionCase
from retention.queries.cases import FINISHED, LEAVING
from retention.queries.likely_reasons import likely_reasons
from retention.services.call_parts import call_parts
from retention.services.ensure_policy import retention_rules
from retention.services.errors import RetentionError

State, Source = RetentionCase.State, RetentionCase.Source


@transaction.atomic
def open_case(
    *,
    client: Client,
    source: str,
    actor: Staff | None = None,
    request: LeavingRequest | None = None,
    now: datetime | None = None,
) -> RetentionCase | None:
    """The open case of the client, if there is one, else a new one with its parts called.

    None where nobody may talk: the account is closed, the client has declined to talk within the policy's days of rest, or,
    for signs alone, a case has ended within them.
    """
    at = timezone.localtime(now)
    fresh = (
        Client.objects.select_for_update(no_key=True, of=("self",))
        .select_related("branch", "figures", "advisor", "advisor__account")
        .get(pk=client.pk)
    )
    rules = retention_rules(fresh.branch, on=at.date())
    since = at - timedelta(days=rules.case.rest_days)
    if fresh.status == ClientStatus.CLOSED or _wants_no_talk(fresh, request, since):
        return None
    standing: RetentionCase | None = RetentionCase.objects.filter(client=fresh, state=State.OPEN).first()
    if standing is not None:
        return _joined(standing, request)
    if source == Source.SIGNAL and actor is None and _ended_since(fresh, since):
        return None
    case = RetentionCase.objects.create(
        branch=fresh.branch,
        client=fresh,
        advisor_id=fresh.advisor_id,
        tier=fresh.figures.tier,
        source=source,
        request=request,
        likely=_stored(likely_reasons(fresh, on=at.date())),
        opened_by=actor,
        assets=fresh.figures.total_assets,
        revenue=fresh.figures.revenue_12m,
    )
    call_parts(case=case, rules=rules, now=at)
    audit.record(
        action="retention.case_opened",
        actor=actor,
        branch=fresh.branch,
        target=case,
        detail={"client": fresh.pk, "source": source, "request": request.pk if request else None},
    )
    return case


def open_by_hand(*, client: Client, actor: Staff) -> RetentionCase:
    """By somebody of the branch; about the client's request, where one runs. Raises RetentionError where nobody may call."""
    asked = LeavingRequest.objects.filter(client=client, kind__in=LEAVING).exclude(state__in=FINISHED)
    request = asked.order_by("-pk").first()
    source = Source.REQUEST if request else Source.SIGNAL
    case = open_case(client=client, source=source, request=request, actor=actor)
    if case is None:
        text = _("Nobody calls this client: the client declined to talk, or the account is closed.")
        raise RetentionError(text, field="client_no")
    return case


def open_cases_of_new_requests(*, now: datetime | None = None) -> int:
    """Open requests that no case has answered yet. Never again for a client whose case has ended since the request came."""
    answered = RetentionCase.objects.filter(client=OuterRef("client")).filter(
        Q(request=OuterRef("pk"))
        | Q(state=State.OPEN, request__isnull=False)
        | Q(closed_at__gte=OuterRef("entered_at"))
    )
    waiting = (
        LeavingRequest.objects.filter(kind__in=LEAVING, declined_talk_at=None)
        .exclude(state__in=FINISHED)
        .exclude(Exists(answered))
        .select_related("client")
        .order_by("pk")
    )
    opened = [open_case(client=request.client, source=Source.REQUEST, request=request, now=now) for request in waiting]
    return sum(case is not None for case in opened)


def _wants_no_talk(client: Client, request: LeavingRequest | None, since: datetime) -> bool:
    declined = Q(declined_talk_at__gte=since) | Q(declined_talk_at__isnull=False, pk=request.pk if request else None)
    if LeavingRequest.objects.filter(declined, client=client).exists():
        return True
    cases = RetentionCase.objects.filter(client=client, outcome=RetentionCase.Outcome.DECLINED)
    return cases.filter(closed_at__gte=since).exists()


def _ended_since(client: Client, since: datetime) -> bool:
    return RetentionCase.objects.filter(client=client, closed_at__gte=since).exists()


def _joined(case: RetentionCase, request: LeavingRequest | None) -> RetentionCase:
    """A case of signs whose client has meanwhile asked: the request is what it is about now."""
    if request is not None and case.request_id is None:
        case.request = request
        case.save(update_fields=["request"])
    return case


def _stored(ranked: Sequence[Likely]) -> Any:
    rows = [
        {
            "reason": likely.reason,
            "weight": likely.weight,
            "signs": [{"code": sign.code, "facts": dict(sign.facts)} for sign in likely.signs],
        }
        for likely in ranked
    ]
    return json.loads(json.dumps(rows, cls=DjangoJSONEncoder))
