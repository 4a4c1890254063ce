"""The one check that something may still be put forward in a notice period."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from allocation.models import Notice
from allocation.services.errors import PlanConflict


def lock_running(notice: Notice, today: date | None = None) -> Notice:
    """The notice, locked, if it runs; else PlanConflict with the day on which it ended. Inside the caller's transaction."""
    fresh = Notice.objects.select_for_update(of=("self",)).select_related("plan__branch").get(pk=notice.pk)
    if not fresh.is_running(today or timezone.localdate()):
        ended = timezone.localdate(fresh.closed_at) if fresh.closed_at else fresh.ends
        raise PlanConflict(
            _("The notice ended on %(day)s; nothing more can be put forward.")
            % {"day": min(ended, fresh.ends).isoformat()},
            code="ended",
        )
    return fresh
