"""Take the files of an extract from the browser and keep them until they are imported or discarded."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from branch_crm.core import audit
from branch_crm.core.models import Branch, Staff
from clients.models import ImportRun

#: Together; a larger extract goes through the drop folder or the command.
MOST_BYTES = 1 << 30
_UNWANTED = {ord(character): "_" for character in '/\\:*?"<>|\0\n\r\t'}


def uploads() -> Path:
    return Path(settings.MEDIA_ROOT) / "imports"


def receive_upload(*, branch: Branch, files: Sequence[UploadedFile[Any]], actor: Staff) -> ImportRun:
    """One ZIP, or the extract's files as they are. Nothing is read yet: the run waits for its preview."""
    folder = uploads() / secrets.token_hex(16)
    folder.mkdir(parents=True, mode=0o700)
    try:
        names = [_save(file, folder, number) for number, file in enumerate(files)]
        path = folder / names[0] if len(names) == 1 else folder
        with transaction.atomic():
            run = ImportRun.objects.create(
                branch=branch,
                source=ImportRun.Source.PAGE,
                path=str(path),
                label="、".join(names)[:200],
                created_by=actor,
            )
            audit.record(
                action="clients.extract_uploaded", actor=actor, branch=branch, target=run, detail={"files": names}
            )
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return run


def _save(file: UploadedFile[Any], folder: Path, number: int) -> str:
    """Under the name the browser gave, without what could lead out of the folder."""
    name = PurePath((file.name or "").replace("\\", "/")).name.translate(_UNWANTED).lstrip(".")[-120:] or f"{number}"
    if (folder / name).exists():
        name = f"{PurePath(name).stem}_{number}{PurePath(name).suffix}"
    with (folder / name).open("xb") as target:
        for chunk in file.chunks():
            target.write(chunk)
    return name


def forget_upload(run: ImportRun) -> None:
    """Remove the uploaded files of a run; the files of other runs belong to whoever put them there."""
    path = Path(run.path)
    if run.source == ImportRun.Source.PAGE and uploads() in path.parents:
        shutil.rmtree(uploads() / path.relative_to(uploads()).parts[0], ignore_errors=True)
