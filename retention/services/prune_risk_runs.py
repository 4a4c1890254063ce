"""Forget nightly early-warning runs that nobody will ask for: the last 60 days and every month's last run stay."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import TruncMonth

from branch_crm.core.models import Branch
from retention.models import ClientRisk, RiskRun

KEEP = timedelta(days=60)


@transaction.atomic
def prune_risk_runs(*, branch: Branch, on: date) -> int:
    """Returns how many runs went. The current run and month ends are never removed."""
    runs = RiskRun.objects.filter(branch=branch)
    month_ends = runs.annotate(month=TruncMonth("as_of")).values("month").annotate(last=Max("as_of")).values("last")
    old = list(runs.filter(as_of__lt=on - KEEP, is_current=False).exclude(as_of__in=month_ends))
    rows = ClientRisk.objects.filter(run__in=old)
    # In one statement: the collector would load every row to look for what hangs on it, and nothing does.
    rows._raw_delete(rows.db)
    RiskRun.objects.filter(pk__in=[run.pk for run in old]).delete()
    return len(old)
