"""What the transfer guard looks at: how often clients changed hands lately, and when they complained last."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from django.db import connection
from django.db.models import Max

from allocation.domain.tables import Floats, Ints
from branch_crm.core.models import Branch
from servicelog.models import Complaint

#: An interval of no length was published and taken back on one day; the client never noticed.
TRANSFER_SQL = """
    SELECT client_id, count(*) FROM (
        SELECT a.client_id, a.advisor_id, a.starts, a.reason, r.origin,
               lag(a.advisor_id) OVER (PARTITION BY a.client_id ORDER BY a.starts, a.id) AS predecessor
        FROM allocation_assignment a
        LEFT JOIN allocation_changerequest r ON r.id = a.request_id
        WHERE a.branch_id = %(branch)s AND (a.ends IS NULL OR a.ends > a.starts) AND a.client_id IN (
            SELECT client_id FROM allocation_assignment WHERE branch_id = %(branch)s AND starts > %(since)s
        )
    ) step
    WHERE starts > %(since)s AND predecessor IS NOT NULL AND predecessor <> advisor_id AND reason <> 'counter'
          AND NOT (reason = 'request' AND coalesce(origin, 'client') <> 'advisor')
    GROUP BY client_id
"""


def recent_transfers(branch: Branch, clients: Ints, *, on: date, days: int) -> Ints:
    """(N,) transfers of each client (ids) within the last `days` days; guard.py says what counts."""
    with connection.cursor() as cursor:
        cursor.execute(TRANSFER_SQL, {"branch": branch.pk, "since": on - timedelta(days=days)})
        counts = dict(cursor.fetchall())
    return np.array([counts.get(int(pk), 0) for pk in clients], dtype=np.int64)


def days_since_complaint(branch: Branch, clients: Ints, *, on: date) -> Floats:
    """(N,) days since each client's (ids) last complaint; NaN = never."""
    last = Complaint.objects.filter(branch=branch, received_on__lte=on).order_by().values_list("client_id")
    received = dict(last.annotate(day=Max("received_on")))
    days = [(on - received[pk]).days if pk in received else np.nan for pk in clients.tolist()]
    return np.array(days, dtype=np.float64)
