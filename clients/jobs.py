"""Long work of the clients app, by kind."""

from __future__ import annotations

from typing import Any

from branch_crm.core.jobs import Progress, job_kind
from clients.models import ExportRequest, ImportRun
from clients.services.import_extract import continue_run
from clients.services.receive_upload import forget_upload
from clients.services.write_export import write_export


@job_kind("clients.export")
def export(progress: Progress, *, export_id: int) -> dict[str, Any]:
    written = write_export(
        export=ExportRequest.objects.select_related("by", "branch").get(pk=export_id), progress=progress
    )
    return {"rows": written.rows}


@job_kind("clients.import_extract")
def import_extract(progress: Progress, *, import_run_id: int) -> dict[str, Any]:
    """Files that an earlier attempt of the same run applied are not read again."""
    run = ImportRun.objects.select_related("branch", "created_by").get(pk=import_run_id)
    report = continue_run(run=run, progress=progress)
    if not report.changed_nothing:
        forget_upload(run)
    return {"state": report.run.state, "rows": sum(row.read for row in report.datasets)}
