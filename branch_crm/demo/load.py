"""Fill the demo: what a branch would do in its first days, as steps of one job."""

from datetime import date, timedelta
from typing import Any

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext_noop

from allocation.domain.solver import Problem, solve
from branch_crm.core import trading_calendar
from branch_crm.core.jobs import Progress, job_kind
from branch_crm.demo import progress as pages
from branch_crm.demo.appraisal import STEPS as APPRAISAL_STEPS
from branch_crm.demo.book import STEPS as BOOK_STEPS
from branch_crm.demo.book import Book
from branch_crm.demo.cases import STEPS as CASE_STEPS
from branch_crm.demo.drills import STEPS as DRILL_STEPS
from branch_crm.demo.follow_ups import STEPS as FOLLOW_UP_STEPS
from branch_crm.demo.handovers import STEPS as HANDOVER_STEPS
from branch_crm.demo.leavers import STEPS as LEAVER_STEPS
from branch_crm.demo.leaving import STEPS as LEAVING_STEPS
from branch_crm.demo.past import STEPS as PAST_STEPS
from branch_crm.demo.reviews import STEPS as REVIEW_STEPS
from branch_crm.demo.scripts import STEPS as SCRIPT_STEPS
from branch_crm.demo.service import STEPS as SERVICE_STEPS

STEPS = (
    *BOOK_STEPS,
    *PAST_STEPS,
    *SERVICE_STEPS,
    *REVIEW_STEPS,
    *APPRAISAL_STEPS,
    *HANDOVER_STEPS,
    *LEAVER_STEPS,
    *FOLLOW_UP_STEPS,
    *LEAVING_STEPS,
    *CASE_STEPS,
    *SCRIPT_STEPS,
    *DRILL_STEPS,
)


def books(as_of: date) -> tuple[Book, ...]:
    """The large branch first: it is the one that people look at. The small one shows that branches are kept apart."""
    return (
        Book(code="6101", clients=10_000, seed=1, told=1_000, as_of=as_of),
        Book(code="6102", clients=300, seed=2, told=50, as_of=as_of),
    )


def warm_engine() -> None:
    """Compile the engine's kernels, so that nobody's first run waits for the compiler."""
    solve(
        Problem(value=np.arange(4), fit=np.full((4, 2), 0.5), load=np.ones(4), capacity=np.full(2, 3.0), fairness=0.9)
    )


@job_kind(pages.JOB_KEY)
def load_demo(progress: Progress) -> dict[str, Any]:
    """Run the steps that have not been done. A killed worker's successor goes on with the step that was cut short."""
    if "as_of" not in progress.checkpoint:
        yesterday = timezone.localdate() - timedelta(days=1)
        progress.save_checkpoint(as_of=trading_calendar.load().on_or_before(yesterday).isoformat())
    for book in books(date.fromisoformat(progress.checkpoint["as_of"])):
        for step in STEPS:
            name = f"{book.code} {step.__name__}"
            if name not in progress.checkpoint:
                step(book, progress)
                progress.save_checkpoint(**{name: True})
    progress.step(gettext_noop("Warming up the engine"))
    warm_engine()
    pages.flag().unlink(missing_ok=True)
    return {"as_of": progress.checkpoint["as_of"]}
