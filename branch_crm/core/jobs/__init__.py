"""Long work that shows progress and survives a killed worker.

An app registers what it can do::

    @job_kind("clients.import_extract")
    def run(progress: Progress, *, import_run_id: int) -> dict[str, Any]: ...

and asks for it inside its transaction::

    enqueue("clients.import_extract", key=f"import:{run.pk}", branch=branch, actor=user, import_run_id=run.pk)

The ledger row (JobRun) is written with the transaction, the message leaves after the commit, and the watchdog delivers
whatever the broker lost. A kind must be safe to run again from its last checkpoint.
"""

from branch_crm.core.jobs.ledger import enqueue, rerun
from branch_crm.core.jobs.progress import LeaseLost, Progress
from branch_crm.core.jobs.registry import job_kind

__all__ = ["LeaseLost", "Progress", "enqueue", "job_kind", "rerun"]
