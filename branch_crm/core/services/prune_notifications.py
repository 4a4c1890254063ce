from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from branch_crm.core.models import Branch, Notification

#: What nobody has looked at for three months is no news.
KEPT = timedelta(days=90)


def prune_notifications(*, branch: Branch, on: date) -> int:
    """Remove a branch's notifications of more than 90 days ago, read or not, and those of the firm's own staff."""
    oldest = timezone.make_aware(datetime.combine(on - KEPT, time.min))
    old = Notification.objects.filter(Q(branch=branch) | Q(branch__isnull=True), created_at__lt=oldest)
    return old.delete()[0]
