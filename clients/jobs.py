"""Long work of the clients app, by kind."""

from __future__ import annotations

from typing import Any

from branch_crm.core.jobs import Progress, job_kind
from clients.models import ExportRequest
from clients.services.write_export import write_export


@job_kind("clients.export")
def export(progress: Progress, *, export_id: int) -> dict[str, Any]:
    written = write_export(
        export=ExportRequest.objects.select_related("by", "branch").get(pk=export_id), progress=progress
    )
    return {"rows": written.rows}
