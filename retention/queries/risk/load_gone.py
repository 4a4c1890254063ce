"""Who is gone by a day, and how: worked out from the facts (domain knowledge §7.1), by flows and never by prices."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import connection
from django.db.models import Max, Min

from branch_crm.core.models import Branch
from clients.models import AssetSnapshot
from retention.domain.risk.evaluation import CLOSED, IDLE, TAKEN_OUT
from retention.domain.risk.rules import RiskRules
from retention.queries.cases import LEAVING
from retention.queries.risk.statements import NET

#: Closed or moved away. Who came in as closed already is left out: when that was is not known.
ENDED = """
    SELECT pgh_obj_id AS client_id FROM (
        SELECT pgh_obj_id, status, lag(status) OVER (PARTITION BY pgh_obj_id ORDER BY pgh_id) AS former, pgh_created_at
        FROM clients_clientevent WHERE branch_id = %(branch)s
    ) events
    WHERE status = 'closed' AND former <> 'closed' AND pgh_created_at < (%(day)s::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'
    UNION
    SELECT client_id FROM retention_leavingrequest
    WHERE branch_id = %(branch)s AND state = 'done' AND kind = ANY(%(kinds)s)
      AND finished_at < (%(day)s::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'
"""
#: A small rest of the peak, and most of what is missing has been taken out since. Who is not among the newest holdings has none.
EMPTIED = f"""
    SELECT p.client_id FROM (
        SELECT DISTINCT ON (client_id) client_id, day, {NET} AS net FROM clients_assetsnapshot s
        WHERE branch_id = %(branch)s AND day > %(back)s AND day <= %(day)s ORDER BY client_id, {NET} DESC, day DESC
    ) p
    LEFT JOIN LATERAL (
        SELECT {NET} AS net FROM clients_assetsnapshot s
        WHERE s.client_id = p.client_id AND s.day > %(lately)s AND s.day <= %(day)s ORDER BY s.day DESC LIMIT 1
    ) l ON true
    CROSS JOIN LATERAL (
        SELECT -coalesce(sum(amount), 0) AS out FROM clients_cashflow f
        WHERE f.client_id = p.client_id AND f.day > p.day AND f.day <= %(day)s AND f.is_external
    ) f
    WHERE p.net > 0 AND coalesce(l.net, 0) <= %(share)s * p.net AND f.out * 2 >= p.net - coalesce(l.net, 0)
"""
#: Next to nothing left and nothing done. There are no logins among the facts; orders and transfers stand for them.
SILENT = f"""
    SELECT c.id AS client_id FROM clients_client c
    LEFT JOIN LATERAL (
        SELECT {NET} AS net FROM clients_assetsnapshot s
        WHERE s.client_id = c.id AND s.day > %(lately)s AND s.day <= %(day)s ORDER BY s.day DESC LIMIT 1
    ) l ON true
    WHERE c.branch_id = %(branch)s AND coalesce(l.net, 0) < %(idle)s
      AND NOT EXISTS (SELECT FROM clients_trade f WHERE f.client_id = c.id AND f.day > %(since)s AND f.day <= %(day)s)
      AND NOT EXISTS (SELECT FROM clients_productorder f WHERE f.client_id = c.id AND f.day > %(since)s AND f.day <= %(day)s)
      AND NOT EXISTS (SELECT FROM clients_cashflow f WHERE f.client_id = c.id AND f.day > %(since)s AND f.day <= %(day)s
                      AND f.is_external)
"""
#: A row that is missing on the newest day of the branch's holdings may be late by so much.
LATE = timedelta(days=7)


def load_gone(branch: Branch, *, on: date, rules: RiskRules) -> dict[int, str]:
    """client -> how: closed, taken_out or idle; the first that holds."""
    newest = AssetSnapshot.objects.filter(branch=branch, day__lte=on).aggregate(newest=Max("day"))["newest"] or on
    arguments = {
        "branch": branch.pk,
        "day": on,
        "back": on - timedelta(days=rules.look_back_days),
        "lately": newest - LATE,
        "since": on - timedelta(days=rules.outcome_days),
        "share": rules.gone_share,
        "idle": rules.idle_assets,
        "kinds": list(LEAVING),
    }
    gone: dict[int, str] = {}
    with connection.cursor() as cursor:
        for way, statement in ((IDLE, SILENT), (TAKEN_OUT, EMPTIED), (CLOSED, ENDED)):
            cursor.execute(statement, arguments)
            gone.update(dict.fromkeys((row[0] for row in cursor.fetchall()), way))
    return gone


def first_holdings(branch: Branch) -> date | None:
    """The day from which the branch's holdings are known."""
    first: date | None = AssetSnapshot.objects.filter(branch=branch).aggregate(first=Min("day"))["first"]
    return first
