"""What running work holds: its lease, its progress, its checkpoint."""

from __future__ import annotations

import time
import uuid
from datetime import timedelta
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone
from psycopg2.extras import Json

from branch_crm.core.models import JobRun

#: A worker that says nothing for this long is taken for dead.
LEASE = timedelta(seconds=60)
#: Progress is written at most this often (seconds); the lease is renewed by the same write.
WRITE_EVERY = 0.5


class LeaseLost(Exception):
    """Another worker has taken this run over; stop without writing anything more."""


class Progress:
    """Handed to a job function. Every write checks that this worker still holds the lease.

    `line` is a connection of its own: progress is seen at once although the work goes on in a long transaction, it can be
    told while a COPY is under way, and a step that is rolled back does not take the lease along. Without one (in tests that
    never commit) only steps and checkpoints are written: nobody could see more.
    """

    def __init__(self, job: JobRun, token: uuid.UUID, line: BaseDatabaseWrapper | None = None) -> None:
        self.job = job
        self.token = token
        self._line: BaseDatabaseWrapper = line or connections[DEFAULT_DB_ALIAS]
        self._tells_on_the_way = line is not None
        self._written_at = 0.0
        self.checkpoint: dict[str, Any] = dict(job.checkpoint)

    def step(self, name: str, total: int = 0) -> None:
        """Begin a step. `name` is a short English phrase, translated where it is shown; `total` its units, 0 = unknown."""
        self._write(step=name, done=0, total=total)

    def advance_to(self, done: int) -> None:
        """Report units done so far in this step; cheap to call often."""
        if self._is_due():
            self._write(done=min(done, self.job.total))

    def save_checkpoint(self, **values: Any) -> None:
        """Remember what need not be done again, should the worker die now."""
        self.checkpoint.update(values)
        self._write(checkpoint=self.checkpoint)

    def heartbeat(self) -> None:
        """Renew the lease from a long quiet stretch."""
        if self._is_due():
            self._write()

    def _is_due(self) -> bool:
        return self._tells_on_the_way and time.monotonic() - self._written_at >= WRITE_EVERY

    def _write(self, **fields: Any) -> None:
        values = {"lease_until": timezone.now() + LEASE, **fields}
        prepared = [Json(value) if isinstance(value, dict) else value for value in values.values()]
        assignments = ", ".join(f"{name} = %s" for name in values)
        with self._line.cursor() as cursor:
            cursor.execute(
                f"UPDATE core_jobrun SET {assignments} WHERE id = %s AND lease_token = %s AND state = %s",
                [*prepared, self.job.pk, self.token, JobRun.State.RUNNING],
            )
            if cursor.rowcount == 0:
                raise LeaseLost(self.job.key)
        for name, value in fields.items():
            setattr(self.job, name, value)
        self._written_at = time.monotonic()
