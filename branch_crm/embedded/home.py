"""Where the servers keep their files, and as whom they run.

PostgreSQL refuses to run as root. Started by root, both servers therefore run under a user number of their own, with
files below /var/lib/branch_crm: a checkout under /root stays closed to everybody, nothing is chmod-ed on the way.
"""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from branch_crm.embedded import digest, socket_dir

ROOT_HOMES = Path("/var/lib/branch_crm")
# systemd's range for service users without a name in /etc/passwd.
FIRST_UID, UIDS = 61184, 4336


class CannotServe(RuntimeError):
    """The servers cannot run here; the message says why and what to do."""


@dataclass(frozen=True)
class Home:
    """Folders and the owner of one pair of servers."""

    data_dir: Path
    files: Path
    sockets: Path
    uid: int | None  # None: the account that runs us

    @property
    def postgres(self) -> Path:
        return self.files / "postgres"

    @property
    def valkey(self) -> Path:
        return self.files / "valkey"

    @property
    def logs(self) -> Path:
        return self.data_dir / "logs"

    def as_owner(self) -> dict[str, Any]:
        """Arguments for subprocess that drop root's rights."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.uid, "extra_groups": []}

    def give(self, path: Path) -> None:
        """Hand a tree to the owner of the servers."""
        if self.uid is None:
            return
        for folder, _, names in os.walk(path):
            os.chown(folder, self.uid, self.uid)
            for name in names:
                os.chown(Path(folder) / name, self.uid, self.uid, follow_symlinks=False)


def prepare(data_dir: Path) -> Home:
    """Make the folders of the servers of `data_dir`. Raises CannotServe where another account owns them."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    uid = None
    files = data_dir
    if os.geteuid() == 0:
        uid = FIRST_UID + int(digest(data_dir), 16) % UIDS
        files = _files_for_root(data_dir)
    home = Home(data_dir=data_dir, files=files, sockets=socket_dir(data_dir), uid=uid)
    home.logs.mkdir(mode=0o700, exist_ok=True)
    home.valkey.mkdir(mode=0o700, exist_ok=True)
    home.give(home.valkey)
    _claim_sockets(home)
    return home


def _files_for_root(data_dir: Path) -> Path:
    """A folder the servers' user can reach. A data folder that was removed takes its servers' files along."""
    ROOT_HOMES.mkdir(mode=0o711, parents=True, exist_ok=True)
    files = ROOT_HOMES / digest(data_dir)
    pointer = data_dir / "servers"
    if not pointer.is_symlink():
        if files.exists():
            shutil.rmtree(files)
        pointer.symlink_to(files)
    files.mkdir(mode=0o711, exist_ok=True)
    return files


def _claim_sockets(home: Home) -> None:
    """The socket folder is the only door to the servers: nobody but their owner may pass."""
    home.sockets.mkdir(mode=0o700, exist_ok=True)
    found = home.sockets.lstat()
    owner = os.geteuid() if home.uid is None else home.uid
    if home.sockets.is_symlink() or found.st_uid not in {os.geteuid(), owner}:
        raise CannotServe(
            f"{home.sockets} belongs to another account. Run as that account, or set DATA_DIR to a folder of your own."
        )
    os.chown(home.sockets, owner, -1 if home.uid is None else owner)
    home.sockets.chmod(0o700)


def reachable(home: Home, distribution: str, packages: list[Path]) -> list[Path]:
    """The given package folders where the servers' user can execute them: as they are, or copied once for root."""
    if home.uid is None:
        return packages
    folder = home.files / f"{distribution}-{version(distribution)}"
    folder.mkdir(mode=0o711, exist_ok=True)
    copies = []
    for package in packages:
        copy = folder / package.name
        if not copy.exists():
            draft = copy.with_name(f"{copy.name}.draft")
            shutil.rmtree(draft, ignore_errors=True)
            shutil.copytree(package, draft)
            subprocess.run(["chmod", "-R", "go=rX", str(draft)], check=True)  # noqa: S607
            draft.rename(copy)
        copies.append(copy)
    return copies


def named_account() -> int:
    """A user number that has a name: initdb asks for one, the server does not."""
    for entry in [*(e for e in pwd.getpwall() if e.pw_name == "nobody"), *pwd.getpwall()]:
        if entry.pw_uid != 0:
            return entry.pw_uid
    raise CannotServe(
        "No account besides root in /etc/passwd: PostgreSQL cannot be set up. Add one, or set DATABASE_URL."
    )
