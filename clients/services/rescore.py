"""Score a branch and let the lists follow."""

from __future__ import annotations

from datetime import date

from branch_crm.core.jobs import Progress
from branch_crm.core.models import Branch
from clients.models import ScoringRun
from clients.services.refresh_figures import refresh_figures
from clients.services.score_branch import score_branch


def rescore(*, branch: Branch, as_of: date, progress: Progress | None = None) -> ScoringRun:
    """Two transactions: until the second one ends, lists show the run before, whole. Safe to run again after either."""
    run = score_branch(branch=branch, as_of=as_of, progress=progress)
    if progress is not None:
        progress.step("Bringing the lists up to date")
    refresh_figures(branch=branch)
    return run
