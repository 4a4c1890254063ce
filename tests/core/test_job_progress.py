"""Progress is told on a line of its own: seen at once, told while a COPY runs, kept when the step is rolled back."""

import io
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, connections, transaction

from branch_crm.core.jobs import LeaseLost, Progress, enqueue, job_kind, progress, runner
from branch_crm.core.models import JobRun

seen: list[tuple[str, int, int]] = []


def seen_by_others(job_id: int) -> tuple[str, int, int]:
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("SELECT step, done, total FROM core_jobrun WHERE id = %s", [job_id])
        row = cursor.fetchone()
    other.close()
    return row


class Rows(io.TextIOBase):
    """Rows for COPY that tell how far they are, as an import does."""

    def __init__(self, told: Progress) -> None:
        self.told = told
        self.rows: Iterator[int] = iter(range(1, 4))

    def read(self, size: int = -1) -> str:
        number = next(self.rows, None)
        if number is None:
            return ""
        self.told.advance_to(number)
        seen.append(seen_by_others(self.told.job.pk))
        return f"{number}\n"


@job_kind("tests.copy")
def copy_rows(told: Progress) -> dict[str, Any]:
    told.step("Copying", total=3)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE copied (number int) ON COMMIT DROP")
        cursor.copy_expert("COPY copied FROM STDIN", Rows(told))
        cursor.execute("SELECT count(*) FROM copied")
        rows = cursor.fetchone()[0]
        told.save_checkpoint(rows=rows)
        transaction.set_rollback(True)
    return {"rows": rows}


@pytest.mark.django_db(transaction=True)
def test_others_see_how_far_a_copy_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "WRITE_EVERY", 0)
    seen.clear()
    job = enqueue("tests.copy", key="tests.copy:1", branch=None)
    done = runner.run(job.pk)
    assert done is not None
    assert (done.state, done.result, done.checkpoint) == (JobRun.State.SUCCEEDED, {"rows": 3}, {"rows": 3})
    assert seen == [("Copying", 1, 3), ("Copying", 2, 3), ("Copying", 3, 3)]


@pytest.mark.django_db
def test_a_lost_lease_stops_the_work() -> None:
    job = JobRun.objects.create(
        kind="tests.copy", key="tests.copy:2", state=JobRun.State.RUNNING, lease_token=uuid.uuid4()
    )
    with pytest.raises(LeaseLost):
        Progress(job, uuid.uuid4()).step("Copying")
