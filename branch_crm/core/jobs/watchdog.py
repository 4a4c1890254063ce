"""Once a minute: deliver what the broker lost and take work away from workers that died."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from branch_crm.core.jobs.ledger import publish, tell_end
from branch_crm.core.jobs.runner import MAX_ATTEMPTS
from branch_crm.core.models import JobRun

#: A message that has not been picked up for this long is sent again; `take` makes a doubled message harmless.
UNDELIVERED_AFTER = timedelta(minutes=2)


def sweep() -> dict[str, int]:
    """Returns how many runs were given out again and how many were given up."""
    now = timezone.now()
    dead = Q(state=JobRun.State.RUNNING, lease_until__lt=now)
    given_up = _give_up(dead)
    lost = Q(state=JobRun.State.QUEUED) & (
        Q(published_at__lt=now - UNDELIVERED_AFTER)
        | Q(published_at__isnull=True, created_at__lt=now - timedelta(seconds=10))
    )
    ids = list(JobRun.objects.filter(dead | lost).values_list("pk", flat=True))
    return {"published": sum(publish(pk) for pk in ids), "given_up": given_up}


@transaction.atomic
def _give_up(dead: Q) -> int:
    hopeless = JobRun.objects.select_for_update(skip_locked=True).filter(dead, attempts__gte=MAX_ATTEMPTS)
    ids = list(hopeless.values_list("pk", flat=True))
    JobRun.objects.filter(pk__in=ids).update(
        state=JobRun.State.FAILED,
        error="worker died repeatedly",
        lease_token=None,
        lease_until=None,
        finished_at=timezone.now(),
    )
    for pk in ids:
        tell_end(pk)
    return len(ids)
