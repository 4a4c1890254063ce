"""Run one job of the ledger in this process: used by the Celery task, by commands and by tests."""

from __future__ import annotations

import threading
import uuid
from typing import Any

import pghistory
import structlog
from django.db import DEFAULT_DB_ALIAS, close_old_connections, connection, connections
from django.utils import timezone

from branch_crm.core.jobs.ledger import finish, take
from branch_crm.core.jobs.progress import LEASE, LeaseLost, Progress
from branch_crm.core.jobs.registry import KINDS
from branch_crm.core.models import JobRun

log = structlog.get_logger(__name__)

#: A run that kills its worker this often is not given out again by itself.
MAX_ATTEMPTS = 5


def run(job_id: int) -> JobRun | None:
    """Take and run; returns the finished row, or None when there was nothing to take."""
    taken = take(job_id)
    if taken is None:
        return None
    job, token = taken
    stop = threading.Event()
    # In tests everything shares one transaction, which a second connection could not see.
    alone = connection.in_atomic_block
    line = None if alone else connections.create_connection(DEFAULT_DB_ALIAS)
    progress = Progress(job, token, line)
    keeper = None if alone else threading.Thread(target=_keep_lease, args=(job.pk, token, stop))
    if keeper:
        keeper.daemon = True
        keeper.start()
    try:
        with pghistory.context(job=job.pk, user=job.created_by_id):
            result: dict[str, Any] | None = KINDS[job.kind](progress, **job.params)
        finish(job.pk, token, state=JobRun.State.SUCCEEDED, result=result)
    except LeaseLost:
        log.warning("job_lease_lost", job=job.pk)
    except Exception as error:
        log.exception("job_failed", job=job.pk, kind=job.kind)
        # The first line only: below it PostgreSQL quotes the row concerned, and this text is shown on pages.
        reason = str(error).partition("\n")[0]
        finish(job.pk, token, state=JobRun.State.FAILED, error=f"{type(error).__name__}: {reason}"[:2000])
    finally:
        stop.set()
        if keeper:
            keeper.join(timeout=5)
        if line:
            line.close()
    job.refresh_from_db()
    return job


def _keep_lease(job_id: int, token: uuid.UUID, stop: threading.Event) -> None:
    """Renew the lease through long single statements; dies with the process, so a killed worker lets go."""
    try:
        while not stop.wait(LEASE.total_seconds() / 4):
            held = JobRun.objects.filter(pk=job_id, lease_token=token)
            if not held.update(lease_until=timezone.now() + LEASE):
                return
            close_old_connections()
    finally:
        connection.close()
