"""What the books of a branch weigh now, without reading its clients one by one."""

from __future__ import annotations

import numpy as np
from django.db import connection

from allocation.domain.fit.policy import MatchRules
from allocation.domain.successor import Books
from branch_crm.core.models import Branch
from clients.models import ClientStatus, ScoringRun

#: The weight is that of domain.case.weights; a client without a value counts as an ordinary one worth nothing.
BOOKS_SQL = """
    SELECT c.advisor_id, coalesce(v.tier, 1), count(*),
           sum(100 * power(least(greatest(coalesce(v.value, 0), 0), 100) / 100.0, %(exponent)s))
    FROM clients_client c
    LEFT JOIN clients_clientvalue v ON v.run_id = %(scoring)s AND v.client_id = c.id
    WHERE c.branch_id = %(branch)s AND c.status <> %(closed)s AND c.advisor_id IS NOT NULL
    GROUP BY 1, 2
"""


def book_sums(
    branch: Branch, *, advisor_ids: tuple[int, ...], rules: MatchRules, scoring_run: ScoringRun | None
) -> Books:
    """Hours and weights per advisor, in the order of `advisor_ids`. One query."""
    row = {pk: at for at, pk in enumerate(advisor_ids)}
    load, value = np.zeros(len(row)), np.zeros(len(row))
    with connection.cursor() as cursor:
        cursor.execute(
            BOOKS_SQL,
            {
                "exponent": rules.value_exponent,
                "scoring": scoring_run.pk if scoring_run else None,
                "branch": branch.pk,
                "closed": ClientStatus.CLOSED,
            },
        )
        for advisor, tier, clients, weight in cursor.fetchall():
            if advisor in row:
                load[row[advisor]] += clients * rules.hours_of_tier(tier)
                value[row[advisor]] += weight
    return Books(load, value)
