"""One statement a source, each set-based over the whole branch and blind to everything after %(day)s.

Arguments: branch, day, recent, back, year: the days on which the recent window, the look-back and the year begin (exclusive).
"""

#: As the counter has them tonight.
PRESENT = """
    SELECT id AS client_id, %(day)s::date - opened_on AS since_opening, commission_rate::float8 AS rate
    FROM clients_client WHERE branch_id = %(branch)s AND status <> 'closed' ORDER BY id
"""
#: As the history of changes knows them on a past day. A rate that was not kept yet stays unknown rather than being today's.
PAST = """
    SELECT c.id AS client_id, %(day)s::date - c.opened_on AS since_opening, e.commission_rate::float8 AS rate
    FROM clients_client c
    LEFT JOIN (
        SELECT DISTINCT ON (pgh_obj_id) pgh_obj_id, commission_rate, status FROM clients_clientevent
        WHERE branch_id = %(branch)s AND pgh_created_at < (%(day)s::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'
        ORDER BY pgh_obj_id, pgh_id DESC
    ) e ON e.pgh_obj_id = c.id
    WHERE c.branch_id = %(branch)s AND coalesce(c.opened_on <= %(day)s, true)
      AND coalesce(e.status, 'normal') <> 'closed'
    ORDER BY c.id
"""
NET = "(s.total - coalesce(s.margin_debt, 0) - coalesce(s.short_debt, 0))::float8"
ASSETS = f"""
    SELECT p.client_id, p.peak, l.net AS assets, l.stock, r.stock AS stock_before, b.net AS assets_before
    FROM (
        SELECT client_id, max({NET}) AS peak FROM clients_assetsnapshot s
        WHERE branch_id = %(branch)s AND day > %(back)s AND day <= %(day)s GROUP BY client_id
    ) p
    CROSS JOIN LATERAL (
        SELECT {NET} AS net, s.stock_value::float8 AS stock FROM clients_assetsnapshot s
        WHERE s.client_id = p.client_id AND s.day <= %(day)s ORDER BY s.day DESC LIMIT 1
    ) l
    LEFT JOIN LATERAL (
        SELECT s.stock_value::float8 AS stock FROM clients_assetsnapshot s
        WHERE s.client_id = p.client_id AND s.day <= %(recent)s ORDER BY s.day DESC LIMIT 1
    ) r ON true
    LEFT JOIN LATERAL (
        SELECT {NET} AS net FROM clients_assetsnapshot s
        WHERE s.client_id = p.client_id AND s.day <= %(back)s ORDER BY s.day DESC LIMIT 1
    ) b ON true
"""
#: Only what crosses the branch's border: dividends and price moves are no sign of leaving.
TRANSFERS = """
    SELECT client_id,
           -sum(amount) FILTER (WHERE day > %(recent)s)::float8 AS net_out,
           sum(amount) FILTER (WHERE day > %(back)s)::float8 AS net_in,
           count(*) FILTER (WHERE amount < 0 AND day > %(recent)s) AS outs,
           count(*) FILTER (WHERE amount < 0 AND day > %(back)s AND day <= %(recent)s) AS outs_before,
           -sum(amount) FILTER (WHERE amount < 0 AND day > %(recent)s)::float8 AS sum_out,
           -sum(amount) FILTER (WHERE amount < 0 AND day > %(back)s AND day <= %(recent)s)::float8 AS sum_out_before,
           %(day)s::date - max(day) AS since_transfer
    FROM clients_cashflow
    WHERE branch_id = %(branch)s AND day > %(year)s AND day <= %(day)s AND is_external GROUP BY client_id
"""
#: `entropy`: sum of p ln p over the gaps between trade days, the first counted from the beginning of the year.
TRADES = """
    SELECT client_id, count(*) AS trade_days, %(day)s::date - max(day) AS since_trade,
           sum(amount) FILTER (WHERE day > %(recent)s) AS traded,
           sum(amount) FILTER (WHERE day <= %(recent)s) AS traded_before,
           sum(gap * ln(gap)) AS entropy
    FROM (
        SELECT client_id, day, sum(amount)::float8 AS amount,
               (day - lag(day, 1, %(year)s::date) OVER (PARTITION BY client_id ORDER BY day))::float8
                   / (%(day)s::date - %(year)s::date + 1) AS gap
        FROM clients_trade WHERE branch_id = %(branch)s AND day > %(year)s AND day <= %(day)s GROUP BY client_id, day
    ) days GROUP BY client_id
"""
ORDERS = """
    SELECT client_id, %(day)s::date - max(day) AS since_order,
           sum(amount) FILTER (WHERE kind = 'redeem' AND day > %(recent)s)::float8 AS redeemed,
           sum(amount) FILTER (WHERE kind = 'buy' AND day > %(recent)s)::float8 AS bought
    FROM clients_productorder
    WHERE branch_id = %(branch)s AND day > %(year)s AND day <= %(day)s GROUP BY client_id
"""
#: All markets of the newest day with a quota, now and before the recent window.
QUOTAS = """
    WITH quotas AS (
        SELECT client_id, day, sum(quota)::float8 AS quota FROM clients_ipoquota
        WHERE branch_id = %(branch)s AND day > %(back)s AND day <= %(day)s GROUP BY client_id, day
    )
    SELECT n.client_id, n.quota, b.quota AS quota_before
    FROM (SELECT DISTINCT ON (client_id) client_id, quota FROM quotas WHERE day > %(recent)s
          ORDER BY client_id, day DESC) n
    JOIN (SELECT DISTINCT ON (client_id) client_id, quota FROM quotas WHERE day <= %(recent)s
          ORDER BY client_id, day DESC) b USING (client_id)
"""
COMPLAINTS = """
    SELECT client_id, %(day)s::date - max(received_on) AS since_complaint,
           bool_or(settled_on IS NULL OR settled_on > %(day)s)::int AS complaint_open
    FROM servicelog_complaint
    WHERE branch_id = %(branch)s AND received_on > %(back)s AND received_on <= %(day)s GROUP BY client_id
"""
#: Another advisor than before; the first one a client gets is no change.
CHANGES = """
    SELECT client_id, %(day)s::date - max(day) AS since_change
    FROM (
        SELECT pgh_obj_id AS client_id, (pgh_created_at AT TIME ZONE 'Asia/Shanghai')::date AS day, advisor_id,
               lag(advisor_id) OVER (PARTITION BY pgh_obj_id ORDER BY pgh_id) AS former
        FROM clients_clientevent WHERE branch_id = %(branch)s
    ) events
    WHERE day > %(back)s AND day <= %(day)s AND former IS NOT NULL AND advisor_id IS DISTINCT FROM former
    GROUP BY client_id
"""
SOURCES = (ASSETS, TRANSFERS, TRADES, ORDERS, QUOTAS, COMPLAINTS, CHANGES)
