"""The PostgreSQL and Valkey that serve the demo and the tests when none are configured.

Names and addresses are pure functions of the data folder, so settings can be read without starting anything.
"""

import hashlib
import secrets
from pathlib import Path
from urllib.parse import quote


def local_secret(data_dir: Path, name: str) -> str:
    """A random secret kept in the data folder (mode 0600), made on first use."""
    path = data_dir / "secrets" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=True)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text().strip()


def socket_dir(data_dir: Path) -> Path:
    """Where both servers listen. Unix socket paths are limited to 107 bytes, so it is short and not below data_dir."""
    digest = hashlib.sha256(str(data_dir.resolve()).encode()).hexdigest()[:12]
    return Path("/tmp") / f"branch_crm-{digest}"  # noqa: S108 - the folder is made with mode 0700


def database_url(data_dir: Path) -> str:
    return f"postgres://branch_crm@/branch_crm?host={quote(str(socket_dir(data_dir)), safe='')}"


def redis_url(data_dir: Path) -> str:
    return f"unix://{socket_dir(data_dir)}/valkey.sock"
