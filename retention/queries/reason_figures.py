"""Who left in a period, and why: finished requests, and accounts that were closed without one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db import connection
from django.utils import timezone

from branch_crm.core.models import Branch
from retention.domain.reason_table import Leaver
from retention.models import LeavingRequest

#: Giving up a permission is not leaving.
LEAVING = [kind for kind in LeavingRequest.Kind.values if kind != LeavingRequest.Kind.PERMISSION]

#: Clients whose status became closed on a day of the period. Those that were closed when they came into the system have no
#: day and are in no period.
CLOSED = """
    SELECT c.id, c.name, c.client_no, f.tier, f.persona, a.name,
           (MIN(e.pgh_created_at) FILTER (WHERE e.status = 'closed') AT TIME ZONE 'Asia/Shanghai')::date AS closed_on
    FROM clients_client c
    JOIN clients_clientfigures f ON f.client_id = c.id
    JOIN clients_clientevent e ON e.pgh_obj_id = c.id
    LEFT JOIN advisors_advisor a ON a.id = c.advisor_id
    WHERE c.branch_id = %s AND c.status = 'closed'
    GROUP BY c.id, f.tier, f.persona, a.name
    HAVING BOOL_OR(e.status <> 'closed')
       AND (MIN(e.pgh_created_at) FILTER (WHERE e.status = 'closed') AT TIME ZONE 'Asia/Shanghai')::date
           BETWEEN %s AND %s
"""


def leavers_of(branch: Branch, *, since: date, until: date) -> list[Leaver]:
    """Each client once, by the last request done in the period; both days count. The newest first."""
    told = {leaver.client: leaver for leaver in _with_request(branch, since, until)}
    rest = [leaver for leaver in _without_request(branch, since, until) if leaver.client not in told]
    return sorted([*told.values(), *rest], key=lambda leaver: (leaver.day, leaver.client), reverse=True)


def _with_request(branch: Branch, since: date, until: date) -> Iterator[Leaver]:
    requests = LeavingRequest.objects.filter(
        branch=branch, state=LeavingRequest.State.DONE, kind__in=LEAVING, finished_at__date__range=(since, until)
    ).select_related("client__figures", "advisor", "reason__parent")
    for request in requests.order_by("finished_at", "pk"):
        reason = request.reason
        yield Leaver(
            client=request.client_id,
            name=request.client.name,
            client_no=request.client.client_no,
            day=timezone.localdate(request.finished_at),
            top=(reason.parent or reason).code if reason else "",
            reason=reason.code if reason else "",
            tier=str(request.tier or request.client.figures.tier or ""),
            persona=request.client.figures.persona or "",
            advisor=request.advisor.name if request.advisor else "",
            origin="request",
            competitor=request.competitor,
        )


def _without_request(branch: Branch, since: date, until: date) -> Iterator[Leaver]:
    with connection.cursor() as cursor:
        cursor.execute(CLOSED, [branch.pk, since, until])
        rows = cursor.fetchall()
    for pk, name, client_no, tier, persona, advisor, day in rows:
        yield Leaver(
            pk, name, client_no, day, "", "", str(tier or ""), persona or "", advisor or "", "closed", ""
        )  # fmt: skip
