"""The process that runs the embedded servers of one data folder, and stops them when nobody uses them any more.

Users hold a shared lock on `users.lock` (the kernel drops it however they end). The keeper tries for the exclusive
lock; once it has been free for GRACE seconds, it takes it for good, stops Valkey, then PostgreSQL, and leaves.
"""

import fcntl
import signal
import subprocess
import sys
import time
import traceback
from pathlib import Path
from types import FrameType
from typing import IO

from branch_crm.embedded import children, postgres, valkey
from branch_crm.embedded.home import CannotServe, Home, prepare
from branch_crm.embedded.locks import Locks

GRACE = 2.0
PAUSE = 0.25
# Old sockets in /tmp are swept away by systemd-tmpfiles unless somebody touches them.
TOUCH_EVERY = 3600.0
LOG_LIMIT = 10_000_000


class Stop(Exception):
    """Somebody asked the keeper itself to end."""


def main(data_dir: Path) -> int:
    locks = Locks(data_dir)
    alive = locks.become_keeper()
    if alive is None:
        return 0  # another one was faster
    locks.failure.unlink(missing_ok=True)
    signal.signal(signal.SIGTERM, _raise_stop)
    running: list[subprocess.Popen[bytes]] = []
    ready: IO[str] | None = None
    newcomers_wait: IO[str] | None = None
    try:
        home = prepare(data_dir)
        _start(home, running, alive)
        ready = locks.say_ready()
        newcomers_wait = _watch(home, locks, running)
    except Stop:
        pass
    except Exception as error:
        locks.failure.write_text(str(error) if isinstance(error, CannotServe) else traceback.format_exc())
        raise
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if ready is not None:
            ready.close()
        for process in reversed(running):
            # For PostgreSQL SIGINT means: end the sessions, write a checkpoint, leave.
            children.stop([process], ask=signal.SIGINT if process is running[0] else signal.SIGTERM, patience=30)
        for lock in (newcomers_wait, alive):
            if lock is not None:
                lock.close()
    return 0


def _start(home: Home, running: list["subprocess.Popen[bytes]"], alive: IO[str]) -> None:
    # The servers inherit the keeper's lock: should it be killed, its successor waits until they have let go of the data.
    inherit = {"pass_fds": [alive.fileno()], "cwd": "/", **home.as_owner()}
    postgres.make_cluster(home)
    end = time.monotonic() + 120
    while True:
        with _log(home, "postgres") as log:
            server = children.spawn(postgres.command(home), log=log, on_parent_death=signal.SIGINT, **inherit)
        running[:] = [server]
        if postgres.wait_until_ready(home, server):
            break
        if time.monotonic() > end:
            raise CannotServe(f"PostgreSQL does not start; see {home.logs / 'postgres.log'}.")
        time.sleep(0.5)
    with _log(home, "valkey") as log:
        running.append(children.spawn(valkey.command(home), log=log, **inherit))
    valkey.wait_until_ready(home, running[1])


def _watch(home: Home, locks: Locks, running: list["subprocess.Popen[bytes]"]) -> IO[str]:
    """Return when nobody has used the servers for GRACE seconds, with the lock that keeps newcomers waiting."""
    idle_since: float | None = None
    touched = time.monotonic()
    users = locks.users.open()
    while True:
        time.sleep(PAUSE)
        for name, process in zip(("PostgreSQL", "Valkey"), running, strict=True):
            if process.poll() is not None:
                raise CannotServe(f"{name} ended with status {process.returncode}; see {home.logs}.")
        now = time.monotonic()
        if now - touched > TOUCH_EVERY:
            (home.sockets / "valkey.sock").touch()
            touched = now
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            idle_since = None
            continue
        idle_since = idle_since or now
        if now - idle_since >= GRACE:
            return users
        fcntl.flock(users, fcntl.LOCK_UN)


def _log(home: Home, name: str) -> IO[bytes]:
    path = home.logs / f"{name}.log"
    if path.exists() and path.stat().st_size > LOG_LIMIT:
        path.replace(path.with_suffix(".log.1"))
    return path.open("ab")


def _raise_stop(number: int, frame: FrameType | None) -> None:
    raise Stop


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
