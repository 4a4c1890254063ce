#!/usr/bin/env python
"""Dump and restore the embedded database with the server's own pg_dump 18 (an older one of the system refuses it).

backup.py save [FILE]      into .data/backups/<time>.dump unless FILE is given
backup.py restore FILE     replaces the whole database; the demo must not be running
"""

import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from branch_crm import embedded  # noqa: E402
from branch_crm.embedded import hold, postgres  # noqa: E402
from branch_crm.embedded.home import prepare  # noqa: E402


def main(arguments: list[str]) -> int:
    match arguments:
        case ["save"]:
            name = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S") + ".dump"
            return save(hold.data_dir() / "backups" / name)
        case ["save", file]:
            return save(Path(file))
        case ["restore", file] if file:
            return restore(Path(file))
    print(__doc__, file=sys.stderr)
    return 2


def save(file: Path) -> int:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Written under another name first: a dump that was cut short must not look like one. Client data: for the owner only.
    draft = file.with_name(file.name + ".part")
    os.umask(0o077)
    run("pg_dump", "--format=custom", f"--file={draft}", "branch_crm")
    draft.rename(file)
    print(f"{file} ({file.stat().st_size / 1e6:.1f} MB)")
    print("The secrets it needs lie in .data/secrets: keep a copy of that folder, apart from the dump.")
    return 0


def restore(file: Path) -> int:
    if not file.is_file():
        print(f"There is no file {file}.", file=sys.stderr)
        return 1
    # Into a database of its own first: a dump that turns out broken leaves the present one as it is.
    run("dropdb", "--if-exists", "restoring")
    run("createdb", "restoring")
    run("pg_restore", "--exit-on-error", "--no-owner", "--dbname=restoring", str(file))
    run("dropdb", "--if-exists", "branch_crm")  # refused while the demo, or anybody, is connected
    run("psql", "-q", "-d", "postgres", "-c", "ALTER DATABASE restoring RENAME TO branch_crm")
    print(f"Restored from {file}. `make demo` applies newer migrations, if there are any.")
    return 0


def run(program: str, *arguments: str) -> None:
    hold.hold()
    home = prepare(hold.data_dir().resolve())
    environment = {**os.environ, "PGHOST": str(embedded.socket_dir(hold.data_dir())), "PGUSER": "branch_crm"}
    done = subprocess.run([str(postgres.programs(home) / program), *arguments], env=environment, check=False)
    if done.returncode:
        sys.exit(f"{program} failed with status {done.returncode}.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
