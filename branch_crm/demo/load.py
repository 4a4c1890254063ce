"""Fill the demo: what a branch would do in its first days, as steps through the product's own services."""

from collections.abc import Callable
from typing import Any

from branch_crm.core.jobs import Progress, job_kind
from branch_crm.demo import progress as pages

Step = Callable[[Progress], dict[str, Any]]


def steps() -> list[tuple[str, Step]]:
    """In order; a step's name is its checkpoint and what the page shows."""
    return []


@job_kind(pages.JOB_KEY)
def load_demo(progress: Progress) -> dict[str, Any]:
    """Run the steps that have not been done. A killed worker's successor goes on with the step that was cut short."""
    result: dict[str, Any] = {}
    for name, step in steps():
        if name in progress.checkpoint:
            continue
        progress.step(name)
        result[name] = step(progress)
        progress.save_checkpoint(**{name: True})
    pages.flag().unlink(missing_ok=True)
    return result
