"""Long work of the clients app, by kind."""

from __future__ import annotations

from datetime import date
from typing import Any

from branch_crm.core.jobs import Progress, job_kind
from branch_crm.core.models import Branch
from clients.models import ExportRequest, ImportRun
from clients.services.import_extract import continue_run
from clients.services.receive_upload import forget_upload
from clients.services.rescore import rescore as rescore_branch
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


@job_kind("clients.rescore")
def rescore(progress: Progress, *, branch_id: int, as_of: str) -> dict[str, Any]:
    run = rescore_branch(branch=Branch.objects.get(pk=branch_id), as_of=date.fromisoformat(as_of), progress=progress)
    return {"scoring_run": run.pk, "clients": run.clients}
