"""What runs on behalf of a data folder, seen from outside."""

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from branch_crm.embedded import digest

PROJECT = Path(__file__).resolve().parent.parent.parent


def of(data_dir: Path) -> dict[int, str]:
    """Process number -> command line of everything started for this data folder, except the asking process."""
    marks = (f"DATA_DIR={data_dir}".encode(), str(data_dir).encode(), digest(data_dir).encode())
    found = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            command = (entry / "cmdline").read_bytes()
            environment = (entry / "environ").read_bytes()
        except OSError:
            continue  # it ended meanwhile, or is a stranger's
        if command and (any(mark in command for mark in marks) or marks[0] + b"\0" in environment):
            found[int(entry.name)] = command.replace(b"\0", b" ").decode(errors="replace")
    return found


def wait_for(condition: Callable[[], bool], seconds: float = 30) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return condition()


def bare_environment(data_dir: Path) -> dict[str, str]:
    """No LANG, no locale, nothing of ours besides the data folder."""
    keep = {name: os.environ[name] for name in ("PATH", "HOME", "SSL_CERT_FILE", "PIP_CERT") if name in os.environ}
    return {**keep, "DATA_DIR": str(data_dir)}


def manage(data_dir: Path, *arguments: str, python: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [python, "manage.py", *arguments],
        cwd=PROJECT,
        env=bare_environment(data_dir),
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
