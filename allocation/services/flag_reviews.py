"""Keep the review flags of a branch true: new findings open one, gone findings close theirs. Part of the night."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from allocation.domain.case import Case
from allocation.domain.fit.policy import read_rules
from allocation.domain.review import Finding, find
from allocation.models import ReviewFlag
from allocation.queries.snapshot import load_branch
from allocation.services.ensure_match_policy import ensure_match_policy
from branch_crm.core import audit
from branch_crm.core.models import Branch
from clients.models import BehaviourRun, ScoringRun

Key = tuple[str, int | None, int | None]


@transaction.atomic
def flag_reviews(branch: Branch, on: date) -> dict[str, int]:
    """Returns how many flags were opened, changed, closed and stand open. A second call on the same state writes nothing."""
    scoring = ScoringRun.objects.filter(branch=branch, is_current=True).first()
    if scoring is None:
        return {"opened": 0, "changed": 0, "closed": 0, "open": 0}
    found = {(item.kind, item.client, item.advisor): item for item in find(_case(branch, on, scoring))}
    standing = {
        (flag.kind, flag.client_id, flag.advisor_id): flag
        for flag in ReviewFlag.objects.select_for_update().filter(branch=branch, closed_on__isnull=True)
    }
    opened = [_open(branch, item, on) for key, item in found.items() if key not in standing]
    changed = [flag for key, flag in standing.items() if key in found and _refresh(flag, found[key], on)]
    gone = [flag.pk for key, flag in standing.items() if key not in found]
    ReviewFlag.objects.bulk_create(opened, batch_size=2000)
    ReviewFlag.objects.bulk_update(changed, ["figure", "detail", "last_seen"], batch_size=2000)
    ReviewFlag.objects.filter(pk__in=gone).update(closed_on=on)
    counts = {"opened": len(opened), "changed": len(changed), "closed": len(gone), "open": len(found)}
    if opened or gone:
        audit.record(
            action="allocation.reviews_flagged", actor=None, branch=branch, detail={**counts, "on": on.isoformat()}
        )
    return counts


def _case(branch: Branch, on: date, scoring: ScoringRun) -> Case:
    snapshot = load_branch(
        branch,
        on=on,
        scoring_run=scoring,
        behaviour_run=BehaviourRun.objects.filter(branch=branch, is_current=True).first(),
    )
    return snapshot.case(read_rules(ensure_match_policy(branch=branch, on=on).rules))


def _open(branch: Branch, item: Finding, on: date) -> ReviewFlag:
    return ReviewFlag(
        branch=branch,
        kind=item.kind,
        client_id=item.client,
        advisor_id=item.advisor,
        figure=item.figure,
        detail=_detail(item),
        first_seen=on,
        last_seen=on,
    )


def _refresh(flag: ReviewFlag, item: Finding, on: date) -> bool:
    """Bring a standing flag up to date; False when there is nothing to write."""
    fresh: tuple[Any, ...] = (round(item.figure, 6), _detail(item), max(flag.last_seen, on))
    if fresh == (round(flag.figure, 6), flag.detail, flag.last_seen):
        return False
    flag.figure, flag.detail, flag.last_seen = item.figure, fresh[1], fresh[2]
    return True


def _detail(item: Finding) -> dict[str, Any]:
    return {"better": item.better} if item.better is not None else {}
