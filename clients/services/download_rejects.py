"""Hand out the rows an import turned away, and write down who took them: they hold personal data."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction

from branch_crm.core import audit
from branch_crm.core.models import Staff
from clients.models import ImportDataset


@transaction.atomic
def download_rejects(*, dataset: ImportDataset, actor: Staff) -> Path | None:
    """The file, or None when it is no longer kept."""
    path = Path(dataset.reject_path)
    if not dataset.reject_path or not path.is_file():
        return None
    audit.record(
        action="clients.rejects_downloaded",
        actor=actor,
        branch=dataset.run.branch,
        target=dataset,
        detail={"file": dataset.file_name, "rows": dataset.rejected},
    )
    return path
