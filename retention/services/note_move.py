"""Note what another firm was seen to do."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from branch_crm.core import audit
from branch_crm.core.models import Branch, Staff
from retention.models import CompetitorMove
from retention.services.errors import RetentionError


@transaction.atomic
def note_move(
    *,
    branch: Branch,
    broker: str,
    what: str,
    seen_on: date,
    source: str,
    actor: Staff,
    rate: Decimal | None = None,
    note: str = "",
) -> CompetitorMove:
    """The same seen twice at the same place is once. Raises RetentionError for a day that has not come, and a rate without one."""
    if seen_on > timezone.localdate():
        raise RetentionError(_("This day has not come yet."), field="seen_on")
    if what == CompetitorMove.What.RATE and rate is None:
        raise RetentionError(_("Say which rate was seen."), field="rate")
    same = {
        "branch": branch,
        "broker": broker.strip(),
        "what": what,
        "rate": rate,
        "seen_on": seen_on,
        "source": source.strip(),
    }
    move, created = CompetitorMove.objects.get_or_create(**same, defaults={"note": note.strip(), "entered_by": actor})
    if created:
        audit.record(action="retention.competitor_noted", actor=actor, branch=branch, target=move)
    return move
