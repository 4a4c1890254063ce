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
    "recovered": """
        t.kind = 'margin_line' AND EXISTS (
            SELECT 1 FROM (
                SELECT s.margin_debt, s.margin_ratio FROM clients_assetsnapshot s
                WHERE s.client_id = c.id AND s.day <= %(day)s ORDER BY s.day DESC LIMIT 1
            ) newest
            WHERE coalesce(newest.margin_debt, 0) = 0 OR newest.margin_ratio >= (t.facts ->> 'line')::numeric)""",
    "sold": """
        t.kind = 'risk_warning_holding' AND NOT EXISTS (
            SELECT 1 FROM clients_position p
            WHERE p.client_id = c.id AND p.security_code = t.facts ->> 'security' AND p.value > 0 AND p.day = (
                SELECT max(n.day) FROM clients_position n WHERE n.client_id = c.id AND n.day <= %(day)s))""",
    "traded": """
        t.kind = 'silent' AND EXISTS (
            SELECT 1 FROM clients_trade d WHERE d.client_id = c.id AND d.day > t.raised_on AND d.day <= %(day)s)""",
    "stays": "t.kind = 'closing' AND c.status <> 'closing'",
    "changed_again": """
        (t.kind = 'new_advisor' OR t.kind LIKE 'after_transfer%%')
        AND (t.facts ->> 'advisor')::bigint IS DISTINCT FROM c.advisor_id""",
    "overtaken": """
        t.kind = 'risk_expiring' AND c.risk_valid_until < %(day)s
        OR t.kind = 'product_maturing' AND (t.facts ->> 'matures_on')::date < %(day)s
        OR t.kind = 'new_share_win' AND t.due_on < %(day)s""",
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
