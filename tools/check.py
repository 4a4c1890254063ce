#!/usr/bin/env python
"""Every gate besides the tests. `check.py` runs all, `check.py ruff types` some; all run to the end, failures are listed last.

`check.py --write requirements` renews the exported requirement files instead of comparing them.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
BIN = Path(PYTHON).parent
EXPORTS = {
    "run": ["--no-default-groups", "--group", "embedded"],
    "dev": [],
    "bench": ["--group", "bench"],
}
APPS = ["core", "advisors", "clients", "servicelog", "allocation", "retention"]
#: As docs/operations.md asks of a real installation. Nothing listens there and nothing is asked.
PRODUCTION = {
    "DATABASE_URL": "postgres://crm:secret@db.invalid/crm",
    "REDIS_URL": "redis://queue.invalid:6379/0",
    "SECRET_KEY": "only-for-the-check-abcdefghijklmnopqrstuvwxyz-0123456789",
    "FIELD_KEY": "only-for-the-check-abcdefghijklmnopqrstuvwxyz-0123456789",
    "ALLOWED_HOSTS": "crm.example.cn",
}


def call(*command: str, **environment: str) -> bool:
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        print(done.stdout[-8000:] + done.stderr[-4000:])
    return done.returncode == 0


def manage(*arguments: str, **environment: str) -> bool:
    return call(PYTHON, "manage.py", *arguments, **environment)


def requirements(write: bool = False) -> bool:
    """requirements/*.txt are what uv.lock says."""
    same = call(str(BIN / "uv"), "lock", "--check", "--offline") if not write else True
    for name, options in EXPORTS.items():
        committed = ROOT / "requirements" / f"{name}.txt"
        with tempfile.TemporaryDirectory() as folder:
            fresh = committed if write else Path(folder) / f"{name}.txt"
            command = ["export", "--frozen", "-q", "--no-header", "--no-emit-project", *options, "-o", str(fresh)]
            same &= call(str(BIN / "uv"), *command)
            if fresh.read_text() != committed.read_text():
                print(f"{committed.relative_to(ROOT)} is not what uv.lock says: tools/check.py --write requirements")
                same = False
    return same


def migration_lint() -> bool:
    """Migrations that no release contains must not break the release before them, nor lock a large table for long."""
    tag = subprocess.run(
        ["git", "describe", "--tags", "--abbrev=0", "--match=v*"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if tag.returncode:
        print("no release yet, so there is nobody to migrate")
        return True
    command = ["lintmigrations", tag.stdout.strip(), "--settings=tests.settings", "--no-cache", "--quiet", "ok"]
    return manage(*command, "--include-apps", *APPS)


CHECKS: dict[str, Callable[[], bool]] = {
    "format": lambda: call(str(BIN / "ruff"), "format", "--check", "--quiet", "."),
    "ruff": lambda: call(str(BIN / "ruff"), "check", "."),
    "types": lambda: call(str(BIN / "mypy")),
    "layers": lambda: call(str(BIN / "lint-imports")),
    "templates": lambda: call(str(BIN / "djlint"), "--lint", "--quiet", "templates"),
    "migrations": lambda: manage("makemigrations", "--check", "--dry-run"),
    "migration-lint": migration_lint,
    "deployment": lambda: manage("check", "--deploy", "--fail-level=WARNING", **PRODUCTION),
    "translations": lambda: call(PYTHON, "tools/check_translations.py"),
    "requirements": requirements,
}


def main(arguments: list[str]) -> int:
    if arguments == ["--write", "requirements"]:
        return not requirements(write=True)
    unknown = [name for name in arguments if name not in CHECKS]
    if unknown:
        sys.exit(f"unknown check {', '.join(unknown)}; there are {', '.join(CHECKS)}")
    failed = []
    for name in arguments or CHECKS:
        begun = time.monotonic()
        passed = CHECKS[name]()
        print(f"{'ok    ' if passed else 'FAILED'} {name} ({time.monotonic() - begun:.1f} s)", flush=True)
        if not passed:
            failed.append(name)
    if failed:
        print(f"{len(failed)} of {len(arguments or CHECKS)} checks failed: {', '.join(failed)}")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
