"""Ask for work, take it under a lease, finish it, give it out again."""

from __future__ import annotations

import uuid
from typing import Any

import structlog
from celery import current_app
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from kombu.exceptions import OperationalError

from branch_crm.core import audit
from branch_crm.core.jobs.progress import LEASE
from branch_crm.core.jobs.registry import BACKGROUND, KINDS
from branch_crm.core.models import Branch, JobRun, Staff
from branch_crm.core.notifications import notify

log = structlog.get_logger(__name__)


def enqueue(kind: str, *, key: str, branch: Branch | None, actor: Staff | None = None, **params: Any) -> JobRun:
    """Write the ledger row and send the message after the commit. The same `key` gives the same run, whatever its state.

    `params` must be JSON and must not hold personal data: they are shown on the job page and travel through the broker's logs.
    """
    if kind not in KINDS:
        raise ValueError(f"unknown job kind {kind}")
    with transaction.atomic():
        job, created = JobRun.objects.get_or_create(
            key=key, defaults={"kind": kind, "branch": branch, "params": params, "created_by": actor}
        )
        if created:
            transaction.on_commit(lambda: publish(job.pk))
    return job


def publish(job_id: int) -> bool:
    """Hand the id to the broker. When the broker is away the row stays unpublished and the watchdog tries again."""
    kind = JobRun.objects.values_list("kind", flat=True).get(pk=job_id)
    try:
        # By name: the task module runs jobs and must not be needed to ask for one.
        current_app.send_task("core.run_job", args=[job_id], priority=BACKGROUND.get(kind, 0))
    except (OperationalError, OSError) as error:
        log.warning("job_not_published", job=job_id, error=type(error).__name__)
        return False
    JobRun.objects.filter(pk=job_id).update(published_at=timezone.now())
    return True


def take(job_id: int) -> tuple[JobRun, uuid.UUID] | None:
    """Take the lease, or None when the run is finished or somebody else's lease is alive."""
    token = uuid.uuid4()
    now = timezone.now()
    with transaction.atomic():
        job = JobRun.objects.select_for_update().filter(pk=job_id).first()
        if job is None or job.is_final:
            return None
        if job.state == JobRun.State.RUNNING and job.lease_until is not None and job.lease_until > now:
            return None
        job.state = JobRun.State.RUNNING
        job.lease_token = token
        job.lease_until = now + LEASE
        job.attempts += 1
        job.started_at = job.started_at or now
        job.error = ""
        job.save()
    return job, token


def finish(job_id: int, token: uuid.UUID, *, state: str, result: dict[str, Any] | None = None, error: str = "") -> bool:
    """Close the run if this worker still holds it, and tell whoever asked for it."""
    with transaction.atomic():
        closed = JobRun.objects.filter(pk=job_id, lease_token=token).update(
            state=state,
            result=result or {},
            error=error,
            lease_until=None,
            lease_token=None,
            finished_at=timezone.now(),
        )
        if closed:
            tell_end(job_id)
    return bool(closed)


def tell_end(job_id: int) -> None:
    """The page of the job for those who may see jobs. Run again, a job ends again and is told again."""
    job = JobRun.objects.select_related("created_by", "branch").get(pk=job_id)
    asker = job.created_by
    if asker is None or job.finished_at is None or not asker.has_perm("core.view_jobs"):
        return
    notify(
        recipients=[asker],
        kind="core.job_finished" if job.state == JobRun.State.SUCCEEDED else "core.job_failed",
        key=f"job:{job.pk}:{job.finished_at.isoformat(timespec='seconds')}",
        branch=job.branch,
        url=reverse("core:job_detail", args=[job.pk]),
        work=job.kind,
    )


@transaction.atomic
def rerun(*, job: JobRun, actor: Staff) -> JobRun:
    """Give a failed run out again; it goes on from its checkpoint."""
    fresh = JobRun.objects.select_for_update().get(pk=job.pk)
    if fresh.state in (JobRun.State.FAILED, JobRun.State.CANCELLED):
        fresh.state = JobRun.State.QUEUED
        fresh.error = ""
        fresh.finished_at = None
        fresh.published_at = None
        fresh.attempts = 0
        fresh.save()
        audit.record(action="core.job_rerun", actor=actor, branch=fresh.branch, target=fresh)
        transaction.on_commit(lambda: publish(fresh.pk))
    return fresh
