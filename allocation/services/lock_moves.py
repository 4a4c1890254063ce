"""Lock clients out of a plan's review, and lift exactly those locks again. Part of decide_lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from allocation.domain.tables import AdvisorTable
from allocation.labels import rule_label
from allocation.models import AssignmentLock, Plan, PlanLine
from allocation.services.errors import AllocationError, ClientConflict, PlanConflict
from allocation.services.lock_client import check_lock
from branch_crm.core import audit
from branch_crm.core.models import Staff
from clients.models import Client


def lock_moves(
    *, plan: Plan, lines: Sequence[PlanLine], actor: Staff, reason: str, until: date | None
) -> list[AssignmentLock]:
    """Lock each client to the advisor of today. A lock that stands already is left as it is, and not this plan's.

    Raises AllocationError for a client whom nobody has, or whose advisor takes no clients (the engine would not heed the
    lock), PlanConflict for one who has changed hands since the run.
    """
    check_lock(reason=reason, until=until)
    _check_holders(plan, lines)
    by_client = {line.client_id: line for line in lines}
    clients = Client.objects.select_for_update(no_key=True).filter(pk__in=by_client).order_by("pk")
    moved = [client for client in clients if client.advisor_id != by_client[client.pk].before_id]
    if moved:
        names = dict(plan.branch.advisors.values_list("pk", "name"))
        raise PlanConflict(
            _("%(count)d of these clients have changed hands since the run; there is nothing to lock.")
            % {"count": len(moved)},
            code="moved",
            conflicts=[
                ClientConflict(client.pk, client.name, "moved", names.get(client.advisor_id, "")) for client in moved
            ],
        )
    standing = AssignmentLock.objects.filter(client__in=by_client, withdrawn_at__isnull=True)
    locked = set(standing.values_list("client_id", flat=True))
    made = AssignmentLock.objects.bulk_create(
        [
            AssignmentLock(
                branch=plan.branch,
                client_id=line.client_id,
                advisor=line.before,
                until=until,
                reason=reason.strip()[:200],
                plan=plan,
                made_by=actor,
            )
            for line in lines
            if line.client_id not in locked
        ]
    )
    audit.record(
        action="allocation.moves_locked",
        actor=actor,
        branch=plan.branch,
        target=plan,
        detail={"locks": len(made), "until": until.isoformat() if until else None},
    )
    return made


def lift_locks(*, plan: Plan, lines: QuerySet[PlanLine], actor: Staff) -> int:
    """Withdraw the locks that this plan's review made for these lines; returns how many."""
    own = AssignmentLock.objects.filter(plan=plan, client__in=lines.values("client"), withdrawn_at__isnull=True)
    lifted = own.update(withdrawn_at=timezone.now())
    if lifted:
        audit.record(
            action="allocation.moves_unlocked",
            actor=actor,
            branch=plan.branch,
            target=plan,
            detail={"locks": lifted},
        )
    return lifted


def _check_holders(plan: Plan, lines: Sequence[PlanLine]) -> None:
    table = AdvisorTable.from_json(plan.outcome["advisors"])
    status = dict(zip(table.ids, table.status, strict=True))
    for line in lines:
        if line.before is None:
            raise AllocationError(_("%(name)s has no advisor to be locked to.") % {"name": line.client.name})
        rule = status.get(line.before.pk, "left")
        if rule:
            raise AllocationError(
                _(
                    "%(advisor)s takes no clients (%(rule)s), so a lock would not hold. Reject the move of %(name)s instead."
                )
                % {
                    "advisor": line.before.name,
                    "rule": rule_label(rule),
                    "name": line.client.name,
                }
            )
