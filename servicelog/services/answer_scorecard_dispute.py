"""The director's answer to a disputed figure. A granted one adds points; the figure stays as it was worked out."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from branch_crm.core import audit
from branch_crm.core.models import Staff
from servicelog.domain.scorecard import CAPS
from servicelog.models import Scorecard, ScorecardDispute
from servicelog.notifications import tell_figure_answered
from servicelog.services.errors import ServiceLogError


@transaction.atomic
def answer_scorecard_dispute(
    *, dispute: ScorecardDispute, granted: bool, answer: str, actor: Staff, correction: float | None = None
) -> ScorecardDispute:
    """`correction`: points given back, more than 0 and at most those that the figure cost; needed when granted.

    Raises ServiceLogError when a colleague was faster, words are missing, or the points are out of range.
    """
    fresh = ScorecardDispute.objects.select_for_update(of=("self",)).select_related("made_by").get(pk=dispute.pk)
    card = Scorecard.objects.select_for_update(of=("self",)).select_related("branch").get(pk=fresh.scorecard_id)
    if fresh.state != ScorecardDispute.State.OPEN:
        raise ServiceLogError(
            _("This dispute has been answered already: %(state)s.") % {"state": fresh.get_state_display()}
        )
    if not answer.strip():
        raise ServiceLogError(_("Give the reasons of your answer; the advisor will read them."), field="answer")
    if granted:
        most = points_lost(card, fresh.indicator)
        if correction is None or not 0 < correction <= most:
            raise ServiceLogError(
                _("Give back more than 0 and at most %(most)s points: so many did this figure cost.")
                % {"most": f"{most:.2f}"},
                field="correction",
            )
        fresh.correction = round(correction, 2)
    fresh.state = ScorecardDispute.State.GRANTED if granted else ScorecardDispute.State.DECLINED
    fresh.answer, fresh.answered_by, fresh.answered_at = answer.strip()[:500], actor, timezone.now()
    fresh.save(update_fields=["state", "answer", "answered_by", "answered_at", "correction"])
    audit.record(
        action="servicelog.scorecard_dispute_answered",
        actor=actor,
        branch=card.branch,
        target=card,
        detail={"figure": fresh.indicator, "granted": granted, "points": fresh.correction},
    )
    tell_figure_answered(fresh, card, actor)
    return fresh


def points_lost(card: Scorecard, indicator: str) -> float:
    """How many points a figure cost, less what was given back for it before."""
    given_back = sum(
        row.correction for row in card.disputes.filter(indicator=indicator, state=ScorecardDispute.State.GRANTED)
    )
    if indicator in CAPS:
        before = sum(figure["points"] or 0 for figure in card.figures.values())
        cost = before - (card.points or 0) if card.cap == indicator else 0.0
    else:
        figure = card.figures[indicator]
        cost = (figure["weight"] or 0) - (figure["points"] or 0)
    return max(0.0, round(cost - given_back, 2))
