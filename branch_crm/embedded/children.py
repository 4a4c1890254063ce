"""Child processes that cannot outlive us: own process group, and a signal from the kernel when the parent dies."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import IO, Any

PR_SET_PDEATHSIG = 1


def dies_with_parent(with_signal: int) -> Callable[[], None]:
    """For preexec_fn. Must follow the change of user, which clears the setting; subprocess keeps that order."""
    parent = os.getpid()
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None

    def ask_kernel() -> None:
        if libc is not None:
            libc.prctl(PR_SET_PDEATHSIG, with_signal)
        if os.getppid() != parent:
            os.kill(os.getpid(), with_signal)

    return ask_kernel


def spawn(
    command: Sequence[str], *, log: IO[bytes], on_parent_death: int = signal.SIGTERM, **options: Any
) -> "subprocess.Popen[bytes]":
    """Start a child in its own process group, its output in `log`."""
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        process_group=0,
        preexec_fn=dies_with_parent(on_parent_death),  # noqa: PLW1509 - the callers have one thread
        **options,
    )


def stop(processes: Sequence["subprocess.Popen[bytes]"], *, ask: int = signal.SIGTERM, patience: float = 10) -> None:
    """Ask all of them to end; kill the groups of those that do not within `patience` seconds."""
    for process in processes:
        if process.poll() is None:
            process.send_signal(ask)
    end = time.monotonic() + patience
    for process in processes:
        try:
            process.wait(max(0.0, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            kill_group(process)
            process.wait()


def kill_group(process: "subprocess.Popen[bytes]") -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
