"""Take the first holders over from the counter system, for clients that never had an assignment here."""

from __future__ import annotations

from datetime import date

from django.db import connection, transaction

from advisors.models.advisor import SERVING_POSITIONS
from allocation.models import Assignment
from allocation.services.books import lock_books
from branch_crm.core import audit
from branch_crm.core.models import Branch, Staff
from clients.models import ClientStatus


@transaction.atomic
def adopt_counter_holders(*, branch: Branch, on: date, actor: Staff | None = None) -> int:
    """Returns how many clients got a holder; a second call finds none. Holders who have left are taken over too: that
    somebody gone still holds a book is what the review flags and the next run must see."""
    lock_books(branch)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH adopted AS (
                INSERT INTO allocation_assignment
                    (branch_id, client_id, advisor_id, starts, reason, end_reason, decided_by_id, created_at)
                SELECT c.branch_id, c.id, d.id, %(on)s, %(reason)s, '', %(actor)s, now()
                FROM clients_client c
                JOIN advisors_advisor d ON d.branch_id = c.branch_id AND d.staff_no = c.counter_service_no
                WHERE c.branch_id = %(branch)s AND c.counter_service_no <> '' AND c.status <> %(closed)s
                  AND d.position = ANY(%(serving)s)
                  AND NOT EXISTS (SELECT 1 FROM allocation_assignment a WHERE a.client_id = c.id)
                RETURNING client_id, advisor_id
            )
            UPDATE clients_client c SET advisor_id = adopted.advisor_id, updated_at = now()
            FROM adopted WHERE c.id = adopted.client_id
            """,
            {
                "on": on,
                "reason": Assignment.Reason.COUNTER,
                "actor": actor.pk if actor else None,
                "branch": branch.pk,
                "closed": ClientStatus.CLOSED,
                "serving": [str(position) for position in SERVING_POSITIONS],
            },
        )
        count = int(cursor.rowcount)
    if count:
        audit.record(
            action="allocation.counter_holders_adopted",
            actor=actor,
            branch=branch,
            detail={"clients": count, "on": on.isoformat()},
        )
    return count
