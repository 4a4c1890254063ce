"""Take a file of results, read it, and keep its rows until somebody decides about them."""

from __future__ import annotations

import tempfile
from pathlib import Path, PurePath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from advisors.domain.result_rows import HEADERS, REQUIRED
from advisors.models import ResultUpload
from branch_crm.core import audit
from branch_crm.core.models import Branch, Staff
from branch_crm.core.tabular.sheet import read_sheet

#: Ten years of monthly contests with forty advisors.
MOST_ROWS = 5_000
#: What a cell may hold; nothing in a file of results is longer.
CELL = 600


def receive_results(*, branch: Branch, file: UploadedFile[Any], actor: Staff) -> ResultUpload:
    """Nothing is entered yet. Raises FileProblem (sentences: branch_crm.core.tabular.words); columns in it are field names."""
    name = PurePath((file.name or "").replace("\\", "/")).name[-120:]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"results{PurePath(name).suffix.casefold()}"
        with path.open("wb") as target:
            for chunk in file.chunks():
                target.write(chunk)
        sheet = read_sheet(path, Path(folder), headers=HEADERS, required=REQUIRED, most_rows=MOST_ROWS)
    rows = [{"row": row_no, **{code: cell[:CELL] for code, cell in cells.items()}} for row_no, cells in sheet.rows]
    with transaction.atomic():
        upload = ResultUpload.objects.create(
            branch=branch, file_name=name, rows=rows, unknown_headers=list(sheet.unknown)[:30], created_by=actor
        )
        audit.record(
            action="advisors.results_received", actor=actor, branch=branch, target=upload, detail={"rows": len(rows)}
        )
    return upload
