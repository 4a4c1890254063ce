"""The night's entry: load what the counter system has dropped for a branch and was not loaded yet."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from branch_crm.core.jobs import Progress
from branch_crm.core.models import Branch
from clients.domain.extract.bundle import SUFFIXES
from clients.models import ImportRun
from clients.services.import_extract import continue_run, load_extract

#: A file written to this recently (seconds) may not be complete: it is looked at twice.
SETTLED_AFTER = 30
SECOND_LOOK_AFTER = 1.0


def drop_folder(branch: Branch) -> Path:
    """`EXTRACT_DROP_DIR/<branch code>`: loose files are one extract, every subfolder and every ZIP is another."""
    return Path(settings.EXTRACT_DROP_DIR) / branch.code


def import_drop_folder(*, branch: Branch, progress: Progress | None = None) -> list[ImportRun]:
    """Load every extract that has not been loaded, oldest name first; what still arrives waits for the next night.

    The folder is left as it is. Returns the runs of this call; an empty list when there was nothing new.
    """
    runs = []
    for path in _extracts(drop_folder(branch)):
        fingerprint = _fingerprint(path)
        if fingerprint is None:
            continue
        earlier = ImportRun.objects.filter(branch=branch, source=ImportRun.Source.NIGHT, fingerprint=fingerprint)
        if earlier.filter(state__in=(ImportRun.State.DONE, ImportRun.State.REJECTS)).exists():
            continue
        died = earlier.filter(state=ImportRun.State.RUNNING).first()
        if died is not None:
            runs.append(continue_run(run=died, progress=progress).run)
            continue
        report = load_extract(
            branch=branch,
            path=path,
            actor=None,
            source=ImportRun.Source.NIGHT,
            progress=progress,
            fingerprint=fingerprint,
        )
        runs.append(report.run)
    return runs


def _extracts(folder: Path) -> Iterator[Path]:
    if not folder.is_dir():
        return
    children = [
        child for child in sorted(folder.iterdir()) if not child.is_symlink() and not child.name.startswith(".")
    ]
    if any(child.is_file() and child.suffix.casefold() in SUFFIXES for child in children):
        yield folder
    yield from (child for child in children if child.is_dir() or child.suffix.casefold() == ".zip")


def _fingerprint(path: Path) -> str | None:
    """What tells this state of the extract from another; None while files of it are still being written."""
    fingerprint, newest = _look(path)
    if time.time() - newest < SETTLED_AFTER:
        time.sleep(SECOND_LOOK_AFTER)
        return fingerprint if _look(path)[0] == fingerprint else None
    return fingerprint


def _look(path: Path) -> tuple[str, float]:
    """What tells this state of the extract from another (names, sizes, times), and the newest time in it."""
    files = [path] if path.is_file() else [child for child in sorted(path.iterdir()) if child.is_file()]
    seen = hashlib.sha256(path.name.encode())
    newest = 0.0
    for file in files:
        status = file.stat()
        seen.update(f"{file.name}\0{status.st_size}\0{status.st_mtime_ns}\0".encode())
        newest = max(newest, status.st_mtime)
    return seen.hexdigest(), newest
