"""An advisor disputes one figure of the own scorecard."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from branch_crm.core import audit
from branch_crm.core.models import Staff
from servicelog.domain.scorecard import CAPS, SCORED, read_scorecard_rules
from servicelog.models import Scorecard, ScorecardDispute
from servicelog.notifications import tell_figure_disputed
from servicelog.services.answer_scorecard_dispute import points_lost
from servicelog.services.errors import ServiceLogError

#: Figures by which somebody can lose points.
DISPUTABLE = (*SCORED, *CAPS)


@transaction.atomic
def dispute_scorecard(
    *, scorecard: Scorecard, indicator: str, text: str, actor: Staff, today: date | None = None
) -> ScorecardDispute:
    """One open dispute a figure; asked again, the first stays. Raises ServiceLogError with the field that is wrong."""
    fresh = (
        Scorecard.objects.select_for_update(of=("self",))
        .select_related("branch", "policy", "advisor")
        .get(pk=scorecard.pk)
    )
    if fresh.advisor.account_id != actor.pk:
        raise ServiceLogError(_("Only the advisor whose scorecard it is may dispute a figure."))
    if indicator not in DISPUTABLE or fresh.figures.get(indicator, {}).get("value") is None:
        raise ServiceLogError(_("There is nothing to dispute about this figure."), field="indicator")
    if points_lost(fresh, indicator) <= 0:
        raise ServiceLogError(_("There is nothing to dispute about this figure."), field="indicator")
    last = last_day_of_dispute(fresh)
    if last is not None and (today or timezone.localdate()) > last:
        raise ServiceLogError(
            _("The month was frozen; its figures could be disputed until %(day)s.") % {"day": last.isoformat()}
        )
    if not text.strip():
        raise ServiceLogError(_("Say what is wrong with the figure."), field="text")
    dispute, created = ScorecardDispute.objects.get_or_create(
        scorecard=fresh,
        indicator=indicator,
        state=ScorecardDispute.State.OPEN,
        defaults={"text": text.strip()[:500], "made_by": actor},
    )
    if created:
        audit.record(
            action="servicelog.scorecard_disputed",
            actor=actor,
            branch=fresh.branch,
            target=fresh,
            detail={"figure": indicator, "month": f"{fresh.month:%Y-%m}"},
        )
        tell_figure_disputed(dispute, actor)
    return dispute


def last_day_of_dispute(scorecard: Scorecard) -> date | None:
    """None while the month runs: figures may be disputed as they come."""
    if scorecard.frozen_at is None:
        return None
    days = read_scorecard_rules(scorecard.policy.rules).dispute_days
    return timezone.localdate(scorecard.frozen_at) + timedelta(days=days)
