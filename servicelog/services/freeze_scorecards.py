"""Close a month: its cards never change again; granted disputes stand beside them."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from branch_crm.core import audit
from branch_crm.core.models import Branch, Staff
from servicelog.models import Scorecard, ScorecardDispute
from servicelog.notifications import tell_month_frozen
from servicelog.queries.scorecard.figures import end_of
from servicelog.services.errors import ServiceLogError
from servicelog.services.work_out_scorecards import lock_scorecards


@transaction.atomic
def freeze_scorecards(*, branch: Branch, month: date, actor: Staff, note: str = "", today: date | None = None) -> int:
    """What is frozen is what the page showed: nothing is worked out anew. Returns the cards frozen; 0 when they were already.

    Raises ServiceLogError for a month that is not over or has no cards, and for open disputes without a note.
    """
    first, day = month.replace(day=1), today or timezone.localdate()
    if end_of(first) >= day:
        raise ServiceLogError(_("This month is not over yet."), field="month")
    lock_scorecards(branch)
    cards = Scorecard.objects.select_for_update(of=("self",)).filter(branch=branch, month=first)
    cards = cards.select_related("advisor__account")
    running = [card for card in cards if not card.is_frozen]
    if not cards:
        raise ServiceLogError(_("There are no scorecards of this month."), field="month")
    disputes = ScorecardDispute.objects.filter(scorecard__in=running, state=ScorecardDispute.State.OPEN).count()
    if disputes and not note.strip():
        raise ServiceLogError(
            _("Figures are still in dispute. Answer them first, or say why the month is frozen before that."),
            field="note",
        )
    Scorecard.objects.filter(pk__in=[card.pk for card in running]).update(
        state=Scorecard.State.FROZEN,
        frozen_at=timezone.now(),
        frozen_by=actor,
        freeze_note=note.strip()[:300],
    )
    if running:
        audit.record(
            action="servicelog.scorecards_frozen",
            actor=actor,
            branch=branch,
            detail={
                "month": f"{first:%Y-%m}",
                "cards": len(running),
                "open_disputes": disputes,
                "note": note.strip()[:300],
            },
        )
        tell_month_frozen(branch, first, [card.advisor for card in running], actor)
    return len(running)
