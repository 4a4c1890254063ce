"""The lock files by which the users of one data folder's servers and their keeper agree.

Only flock: the kernel drops a lock however its holder ended, so there is nothing to clean up.
"""

import contextlib
import fcntl
import time
from pathlib import Path
from typing import IO


class Locks:
    """Files below `<data_dir>/run/`."""

    def __init__(self, data_dir: Path) -> None:
        folder = data_dir / "run"
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        self.users = folder / "users.lock"
        self.keeper = folder / "keeper.lock"
        self.start = folder / "start.lock"
        self.ready = folder / "ready.lock"
        self.failure = folder / "failure"
        for path in (self.users, self.keeper, self.start, self.ready):
            path.touch(mode=0o600)

    def become_keeper(self, patience: float = 2.0) -> IO[str] | None:
        """The open lock file of the only keeper, or None when there is one already."""
        file = self.keeper.open()
        end = time.monotonic() + patience
        while time.monotonic() < end:
            # A user who merely looks whether there is a keeper holds this lock for an instant.
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return file
            time.sleep(0.02)
        file.close()
        return None

    def has_keeper(self) -> bool:
        """Also true while servers of a dead keeper are still on their way out: they inherit the lock."""
        return _is_held(self.keeper, fcntl.LOCK_SH)

    def say_ready(self) -> IO[str]:
        """The keeper holds this while both servers answer."""
        file = self.ready.open()
        fcntl.flock(file, fcntl.LOCK_EX)
        return file

    def is_ready(self) -> bool:
        return _is_held(self.ready, fcntl.LOCK_SH)

    def has_users(self) -> bool:
        """Somebody holds the servers; the keeper's own exclusive lock does not count."""
        return _is_held(self.users, fcntl.LOCK_EX) and not _is_held(self.users, fcntl.LOCK_SH)


def _is_held(path: Path, mode: int) -> bool:
    with path.open() as file:
        try:
            fcntl.flock(file, mode | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
