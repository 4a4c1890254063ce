"""`kill -9` in the middle of a night: another worker takes over, and the end is that of a night nobody disturbed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from branch_crm.core.jobs import runner, watchdog
from branch_crm.core.models import Branch, JobRun
from branch_crm.night.run import start_night
from tests.fixtures.rich_branch import last_session, write_extract
from tests.fixtures.worker import start_worker, stop_worker

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]

#: Per table, what both nights must have written; keys, moments and fingerprints (which hold keys) differ.
RESULTS = {
    "clients_client": "client_no, name, status, phone_blind, counter_service_no, search_tokens",
    "clients_trade": "row_key, amount, net_commission",
    "clients_assetsnapshot": "day, total",
    "clients_cashflow": "amount",
    "clients_monthlysum": "month, trades, net_commission, inflow, outflow",
    "clients_clientvalue": "value, tier, rank, value_type, is_core",
    "clients_clientbehaviour": "persona, confidence",
    "allocation_assignment": "starts, ends, reason",
    "allocation_reviewflag": "kind, first_seen, closed_on",
    "core_auditentry": "action",
}


def results(branch: Branch) -> dict[str, list[tuple[object, ...]]]:
    found = {}
    with connection.cursor() as cursor:
        for table, columns in RESULTS.items():
            cursor.execute(f"SELECT {columns} FROM {table} WHERE branch_id = %s ORDER BY {columns}", [branch.pk])
            found[table] = cursor.fetchall()
    return found


def drop(branch: Branch, extract: Path) -> None:
    """Into the branch's drop folder, as if it had lain there for a while."""
    folder = Path(settings.EXTRACT_DROP_DIR) / branch.code / "extract"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(extract, folder)
    for file in folder.iterdir():
        os.utime(file, (time.time() - 600, time.time() - 600))


def wait_for(condition: Callable[[], bool], *, seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.05)


def test_a_killed_worker_costs_time_and_nothing_else(worker: subprocess.Popen[bytes], tmp_path: Path) -> None:
    quiet_branch, harmed_branch = (Branch.objects.create(code=f"K{at}", name="夜间") for at in (1, 2))
    extract = write_extract(tmp_path / "extract", clients=1_500, months=6)
    for branch in (quiet_branch, harmed_branch):
        drop(branch, extract)

    # The unharmed night, in this process.
    quiet = start_night(branch=quiet_branch, day=last_session())
    runner.run(quiet.pk)

    # The other one dies while it loads the trades, between two of its commits.
    job = start_night(branch=harmed_branch, day=last_session())
    wait_for(lambda: JobRun.objects.get(pk=job.pk).step == "Loading trades")
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    dead = JobRun.objects.get(pk=job.pk)
    assert dead.state == JobRun.State.RUNNING

    # Its lease runs out; the watchdog gives it to whoever is there.
    JobRun.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    second = start_worker(tmp_path / "second.log")
    try:
        assert watchdog.sweep()["published"] == 1
        wait_for(lambda: JobRun.objects.get(pk=job.pk).is_final)
    finally:
        stop_worker(second)
    job.refresh_from_db()
    quiet.refresh_from_db()
    assert (job.state, job.error, job.attempts) == (JobRun.State.SUCCEEDED, "", 2)
    expected, found = results(quiet_branch), results(harmed_branch)
    different = {
        table: (len(expected[table]), len(found[table])) for table in RESULTS if expected[table] != found[table]
    }
    assert different == {}
