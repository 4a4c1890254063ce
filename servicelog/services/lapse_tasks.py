"""Let open tasks lapse whose reason has passed, or that nobody took up while they still meant something."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection

from branch_crm.core.models import Branch
from branch_crm.core.trading_calendar import TradingCalendar

#: Optional tasks stay on the list for so many trading days after their deadline; a mandatory one stays until it is done.
STALE_AFTER = 10

#: Reason -> when it holds, over tasks t and their clients c.
REASONS = {
    "client_closed": "c.status = 'closed'",
    "renewed": """
        (t.kind IN ('risk_expiring', 'risk_expired') AND (t.facts ->> 'valid_until')::date < c.risk_valid_until)
        OR (t.kind = 'id_expiring' AND (t.facts ->> 'valid_until')::date < c.id_valid_until)""",
    "changed_again": "t.kind = 'new_advisor' AND (t.facts ->> 'advisor')::bigint IS DISTINCT FROM c.advisor_id",
    "overtaken": """
        t.kind = 'risk_expiring' AND c.risk_valid_until < %(day)s
        OR t.kind = 'product_maturing' AND (t.facts ->> 'matures_on')::date < %(day)s""",
    "opted_out": """
        t.kind IN ('birthday', 'anniversary', 'festival', 'idle_cash', 'near_tier', 'unused_quota', 'wealth_elsewhere')
        AND EXISTS (SELECT 1 FROM clients_clientprofile p WHERE p.client_id = c.id AND p.marketing_opt_out)""",
    "stale": "NOT t.mandatory AND t.due_on < %(stale_before)s",
}


def lapse_tasks(*, branch: Branch, day: date, calendar: TradingCalendar) -> int:
    """Returns how many lapsed. Inside the caller's transaction."""
    given: dict[str, Any] = {"branch": branch.pk, "day": day, "stale_before": calendar.shift(day, -STALE_AFTER)}
    lapsed = 0
    with connection.cursor() as cursor:
        for reason, holds in REASONS.items():
            cursor.execute(
                f"""
                UPDATE servicelog_mottask t SET state = 'lapsed', lapse_reason = %(reason)s, closed_on = %(day)s
                FROM clients_client c
                WHERE c.id = t.client_id AND t.branch_id = %(branch)s AND t.state = 'open' AND ({holds})
                """,
                given | {"reason": reason},
            )
            lapsed += cursor.rowcount
    return lapsed
