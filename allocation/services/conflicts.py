"""What stands against moving a client: the books, refusals and locks as they are at this moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from allocation.models import AssignmentLock, ClientRefusal, Plan
from allocation.services.books import Holding, Move, holdings
from allocation.services.errors import ClientConflict
from branch_crm.core.models import Branch
from clients.models import ClientStatus

#: client id -> {advisor id: name} of refusals or locks.
Named = dict[int, dict[int, str]]


def find_conflicts(
    branch: Branch,
    moves: Sequence[Move],
    on: date,
    *,
    since: Plan | None = None,
    lock: bool = True,
    given_up: int | None = None,
) -> list[ClientConflict]:
    """Clients whose books, refusals or locks do not allow their move on that day.

    `since`: the present holder must moreover be the work of this very plan (nobody touched the client after it). `lock`
    holds the clients' rows to the end of the transaction. given_up: an advisor (id) who goes, whose locks bind nobody.
    """
    ids = [move.client for move in moves]
    present = holdings(ids, lock=lock)
    refused = _names(ClientRefusal.objects.filter(branch=branch, withdrawn_at__isnull=True), ids)
    locks = AssignmentLock.objects.filter(branch=branch, withdrawn_at__isnull=True).exclude(until__lt=on)
    locked = _names(locks.exclude(advisor=given_up) if given_up else locks, ids)
    found = []
    for move in moves:
        holding = present[move.client]
        code, holder = _conflict(move, holding, refused, locked, on)
        if not code and since is not None and holding.plan != since.pk:
            code, holder = "moved", holding.advisor_name
        if code:
            cause = (holding.plan_number, holding.plan, holding.request)
            found.append(ClientConflict(move.client, holding.name, code, holder, *cause))
    return found


def _names(rows: object, client_ids: list[int]) -> Named:
    found: Named = {}
    query = rows.filter(client_id__in=client_ids)  # type: ignore[attr-defined]
    for client, advisor, name in query.values_list("client_id", "advisor_id", "advisor__name"):
        found.setdefault(client, {})[advisor] = name
    return found


def _conflict(move: Move, holding: Holding, refused: Named, locked: Named, on: date) -> tuple[str, str]:
    after = move.after or 0
    if holding.status == ClientStatus.CLOSED:
        return "closed", ""
    if holding.advisor != move.before or (holding.starts is not None and holding.starts > on):
        return "moved", holding.advisor_name
    if after in refused.get(move.client, {}):
        return "refused", refused[move.client][after]
    if move.client in locked and after not in locked[move.client]:
        return "locked", next(iter(locked[move.client].values()))
    return "", ""
