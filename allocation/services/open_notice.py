"""Open a proposal to the advisors it touches, for a number of trading days."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from allocation.models import Notice, Plan
from allocation.notifications import tell_notice_opened
from allocation.services.close_notice import end_notice
from allocation.services.errors import AllocationError, PlanConflict
from branch_crm.core import audit, trading_calendar
from branch_crm.core.models import Staff

LONGEST = 60


@transaction.atomic
def open_notice(*, plan: Plan, actor: Staff, trading_days: int, note: str = "", today: date | None = None) -> Notice:
    """Today counts as the first day where it is a trading day, else the next one; the last day counts to its end.

    The plan stays proposed and may be decided on; only its publication waits. Raises PlanConflict while a notice runs or
    when the plan is not a proposal, AllocationError for a number of days out of range or a plan that moves nobody.
    """
    fresh = Plan.objects.select_for_update(of=("self",)).select_related("branch").get(pk=plan.pk)
    if fresh.state != Plan.State.PROPOSED:
        raise PlanConflict(
            _("A plan that is %(state)s cannot be opened to the advisors.") % {"state": fresh.get_state_display()},
            code=fresh.state,
        )
    if not 1 <= trading_days <= LONGEST:
        raise AllocationError(
            _("A notice lasts from 1 to %(longest)d trading days.") % {"longest": LONGEST}, field="trading_days"
        )
    if not fresh.lines.exists():
        raise AllocationError(_("This plan moves nobody; there is nothing to open."))
    day = today or timezone.localdate()
    _end_earlier(fresh, day)
    calendar = trading_calendar.load()
    starts = calendar.shift(day, 0)
    notice = Notice.objects.create(
        plan=fresh,
        opened_by=actor,
        starts=starts,
        ends=calendar.shift(starts, trading_days - 1),
        note=note.strip()[:300],
    )
    audit.record(
        action="allocation.notice_opened",
        actor=actor,
        branch=fresh.branch,
        target=fresh,
        detail={
            "number": fresh.number,
            "from": notice.starts.isoformat(),
            "until": notice.ends.isoformat(),
            "trading_days": trading_days,
        },
    )
    tell_notice_opened(notice, actor)
    return notice


def _end_earlier(plan: Plan, day: date) -> None:
    """A period past its last day that the night has not closed yet is closed here; one that runs stands in the way."""
    earlier = plan.notices.filter(closed_at__isnull=True).select_related("plan__branch").first()
    if earlier is None:
        return
    if earlier.ends >= day:
        raise PlanConflict(
            _("The plan already lies open to the advisors, until %(day)s.") % {"day": earlier.ends.isoformat()},
            code="open",
        )
    end_notice(earlier, None, "")
