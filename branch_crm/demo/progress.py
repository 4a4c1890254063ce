"""Tell the pages that the demo data is still on its way, without a query on every page."""

from pathlib import Path

from django.conf import settings
from django.http import HttpRequest

from branch_crm.core.jobs import enqueue
from branch_crm.core.jobs.ledger import publish
from branch_crm.core.models import JobRun

JOB_KEY = "demo.load"


def flag() -> Path:
    """Exists while the demo data is being loaded."""
    return settings.DATA_DIR / "demo" / "loading"


def loading(request: HttpRequest) -> dict[str, bool]:
    """Template context: `demo_loading`."""
    return {"demo_loading": settings.EMBEDDED and flag().exists()}


def queue() -> None:
    """Ask for the demo data once; a load that was cut short or failed goes on where it stopped."""
    job = enqueue(JOB_KEY, key=JOB_KEY, branch=None)
    if job.state == JobRun.State.SUCCEEDED:
        return
    flag().parent.mkdir(mode=0o700, exist_ok=True)
    flag().touch()
    if job.attempts:
        # No worker runs yet when the demo starts, so whatever lease is left belongs to a dead one.
        JobRun.objects.filter(pk=job.pk).update(
            state=JobRun.State.QUEUED, lease_until=None, lease_token=None, attempts=0
        )
        publish(job.pk)


def current() -> JobRun | None:
    return JobRun.objects.filter(key=JOB_KEY).first()
