"""Run web, worker and beat as one: all of them or none.

They stop together, by a signal or because one of them ended, and before the servers they need. A killed supervisor takes
them along: the kernel signals each child when its parent dies.
"""

import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from branch_crm.embedded import children

TAIL = 20


class Stop(BaseException):
    """Somebody asked us to end. Not an Exception: nothing on the way may swallow it."""


@dataclass(frozen=True)
class Program:
    name: str
    command: Sequence[str]


class Crashed(RuntimeError):
    """A program ended by itself; the message shows its last lines."""


def stop_on_signals() -> None:
    """From here on Ctrl-C, SIGTERM and a closed terminal raise Stop in the main thread, once."""

    def raise_stop(number: int, frame: FrameType | None) -> None:
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, signal.SIG_IGN)
        raise Stop

    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, raise_stop)


def supervise(
    programs: Sequence[Program], *, logs: Path, cwd: Path, is_up: Callable[[], bool], announce: Callable[[], None]
) -> None:
    """Start the programs, call `announce` once `is_up` says so, and stay until Stop or a crash.

    Raises Stop or Crashed, in both cases after all programs have ended.
    """
    announced = False
    running: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for program in programs:
            with (logs / f"{program.name}.log").open("wb") as log:
                running[program.name] = children.spawn(program.command, log=log, cwd=cwd)
        while True:
            _check(running, logs)
            if not announced and is_up():
                announce()
                announced = True
            time.sleep(0.3)
    except Crashed as crash:
        # What is left of the group of the one that ended, e.g. workers of a killed master.
        for process in running.values():
            if process.poll() is not None:
                children.kill_group(process)
        raise crash from None
    finally:
        children.stop(list(running.values()))


def _check(running: dict[str, "subprocess.Popen[bytes]"], logs: Path) -> None:
    """Raises Crashed when one of the programs has ended."""
    for name, process in running.items():
        if process.poll() is not None:
            lines = (logs / f"{name}.log").read_text(errors="replace").splitlines()[-TAIL:]
            raise Crashed(f"{name} ended with status {process.returncode}. Its last lines:\n  " + "\n  ".join(lines))
