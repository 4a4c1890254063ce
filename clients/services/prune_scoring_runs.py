"""Forget old nightly scorings; the last one of every month stays, and with it the history of every client."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Max, ProtectedError
from django.db.models.functions import TruncMonth

from branch_crm.core import audit
from branch_crm.core.models import Branch
from clients.domain.value.rules import LIMITS
from clients.models import ClientValue, FactBlock, ScoringRun

#: Days that every night is kept.
KEEP_DAYS = 60
#: Blocks beyond the longest window a policy may ask for; should anybody score so old a day, they are built again from the facts.
KEEP_BLOCKS = {
    FactBlock.Kind.FLOWS: timedelta(days=31 * (LIMITS["window_months"][1] + 1)),
    FactBlock.Kind.HOLDINGS: timedelta(days=2 * LIMITS["asset_sessions"][1]),
    FactBlock.Kind.QUOTAS: timedelta(days=2 * LIMITS["quota_stale_sessions"][1]),
}


@transaction.atomic
def prune_scoring_runs(*, branch: Branch, on: date) -> int:
    """Delete runs older than sixty days except the newest of each month. Returns how many; a second call deletes none.

    The run that a kept one was measured against stays with it, or the kept one could not be run again (`replay_value_policy`).
    """
    runs = ScoringRun.objects.filter(branch=branch)
    month_ends = runs.annotate(month=TruncMonth("as_of")).values("month").annotate(last=Max("as_of")).values("last")
    newest = runs.filter(as_of__in=month_ends).order_by("as_of", "-pk").distinct("as_of")
    keep = {run for pair in newest.values_list("pk", "summary__compared_with") for run in pair if run is not None}
    old = runs.filter(as_of__lt=on - timedelta(days=KEEP_DAYS), is_current=False).exclude(pk__in=keep)
    doomed = [run.pk for run in old if _remove(run)]
    for kind, span in KEEP_BLOCKS.items():
        FactBlock.objects.filter(branch=branch, kind=kind, period__lt=on - span).delete()
    if doomed:
        audit.record(
            action="clients.scoring_runs_pruned",
            actor=None,
            branch=branch,
            detail={"runs": len(doomed), "on": on.isoformat()},
        )
    return len(doomed)


def _remove(run: ScoringRun) -> bool:
    """False where something else, such as an allocation plan, rests on the run."""
    rows = ClientValue.objects.filter(run=run)
    try:
        with transaction.atomic():
            # In one statement: the collector would load every row to look for what hangs on it, and nothing does.
            rows._raw_delete(rows.db)
            run.delete()
    except ProtectedError:
        return False
    return True
