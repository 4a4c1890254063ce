"""Moments that the portfolio brings: concentration, idle cash, risk warnings, unused quota, wealth elsewhere."""

#: Positions of the newest day of each client, up to the night's.
NEWEST = """
    SELECT p.* FROM mot_client m
    JOIN LATERAL (
        SELECT max(day) AS day FROM clients_position WHERE client_id = m.client_id AND day <= %(day)s
    ) last ON last.day IS NOT NULL
    JOIN clients_position p ON p.client_id = m.client_id AND p.day = last.day
"""

#: M13: a holding whose name carries the exchange's mark (ST, *ST, 退). Once per security.
RISK_WARNING_HOLDING = f"""
    SELECT DISTINCT ON (client_id) client_id, 'warning:' || security_code, value, NULL::date,
           jsonb_build_object('security', security_code, 'name', security_name, 'value', value, 'on', day)
    FROM ({NEWEST}) newest
    WHERE security_name ~ '^(S?\\*?ST|退市|.*退$)' AND value > 0
    ORDER BY client_id, value DESC
"""

#: O6: named after the security and the half-year.
CONCENTRATION = f"""
    SELECT DISTINCT ON (client_id) client_id, 'one:' || security_code || ':' || to_char(day, 'YYYY-Q'), value, NULL::date,
           jsonb_build_object('security', security_code, 'name', security_name, 'value', value, 'all', everything,
                              'share', round(value / everything, 4), 'on', day)
    FROM (
        SELECT *, sum(value) OVER (PARTITION BY client_id) AS everything FROM ({NEWEST}) newest WHERE value > 0
    ) held
    WHERE everything >= %(value)s AND value > %(share)s * everything
    ORDER BY client_id, value DESC
"""

#: O7: in every snapshot of the window more than the share lay in cash.
IDLE_CASH = """
    SELECT m.client_id, 'cash:' || to_char(%(day)s::date, 'YYYY-MM'), m.cash, NULL::date,
           jsonb_build_object('cash', m.cash, 'total', m.total, 'least_share', round(s.least, 4), 'snapshots', s.seen,
                              'from', %(first_day)s::date, 'to', m.holdings_on)
    FROM mot_client m
    JOIN LATERAL (
        SELECT min(cash / nullif(total, 0)) AS least, count(*) AS seen, min(day) AS since
        FROM clients_assetsnapshot WHERE client_id = m.client_id AND day BETWEEN %(first_day)s AND %(day)s
    ) s ON s.seen >= 2 AND s.least > %(share)s
    WHERE m.cash >= %(cash)s
"""

#: O9: a quota, and no new share touched for the window. Winning and paying are what the extract shows of subscriptions.
UNUSED_QUOTA = """
    SELECT m.client_id, 'quota:' || to_char(%(day)s::date, 'YYYY-MM'), q.quota * 10, NULL::date,
           jsonb_build_object('quota', q.quota, 'on', q.day, 'from', %(first_day)s::date)
    FROM mot_client m
    JOIN LATERAL (
        SELECT day, max(quota) AS quota FROM clients_ipoquota
        WHERE client_id = m.client_id AND day BETWEEN %(first_day)s AND %(day)s GROUP BY day ORDER BY day DESC LIMIT 1
    ) q ON q.quota >= %(quota)s
    WHERE NOT EXISTS (
        SELECT 1 FROM clients_cashflow f WHERE f.client_id = m.client_id AND f.day BETWEEN %(first_day)s AND %(day)s
          AND (f.kind LIKE '%%申购%%' OR f.kind LIKE '%%配号%%' OR f.kind LIKE '%%中签%%'))
"""

#: O10: internal only. Nobody tells a client "you hold so much elsewhere" (domain.md §2.4).
WEALTH_ELSEWHERE = """
    SELECT m.client_id, 'elsewhere:' || to_char(%(day)s::date, 'YYYY-Q'), f.offsystem_low, NULL::date,
           jsonb_build_object('at_least', f.offsystem_low, 'here', m.net)
    FROM mot_client m JOIN clients_clientfigures f ON f.client_id = m.client_id
    WHERE f.offsystem_low >= %(amount)s AND f.offsystem_low > %(times)s * greatest(m.net, 0)
"""
