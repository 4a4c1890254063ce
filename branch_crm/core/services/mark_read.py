from __future__ import annotations

from django.utils import timezone

from branch_crm.core.models import Notification, Staff


def mark_read(*, user: Staff, pk: int | None = None) -> int:
    """Mark one of the person's notifications as read, or all of them; how many were unread until now."""
    unread = Notification.objects.visible_to(user).unread()
    if pk is not None:
        unread = unread.filter(pk=pk)
    return unread.update(read_at=timezone.now())
