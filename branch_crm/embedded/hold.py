"""Use the embedded servers: start them or join those that run, and keep them while this process lives."""

import fcntl
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

from branch_crm.embedded.home import CannotServe
from branch_crm.embedded.locks import Locks

PROJECT = Path(__file__).resolve().parent.parent.parent

_held: dict[Path, IO[str]] = {}


def needed() -> bool:
    """The embedded servers serve whoever names no database of its own."""
    return not os.environ.get("DATABASE_URL")


def data_dir() -> Path:
    return Path(os.environ.get("DATA_DIR") or PROJECT / ".data")


def hold(folder: Path | None = None, seconds: float = 150) -> None:
    """Return when both servers of the data folder answer; they stay until the last holder has ended.

    Raises CannotServe with the reason when they do not come up.
    """
    folder = (folder or data_dir()).resolve()
    if folder in _held:
        return
    try:
        locks = Locks(folder)
    except PermissionError as error:
        raise CannotServe(
            f"{folder} belongs to another account ({error}). Run as that account,"
            " or set DATA_DIR to a folder of your own."
        ) from error
    users = locks.users.open()
    fcntl.flock(users, fcntl.LOCK_SH)  # waits for a keeper that is just stopping
    try:
        with locks.start.open() as start:
            fcntl.flock(start, fcntl.LOCK_EX)
            _await_ready(locks, folder, seconds)
    except BaseException:
        users.close()
        raise
    _held[folder] = users


def release(folder: Path | None = None, seconds: float = 40) -> None:
    """Stop holding. Where nobody else holds, return when the servers have stopped."""
    folder = (folder or data_dir()).resolve()
    users = _held.pop(folder, None)
    if users is None:
        return
    users.close()
    locks = Locks(folder)
    end = time.monotonic() + seconds
    others = 0  # seen in a row: the keeper, too, tries the lock for an instant
    while time.monotonic() < end and locks.has_keeper() and others < 3:
        others = others + 1 if locks.has_users() else 0
        time.sleep(0.1)


def _await_ready(locks: Locks, folder: Path, seconds: float) -> None:
    end = time.monotonic() + seconds
    keeper: subprocess.Popen[bytes] | None = None
    while time.monotonic() < end:
        if locks.has_keeper():
            if locks.is_ready():
                return
        elif keeper is None:
            keeper = _start_keeper(folder)
        elif keeper.poll() is not None:
            reason = locks.failure.read_text() if locks.failure.exists() else f"see {folder / 'logs' / 'keeper.log'}"
            raise CannotServe(f"The embedded servers do not start: {reason}")
        time.sleep(0.03)
    raise CannotServe(f"The embedded servers did not come up within {seconds:.0f} s; see {folder / 'logs'}.")


def _start_keeper(folder: Path) -> "subprocess.Popen[bytes]":
    logs = folder / "logs"
    logs.mkdir(mode=0o700, exist_ok=True)
    with (logs / "keeper.log").open("ab") as log:
        # A session of its own: Ctrl-C in our terminal is not meant for the servers others may use.
        return subprocess.Popen(
            [sys.executable, "-m", "branch_crm.embedded.keeper", str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=PROJECT,
            start_new_session=True,
        )
