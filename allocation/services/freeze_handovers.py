"""Write the dossiers of clients who have changed hands: as they were on that day, and never changed again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from django.db import transaction

from allocation.domain.dossier import digest
from allocation.models import Handover
from allocation.notifications import tell_handed_over
from allocation.queries.dossier import Unwritten, dossiers, unwritten
from branch_crm.core import audit
from branch_crm.core.jobs import enqueue
from branch_crm.core.models import Branch, JobRun, Staff
from servicelog.services.raise_tasks import raise_introductions
from servicelog.services.service_policies import service_rules

FREEZE = "allocation.freeze_handovers"
#: Clients whose dossiers are written in one go, and in one transaction.
BATCH = 500
#: Up to so many moves the dossiers are written with the move itself; more are left to a job, so that publishing stays quick.
AT_ONCE = 200


def hand_over(*, branch: Branch, on: date, clients: Sequence[int], mark: int, actor: Staff | None) -> None:
    """What follows a move, inside its transaction: the dossiers, or the job that writes them. `mark`: newest interval."""
    if len(clients) <= AT_ONCE:
        freeze_handovers(branch=branch, on=on, clients=clients)
        return
    ask_for_dossiers(branch=branch, on=on, mark=mark, actor=actor)


def ask_for_dossiers(*, branch: Branch, on: date, mark: int, actor: Staff | None) -> JobRun:
    key = f"{FREEZE}:{branch.pk}:{mark}"
    return enqueue(FREEZE, key=key, branch=branch, actor=actor, branch_id=branch.pk, on=on.isoformat())


def freeze_handovers(
    *,
    branch: Branch,
    on: date,
    clients: Sequence[int] | None = None,
    report: Callable[[int, int], None] | None = None,
) -> int:
    """A dossier for every client who was taken over on the day and has none, and the successor's introduction as a task.

    Returns how many were written; a second run writes none. `report(done, total)` is told before every batch.
    """
    missing = unwritten(branch, on, clients)
    for start in range(0, len(missing), BATCH):
        if report:
            report(start, len(missing))
        with transaction.atomic():
            _write(branch, missing[start : start + BATCH], on)
            if start == 0:
                tell_handed_over(branch, missing, on)
    return len(missing)


def _write(branch: Branch, rows: Sequence[Unwritten], on: date) -> None:
    rules = service_rules(branch, on=on)
    written = dossiers(branch, rows, on, quiet=(rules.quiet_from, rules.quiet_until))
    Handover.objects.bulk_create(
        [
            Handover(
                branch=branch,
                client_id=row.client,
                giver_id=row.giver,
                taker_id=row.taker,
                assignment_id=row.assignment,
                on=on,
                dossier=written[row.assignment],
                digest=digest(written[row.assignment]),
            )
            for row in rows
        ],
        ignore_conflicts=True,
    )
    raise_introductions(branch=branch, clients=[row.client for row in rows], day=on)
    audit.record(
        action="allocation.handovers_written",
        actor=None,
        branch=branch,
        detail={"day": on.isoformat(), "clients": len(rows)},
    )
