#!/usr/bin/env python3
"""Install the project into .venv with nothing but a Python: `install.py run` for the demo, `install.py dev` for everything.

uv is fetched into the environment and does the work in seconds; where it cannot be had, pip installs the same versions
from requirements/*.txt. A stamp in .venv makes the second call cheap.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "uv.lock"
GROUPS = {"run": ["--no-default-groups", "--group", "embedded"], "dev": [], "bench": ["--group", "bench"]}


def main(what: str) -> int:
    if sys.version_info < (3, 11):  # noqa: UP036 - this file runs before anything checks it
        sys.exit(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}. Try: make PYTHON=python3.12")
    stamp = VENV / f".installed-{what}"
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if not (stamp.exists() and stamp.read_text() == wanted):
        make_environment()
        if not install_with_uv(what):
            print("uv could not do it; installing with pip, which takes a minute longer.", flush=True)
            run([PYTHON, "-m", "pip", "install", "-q", "-r", ROOT / "requirements" / f"{what}.txt"])
        stamp.write_text(wanted)
    run([PYTHON, ROOT / "tools" / "compile_translations.py"])
    return 0


def make_environment() -> None:
    if PYTHON.exists():
        return
    print("Making .venv", flush=True)
    if subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=False).returncode:
        sys.exit("python3 -m venv failed. On Debian and Ubuntu: apt-get install python3-venv")


def install_with_uv(what: str) -> bool:
    uv = VENV / "bin" / "uv"
    if not uv.exists() and subprocess.run([str(PYTHON), "-m", "pip", "install", "-q", "uv"], check=False).returncode:
        return False
    # The environment is ours to name; a uv of the caller's must not redirect us, nor fetch another Python. The machine's
    # own certificates count: firms that inspect TLS have added theirs.
    ours = {"UV_PROJECT_ENVIRONMENT": str(VENV), "UV_PYTHON_DOWNLOADS": "never", "UV_SYSTEM_CERTS": "true"}
    environment = {**os.environ, **ours}
    environment.pop("VIRTUAL_ENV", None)
    # --inexact: what `dev` has added stays when `run` is asked for again.
    command = [str(uv), "sync", "--frozen", "--inexact", "--python", str(PYTHON), *GROUPS[what]]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode == 0


def run(command: list["str | Path"]) -> None:
    done = subprocess.run([str(part) for part in command], cwd=ROOT, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(str(part) for part in command)} failed with status {done.returncode}.")


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in GROUPS:
        sys.exit(f"usage: install.py [{'|'.join(GROUPS)}]")
    sys.exit(main(sys.argv[1]))
