"""Forget nightly behaviour runs that nobody will ask for: the last 60 days and every month's last run stay."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Max, ProtectedError
from django.db.models.functions import TruncMonth

from branch_crm.core.models import Branch
from clients.models import BehaviourRun, ClientBehaviour

KEEP = timedelta(days=60)


@transaction.atomic
def prune_behaviour_runs(*, branch: Branch, on: date) -> int:
    """Returns how many runs went. The current run, month ends, and runs that something else rests on are never removed."""
    runs = BehaviourRun.objects.filter(branch=branch)
    month_ends = runs.annotate(month=TruncMonth("as_of")).values("month").annotate(last=Max("as_of")).values("last")
    old = runs.filter(as_of__lt=on - KEEP, is_current=False).exclude(as_of__in=month_ends)
    return sum(_remove(run) for run in old)


def _remove(run: BehaviourRun) -> bool:
    rows = ClientBehaviour.objects.filter(run=run)
    try:
        with transaction.atomic():
            # In one statement: the collector would load every row to look for what hangs on it, and nothing does.
            rows._raw_delete(rows.db)
            run.delete()
    except ProtectedError:
        return False
    return True
