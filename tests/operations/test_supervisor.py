"""One supervisor: everything up, or everything down."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from branch_crm.demo.supervisor import Crashed, Program, supervise
from branch_crm.embedded import children
from tests.operations import processes

SLEEP = "import time; print('here', flush=True); time.sleep(60)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('here', flush=True); time.sleep(60)"
)
SUPERVISOR = f"""
import sys
from pathlib import Path
from branch_crm.demo.supervisor import Program, Stop, stop_on_signals, supervise
stop_on_signals()
programs = [Program(n, [sys.executable, "-c", {SLEEP!r}, sys.argv[1]]) for n in ("web", "worker")]
try:
    supervise(programs, logs=Path(sys.argv[1]), cwd=Path("/"), is_up=lambda: True, announce=lambda: print("up", flush=True))
except Stop:
    sys.exit(0)
"""


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_the_end_of_one_is_the_end_of_all(tmp_path: Path) -> None:
    programs = [
        Program("web", [*python(SLEEP), str(tmp_path)]),
        Program("worker", python("print('no room left'); raise SystemExit(3)")),
    ]
    with pytest.raises(Crashed, match=r"worker ended with status 3(.|\n)*no room left"):
        supervise(programs, logs=tmp_path, cwd=tmp_path, is_up=lambda: False, announce=lambda: None)
    assert not processes.of(tmp_path)


def test_a_program_that_does_not_listen_is_killed_with_its_children(tmp_path: Path) -> None:
    fork = f"import os, sys\nos.fork()\n{STUBBORN}"
    with (tmp_path / "log").open("wb") as log:
        process = children.spawn([*python(fork), str(tmp_path)], log=log)
    assert processes.wait_for(lambda: (tmp_path / "log").read_bytes().count(b"here") == 2)
    begun = time.monotonic()
    children.stop([process], patience=0.5)
    assert time.monotonic() - begun < 5
    assert process.returncode == -signal.SIGKILL
    assert processes.wait_for(lambda: not processes.of(tmp_path), seconds=5)


@pytest.mark.parametrize(
    ("how", "status"), [(signal.SIGTERM, 0), (signal.SIGINT, 0), (signal.SIGHUP, 0), (signal.SIGKILL, -signal.SIGKILL)]
)
def test_no_orphans_however_it_ends(tmp_path: Path, how: signal.Signals, status: int) -> None:
    supervisor = subprocess.Popen(
        [*python(SUPERVISOR), str(tmp_path)], cwd=processes.PROJECT, stdout=subprocess.PIPE, text=True
    )
    assert supervisor.stdout is not None
    assert supervisor.stdout.readline() == "up\n"
    os.kill(supervisor.pid, how)
    assert supervisor.wait(20) == status
    assert processes.wait_for(lambda: not processes.of(tmp_path), seconds=5), processes.of(tmp_path)
