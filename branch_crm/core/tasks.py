"""Celery entry points. One task runs every job; one looks after the ledger."""

from celery import shared_task

from branch_crm.core.jobs import runner, watchdog


@shared_task(name="core.run_job", acks_late=True, reject_on_worker_lost=True)
def run_job(job_id: int) -> None:
    runner.run(job_id)


@shared_task(name="core.watch_jobs")
def watch_jobs() -> None:
    watchdog.sweep()
