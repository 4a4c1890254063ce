"""Records of what came of the service: money in and out, products, complaints, and what was not suitable.

Columns as in servicelog.queries.scorecard.service.
"""

#: Money across the branch's border while served, against the net assets with which the service of the month began, by the share
#: of the days served. Prices move neither. A client of whom no holdings are known is left out.
FLOW = """
    WITH base AS (
        SELECT h.client_id, h.advisor_id, h.from_day, h.until_day, b.net,
               (h.until_day - h.from_day + 1)::numeric / (%(last)s::date - %(month)s::date + 1) AS part
        FROM score_served h
        JOIN LATERAL (
            SELECT net FROM (
                (SELECT 1 AS at, s.total - coalesce(s.margin_debt, 0) - coalesce(s.short_debt, 0) AS net
                 FROM clients_assetsnapshot s WHERE s.client_id = h.client_id AND s.day < h.from_day
                 ORDER BY s.day DESC LIMIT 1)
                UNION ALL
                (SELECT 2, s.total - coalesce(s.margin_debt, 0) - coalesce(s.short_debt, 0)
                 FROM clients_assetsnapshot s
                 WHERE s.client_id = h.client_id AND s.day BETWEEN h.from_day AND h.until_day ORDER BY s.day LIMIT 1)
            ) known ORDER BY at LIMIT 1
        ) b ON true
    ),
    flow AS (
        SELECT client_id, day, sum(amount) AS amount FROM clients_cashflow
        WHERE branch_id = %(branch)s AND is_external AND day BETWEEN %(month)s AND %(last)s GROUP BY client_id, day
    )
    SELECT b.advisor_id, b.client_id, b.client_id, coalesce(sum(f.amount), 0), sum(b.whole), 1
    FROM (
        SELECT client_id, advisor_id, from_day, until_day, greatest(net, 0) * part AS whole FROM base
    ) b
    LEFT JOIN LATERAL (
        SELECT sum(amount) AS amount FROM flow
        WHERE flow.client_id = b.client_id AND flow.day BETWEEN b.from_day AND b.until_day
    ) f ON true
    GROUP BY b.advisor_id, b.client_id HAVING sum(b.whole) > 0 OR sum(f.amount) IS NOT NULL
"""

#: Suitable recommendations of the month, and whether an order followed.
PRODUCTS = """
    SELECT a.id, r.id, r.client_id, EXISTS (
               SELECT 1 FROM clients_productorder o
               WHERE o.client_id = r.client_id AND o.product_code = p.code AND o.kind = 'buy'
                 AND o.day BETWEEN (r.made_at AT TIME ZONE 'Asia/Shanghai')::date
                     AND (r.made_at AT TIME ZONE 'Asia/Shanghai')::date + %(order_days)s)::int, 1, 1
    FROM servicelog_recommendation r JOIN clients_product p ON p.id = r.product_id
    JOIN advisors_advisor a ON a.account_id = r.made_by_id AND a.branch_id = r.branch_id
    WHERE r.branch_id = %(branch)s AND r.result <> 'blocked' AND r.made_at >= %(from)s AND r.made_at < %(until)s
"""

#: Conduct and service only; fees, products and systems are not the advisor's. `whole` is the number of clients served,
#: which servicelog.queries.scorecard.figures adds.
COMPLAINTS = """
    SELECT h.advisor_id, c.id, c.client_id, 1, 0, 1
    FROM servicelog_complaint c
    JOIN score_holding h ON h.client_id = c.client_id AND h.starts <= c.received_on AND h.ends > c.received_on
    WHERE c.branch_id = %(branch)s AND c.about IN ('service', 'conduct') AND c.received_on BETWEEN %(month)s AND %(last)s
"""

#: Products that we suggested and the rules refused.
ATTEMPTS = """
    SELECT a.id, r.id, r.client_id, 1, 1, 1
    FROM servicelog_recommendation r JOIN advisors_advisor a ON a.account_id = r.made_by_id AND a.branch_id = r.branch_id
    WHERE r.branch_id = %(branch)s AND r.result = 'blocked' AND r.staff_initiated
      AND r.made_at >= %(from)s AND r.made_at < %(until)s
"""

#: The client bought in this month what the rules had refused to the advisor, and nothing suitable was recorded in between.
BREACH = """
    SELECT DISTINCT ON (o.id) a.id, r.id, r.client_id, 1, 1, 1
    FROM clients_productorder o
    JOIN clients_product p ON p.branch_id = o.branch_id AND p.code = o.product_code
    JOIN servicelog_recommendation r ON r.client_id = o.client_id AND r.product_id = p.id AND r.result = 'blocked'
        AND o.day BETWEEN (r.made_at AT TIME ZONE 'Asia/Shanghai')::date
            AND (r.made_at AT TIME ZONE 'Asia/Shanghai')::date + %(order_days)s
    JOIN advisors_advisor a ON a.account_id = r.made_by_id AND a.branch_id = r.branch_id
    WHERE o.branch_id = %(branch)s AND o.kind = 'buy' AND o.day BETWEEN %(month)s AND %(last)s
      AND NOT EXISTS (
          SELECT 1 FROM servicelog_recommendation later
          WHERE later.client_id = r.client_id AND later.product_id = r.product_id AND later.result <> 'blocked'
            AND later.made_at > r.made_at AND (later.made_at AT TIME ZONE 'Asia/Shanghai')::date <= o.day)
    ORDER BY o.id, r.made_at DESC
"""
