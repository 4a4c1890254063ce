"""The PostgreSQL and Valkey that serve the demo and the tests when none are configured.

Names and addresses here are pure functions of the data folder, so settings can be read without starting anything.
`hold.hold()` starts the servers, or joins those that run already; a keeper process stops them when nobody is left.
"""

import contextlib
import hashlib
import os
import secrets
from pathlib import Path
from urllib.parse import quote


def local_secret(data_dir: Path, name: str) -> str:
    """A random secret kept in the data folder (mode 0600), made on first use."""
    path = data_dir / "secrets" / name
    if not path.exists():
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        draft = path.with_name(f".{name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        # A link fails where the name exists, so that two first users agree on one secret.
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text().strip()


def digest(data_dir: Path) -> str:
    """What tells the servers of one data folder from those of another, in names outside of it."""
    return hashlib.sha256(str(data_dir.resolve()).encode()).hexdigest()[:12]


def socket_dir(data_dir: Path) -> Path:
    """Where both servers listen. Unix socket paths are limited to 107 bytes, so it is short and not below data_dir."""
    return Path("/tmp") / f"branch_crm-{digest(data_dir)}"  # noqa: S108 - the keeper insists on owner and mode 0700


def valkey_socket(data_dir: Path) -> Path:
    return socket_dir(data_dir) / "valkey.sock"


def database_url(data_dir: Path, name: str = "branch_crm") -> str:
    return f"postgres://branch_crm@/{name}?host={quote(str(socket_dir(data_dir)), safe='')}"


def redis_url(data_dir: Path, db: int = 0) -> str:
    return f"unix://{valkey_socket(data_dir)}?db={db}"


def broker_url(redis_url: str) -> str:
    """The same server in Celery's spelling, which differs for Unix sockets."""
    if not redis_url.startswith("unix://"):
        return redis_url
    return redis_url.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=")
