"""Begin or throw away an import that was uploaded and looked at."""

from __future__ import annotations

from django.db import transaction

from branch_crm.core import audit
from branch_crm.core.jobs import enqueue
from branch_crm.core.models import JobRun, Staff
from clients.models import ImportRun
from clients.services.receive_upload import forget_upload


@transaction.atomic
def start_import(*, run: ImportRun, actor: Staff) -> JobRun:
    """Ask for the work; asking twice gives the same job."""
    fresh = ImportRun.objects.select_for_update(of=("self",)).select_related("branch", "job").get(pk=run.pk)
    if fresh.job is not None:
        return fresh.job
    job = enqueue(
        "clients.import_extract",
        key=f"clients.import_extract:{fresh.pk}",
        branch=fresh.branch,
        actor=actor,
        import_run_id=fresh.pk,
    )
    fresh.job = job
    fresh.save(update_fields=["job"])
    audit.record(action="clients.import_started", actor=actor, branch=fresh.branch, target=fresh)
    return job


@transaction.atomic
def discard_upload(*, run: ImportRun, actor: Staff) -> bool:
    """Remove an upload that was never started, with its files. False when it has been started meanwhile."""
    fresh = ImportRun.objects.select_for_update(of=("self",)).filter(pk=run.pk, job=None).first()
    if fresh is None or fresh.state != ImportRun.State.UPLOADED:
        return False
    audit.record(
        action="clients.upload_discarded", actor=actor, branch=fresh.branch, target=fresh, detail={"label": fresh.label}
    )
    fresh.delete()
    transaction.on_commit(lambda: forget_upload(run))
    return True
