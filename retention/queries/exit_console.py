"""What whoever stands at the counter must know of a client in five seconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from branch_crm.core.models import Staff
from clients.models import Client
from retention.domain.concessions import Priced
from retention.domain.likely_reasons import Likely
from retention.domain.rules import RetentionRules
from retention.models import LeavingRequest, Reason
from retention.queries.likely_reasons import likely_reasons
from retention.queries.offers import priced_for
from servicelog.models import Complaint, Promise

SHOWN_REASONS = 3


@dataclass(frozen=True)
class LikelyReason:
    """A guess with the reason's own words, and what speaks for it."""

    reason: Reason
    likely: Likely


@dataclass(frozen=True)
class ExitCard:
    """years: with us, full ones; None = the day of opening is not known. requests: open ones first, then the last two."""

    client: Client
    years: int | None
    likely: Sequence[LikelyReason]
    complaints: Sequence[Complaint]
    promises: Sequence[Promise]
    requests: Sequence[LeavingRequest]
    offers: Sequence[Priced]


def exit_card(user: Staff, client: Client, *, on: date, rules: RetentionRules) -> ExitCard:
    """The client has been fetched through the user, with figures and advisor."""
    ranked = likely_reasons(client, on=on)[:SHOWN_REASONS]
    listed = Reason.objects.visible_to(user).filter(code__in=[likely.reason for likely in ranked])
    by_code = {reason.code: reason for reason in listed.select_related("parent")}
    requests = LeavingRequest.objects.visible_to(user).filter(client=client).order_by("-applied_at")
    return ExitCard(
        client=client,
        years=_full_years(client.opened_on, on) if client.opened_on else None,
        likely=[LikelyReason(by_code[likely.reason], likely) for likely in ranked if likely.reason in by_code],
        complaints=list(
            Complaint.objects.visible_to(user).filter(client=client).exclude(state=Complaint.State.SETTLED)
        ),
        promises=list(
            Promise.objects.visible_to(user).filter(client=client, state=Promise.State.OPEN).order_by("due_on")
        ),
        requests=sorted(requests[:5], key=lambda request: not request.is_open),
        offers=priced_for(client, rules),
    )


def _full_years(start: date, on: date) -> int:
    return on.year - start.year - ((on.month, on.day) < (start.month, start.day))
