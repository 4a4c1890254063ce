"""A mark of the books of a branch: the same mark, the same books. What is worked out from them is kept under it."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection

from branch_crm.core.models import Branch
from clients.models import ClientStatus

#: Another mark makes another key; a day is for what nobody asks for any more.
KEPT = timedelta(days=1)

MARK_SQL = """
    SELECT (SELECT id || '@' || extract(epoch FROM created_at) FROM clients_scoringrun
            WHERE branch_id = %(branch)s AND is_current),
           (SELECT max(id) FROM allocation_assignment WHERE branch_id = %(branch)s),
           (SELECT count(*) FROM clients_client
            WHERE branch_id = %(branch)s AND status <> %(closed)s AND advisor_id IS NOT NULL),
           (SELECT extract(epoch FROM max(d.applied_at)) FROM clients_importdataset d
            JOIN clients_importrun r ON r.id = d.run_id WHERE r.branch_id = %(branch)s)
"""


def books_mark(branch: Branch) -> str:
    """Changes with the current scoring run, every move of a client and every load of the extract; in their transaction.

    Whoever begins to serve a client makes a newer interval; who only leaves one makes the held clients fewer. One query.
    """
    with connection.cursor() as cursor:
        cursor.execute(MARK_SQL, {"branch": branch.pk, "closed": ClientStatus.CLOSED})
        parts = ":".join(str(part or "") for part in cursor.fetchone())
    # The branch's birth tells it from one with the same key in another database.
    return f"{branch.pk}@{branch.created_at.timestamp()}:{parts}"
