"""Moments that money brings: in and out, payments due, margin, profit and loss."""

#: M4, M5: the net of transfers across the branch's border in the window, against both a sum and a share of what was there
#: before. Named after the day that leads them: servicelog.domain.mot.flows.leading_day, here for all clients at once (a test
#: holds the two together). The walk begins at a client's first transfer, so that every night finds the same days.
FLOW = """
    WITH RECURSIVE moved AS (
        SELECT client_id, sum(amount) AS net, count(*) AS transfers
        FROM clients_cashflow
        WHERE branch_id = %(branch)s AND day BETWEEN %(first_day)s AND %(day)s AND is_external
        GROUP BY client_id
    ), large AS MATERIALIZED (
        SELECT m.client_id, f.net, f.transfers, m.total,
               greatest(%(amount)s, %(share)s * greatest(m.total - f.net, 0)) AS threshold
        FROM moved f JOIN mot_client m USING (client_id)
        WHERE {sign} * f.net >= greatest(%(amount)s, %(share)s * greatest(m.total - f.net, 0))
    ), step AS MATERIALIZED (
        SELECT client_id, f.day, sum({sign} * f.amount) AS size,
               row_number() OVER (PARTITION BY client_id ORDER BY f.day) AS at
        FROM large JOIN clients_cashflow f USING (client_id)
        WHERE f.day <= %(day)s AND f.is_external AND {sign} * f.amount > 0
        GROUP BY client_id, f.day
    ), walk AS (
        SELECT client_id, at, day AS led_by, size FROM step WHERE at = 1
        UNION ALL
        SELECT s.client_id, s.at, CASE WHEN own.leads THEN s.day ELSE w.led_by END, CASE WHEN own.leads THEN s.size ELSE w.size END
        FROM walk w JOIN step s ON s.client_id = w.client_id AND s.at = w.at + 1
        CROSS JOIN LATERAL (
            SELECT s.size >= %(again)s * w.size OR s.day - w.led_by >= %(sessions)s * 7 / 5 AS leads
        ) own
    ), leader AS (SELECT DISTINCT ON (client_id) client_id, led_by FROM walk ORDER BY client_id, at DESC)
    SELECT client_id, '{name}:' || led_by, abs(net), NULL::date,
           jsonb_build_object('amount', net, 'transfers', transfers, 'from', %(first_day)s::date, 'to', %(day)s::date,
                              'assets', total, 'threshold', threshold)
    FROM large JOIN leader USING (client_id)
"""
LARGE_OUTFLOW = FLOW.format(name="out", sign="-1")
LARGE_INFLOW = FLOW.format(name="in", sign="1")

#: M6: what was won must be paid for in cash; the win is in the flows as the counter names it.
NEW_SHARE_WIN = """
    SELECT m.client_id, 'win:' || f.day, sum(abs(f.amount)), NULL::date,
           jsonb_build_object('won_on', f.day, 'amount', sum(abs(f.amount)), 'cash', max(m.cash))
    FROM clients_cashflow f JOIN mot_client m USING (client_id)
    WHERE f.branch_id = %(branch)s AND f.day BETWEEN %(first_day)s AND %(day)s AND f.kind LIKE '%%中签%%'
    GROUP BY m.client_id, f.day
"""

#: M7: named after the first day of the spell below the line.
MARGIN_LINE = """
    SELECT m.client_id, 'margin:' || coalesce(spell.since, m.holdings_on), m.margin_debt, NULL::date,
           jsonb_build_object('ratio', m.margin_ratio, 'line', %(line)s, 'debt', m.margin_debt, 'on', m.holdings_on)
    FROM mot_client m
    LEFT JOIN LATERAL (
        SELECT min(s.day) AS since FROM clients_assetsnapshot s
        WHERE s.client_id = m.client_id AND s.day <= %(day)s AND s.day > coalesce((
            SELECT max(b.day) FROM clients_assetsnapshot b
            WHERE b.client_id = m.client_id AND b.day <= %(day)s AND b.margin_ratio >= %(line)s), '-infinity')
    ) spell ON true
    WHERE m.margin_debt > 0 AND m.margin_ratio < %(line)s
"""

#: O4, O5: net assets against those at the start of the window, with what came in and went out taken off.
RESULT = """
    SELECT m.client_id, '{name}:' || to_char(%(day)s::date, 'YYYY-MM'), abs(r.result), NULL::date,
           jsonb_build_object('result', r.result, 'share', round(r.result / r.base, 4), 'from', r.since, 'to', m.holdings_on,
                              'net_before', r.net_before, 'net_now', m.net, 'flows', r.flows)
    FROM mot_client m
    JOIN LATERAL (
        SELECT b.day AS since, b.total - coalesce(b.margin_debt, 0) - coalesce(b.short_debt, 0) AS net_before
        FROM clients_assetsnapshot b WHERE b.client_id = m.client_id AND b.day <= %(first_day)s
        ORDER BY b.day DESC LIMIT 1
    ) b ON true
    JOIN LATERAL (
        SELECT b.since, b.net_before, f.flows, m.net - b.net_before - f.flows AS result,
               b.net_before + greatest(f.flows, 0) AS base
        FROM (
            SELECT coalesce(sum(amount), 0) AS flows FROM clients_cashflow f
            WHERE f.client_id = m.client_id AND f.is_external AND f.day > b.since AND f.day <= m.holdings_on
        ) f
    ) r ON r.base >= 1000
    WHERE b.since > %(first_day)s::date - 40 AND m.holdings_on > b.since AND {sign} * r.result >= %(share)s * r.base
"""
LOSS = RESULT.format(name="loss", sign="-1")
GAIN = RESULT.format(name="gain", sign="1")

#: O11: dividends that came in.
DIVIDEND = """
    SELECT m.client_id, 'dividend:' || max(f.day), sum(f.amount), NULL::date,
           jsonb_build_object('amount', sum(f.amount), 'on', max(f.day))
    FROM clients_cashflow f JOIN mot_client m USING (client_id)
    WHERE f.branch_id = %(branch)s AND f.day BETWEEN %(first_day)s AND %(day)s AND f.kind LIKE '%%红利%%' AND f.amount > 0
    GROUP BY m.client_id HAVING sum(f.amount) >= %(amount)s
"""

#: O12: the middle client of the branch lost at least so much: everybody may want to hear from us.
MARKET_SHOCK = """
    WITH moved AS (
        SELECT m.client_id, m.net - b.net AS result, (m.net - b.net) / b.net AS share, b.day AS since
        FROM mot_client m
        JOIN LATERAL (
            SELECT s.day, s.total - coalesce(s.margin_debt, 0) - coalesce(s.short_debt, 0) AS net
            FROM clients_assetsnapshot s WHERE s.client_id = m.client_id AND s.day <= %(first_day)s
            ORDER BY s.day DESC LIMIT 1
        ) b ON b.net >= 1000 AND b.day > %(first_day)s::date - 15
        WHERE m.holdings_on > b.day
    )
    SELECT client_id, 'shock:' || to_char(%(day)s::date, 'IYYY-IW'), abs(result), NULL::date,
           jsonb_build_object('share', round(share, 4), 'from', since, 'to', %(day)s::date)
    FROM moved
    WHERE share <= -%(share)s
      AND (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY share::float8) FROM moved) <= -%(share)s
"""
