"""Remove the files of old exports; who asked for what, and the hash of what they got, stay for ever."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from django.db import transaction

from branch_crm.core.models import Branch
from clients.models import ExportRequest

#: Long enough to fetch a file once; a copy of the book must not lie about.
KEEP = timedelta(days=7)


@transaction.atomic
def prune_exports(*, branch: Branch, on: date) -> int:
    """Returns how many files went. A second call removes none."""
    old = ExportRequest.objects.filter(branch=branch, at__date__lt=on - KEEP).exclude(path="")
    removed = 0
    for export in old.select_for_update():
        Path(export.path).unlink(missing_ok=True)
        export.path = ""
        export.save(update_fields=["path"])
        removed += 1
    return removed
