"""Moments that the relation brings: beginning, silence, permissions, another advisor, complaint, leaving, a new tier."""

NEW_CLIENT = """
    SELECT client_id, 'opened:' || opened_on, net, NULL::date, jsonb_build_object('opened_on', opened_on)
    FROM mot_client WHERE opened_on BETWEEN %(first_day)s AND %(day)s
"""

#: Changes of a client's row as its history keeps them, between the window's days or so many days before. The day is that of
#: Shanghai.
CHANGED = """
    SELECT e.pgh_obj_id AS client_id, e.pgh_id, (e.pgh_created_at AT TIME ZONE 'Asia/Shanghai')::date AS day, {columns}
    FROM clients_clientevent e
    JOIN LATERAL (
        SELECT * FROM clients_clientevent b WHERE b.pgh_obj_id = e.pgh_obj_id AND b.pgh_id < e.pgh_id
        ORDER BY b.pgh_id DESC LIMIT 1
    ) b ON true
    WHERE e.branch_id = %(branch)s AND e.pgh_label = 'update'
      AND e.pgh_created_at >= ((%(first_day)s::date - {ago})::timestamp AT TIME ZONE 'Asia/Shanghai')
      AND e.pgh_created_at < ((%(day)s::date - {ago} + 1)::timestamp AT TIME ZONE 'Asia/Shanghai')
"""

#: M2: the first of several permissions names the task; all of them are in its facts.
NEW_PERMISSION = """
    SELECT m.client_id, 'permission:' || min(c.day), max(m.net), NULL::date,
           jsonb_build_object('permissions', array_agg(DISTINCT p.code), 'on', min(c.day))
    FROM ({changed}) c
    CROSS JOIN LATERAL (VALUES {permissions}) AS p(code, has, had)
    JOIN mot_client m ON m.client_id = c.client_id
    WHERE p.has AND NOT p.had
    GROUP BY m.client_id
"""
PERMISSIONS = ("has_margin", "has_options", "has_chinext", "has_star", "has_bse")
NEW_PERMISSION = NEW_PERMISSION.format(
    changed=CHANGED.format(
        ago=0, columns=", ".join(f"e.{name} AS {name}, b.{name} AS old_{name}" for name in PERMISSIONS)
    ),
    permissions=", ".join(f"('{name}', c.{name}, c.old_{name})" for name in PERMISSIONS),
)

#: The advisor comes back to a client whom he left not long ago: after a cover, or a plan that was rolled back.
COMES_BACK = """
    EXISTS (
        SELECT 1 FROM clients_clientevent x
        JOIN LATERAL (
            SELECT advisor_id FROM clients_clientevent b WHERE b.pgh_obj_id = x.pgh_obj_id AND b.pgh_id < x.pgh_id
            ORDER BY b.pgh_id DESC LIMIT 1
        ) left_by ON left_by.advisor_id = c.new_advisor
        WHERE x.pgh_obj_id = m.client_id AND x.pgh_id < c.pgh_id AND x.advisor_id IS DISTINCT FROM c.new_advisor
          AND x.pgh_created_at >= ((c.day - {within})::timestamp AT TIME ZONE 'Asia/Shanghai'))
"""
PEOPLE = "jsonb_build_object('advisor', c.new_advisor, 'before', c.old_advisor, 'on', c.day)"
ADVISORS = "e.advisor_id AS new_advisor, b.advisor_id AS old_advisor"

#: M12: a new advisor introduces himself. Coming from nobody counts as well.
NEW_ADVISOR = """
    SELECT DISTINCT ON (m.client_id) m.client_id, 'advisor:' || c.pgh_id, m.net, NULL::date, {people}
    FROM ({changed}) c JOIN mot_client m ON m.client_id = c.client_id
    WHERE c.new_advisor IS DISTINCT FROM c.old_advisor AND c.new_advisor = m.advisor_id AND NOT {comes_back}
    ORDER BY m.client_id, c.pgh_id DESC
""".format(
    people=PEOPLE,
    changed=CHANGED.format(ago=0, columns=ADVISORS),
    comes_back=COMES_BACK.format(within="%(back_within)s::int"),
)

#: The same for clients who are being moved at this moment: their newest change is the one, and its day is the night's.
INTRODUCTION = """
    SELECT m.client_id, 'advisor:' || c.pgh_id, m.net, NULL::date, {people}
    FROM mot_client m
    JOIN LATERAL (
        SELECT e.pgh_id, e.advisor_id AS new_advisor, b.advisor_id AS old_advisor, %(day)s::date AS day
        FROM clients_clientevent e
        JOIN LATERAL (
            SELECT advisor_id FROM clients_clientevent b WHERE b.pgh_obj_id = e.pgh_obj_id AND b.pgh_id < e.pgh_id
            ORDER BY b.pgh_id DESC LIMIT 1
        ) b ON b.advisor_id IS DISTINCT FROM e.advisor_id
        WHERE e.pgh_obj_id = m.client_id AND e.advisor_id = m.advisor_id ORDER BY e.pgh_id DESC LIMIT 1
    ) c ON NOT {comes_back}
""".format(people=PEOPLE, comes_back=COMES_BACK.format(within="%(back_within)s::int"))

#: How the client fares so many days after another advisor took over; who came from nobody was not taken over.
AFTER_TRANSFER = """
    SELECT DISTINCT ON (m.client_id) m.client_id, 'after{{days}}:' || c.pgh_id, m.net, NULL::date, {people}
    FROM ({changed}) c JOIN mot_client m ON m.client_id = c.client_id
    WHERE c.old_advisor IS NOT NULL AND c.new_advisor <> c.old_advisor AND c.new_advisor = m.advisor_id AND NOT {comes_back}
    ORDER BY m.client_id, c.pgh_id DESC
""".format(
    people=PEOPLE,
    changed=CHANGED.format(ago="{days}", columns=ADVISORS),
    comes_back=COMES_BACK.format(within="{days}"),
)

#: M11: the client is leaving. A contact may be offered once, beside the closing, never in its way.
CLOSING = """
    SELECT m.client_id, 'closing:' || min(c.day), max(m.net), NULL::date, jsonb_build_object('on', min(c.day))
    FROM ({changed}) c JOIN mot_client m ON m.client_id = c.client_id AND m.status = 'closing'
    WHERE c.new_status = 'closing' AND c.old_status <> 'closing'
    GROUP BY m.client_id
""".format(changed=CHANGED.format(ago=0, columns="e.status AS new_status, b.status AS old_status"))

COMPLAINT = """
    SELECT DISTINCT ON (m.client_id) m.client_id, 'complaint:' || k.id, m.net, NULL::date,
           jsonb_build_object('complaint', k.id, 'received_on', k.received_on, 'about', k.about)
    FROM servicelog_complaint k JOIN mot_client m USING (client_id)
    WHERE k.branch_id = %(branch)s AND k.state = 'open' AND k.received_on BETWEEN %(first_day)s AND %(day)s
    ORDER BY m.client_id, k.received_on, k.id
"""

#: O2: the first trade after so many quiet days.
BACK_AFTER_SILENCE = """
    SELECT m.client_id, 'back:' || t.day, t.amount, NULL::date,
           jsonb_build_object('traded_on', t.day, 'amount', t.amount, 'last_before', b.day, 'days', t.day - b.day)
    FROM (
        SELECT client_id, min(day) AS day, sum(amount) AS amount FROM clients_trade
        WHERE branch_id = %(branch)s AND day BETWEEN %(first_day)s AND %(day)s GROUP BY client_id
    ) t
    JOIN mot_client m USING (client_id)
    JOIN LATERAL (
        SELECT day FROM clients_trade WHERE client_id = m.client_id AND day < t.day ORDER BY day DESC LIMIT 1
    ) b ON t.day - b.day >= %(days)s
"""

#: O3: no trade for so long although something lies here. Named after the last trade.
SILENT = """
    SELECT m.client_id, 'silent:' || coalesce(t.day::text, 'never'), m.net, NULL::date,
           jsonb_build_object('last_trade', t.day, 'days', %(day)s - t.day, 'assets', m.net)
    FROM mot_client m
    LEFT JOIN LATERAL (
        SELECT day FROM clients_trade WHERE client_id = m.client_id AND day <= %(day)s ORDER BY day DESC LIMIT 1
    ) t ON true
    WHERE m.net >= %(assets)s AND coalesce(t.day, m.opened_on, '-infinity'::date) <= %(day)s - %(days)s::int
"""

#: O8: the tier of the current run above that of the run before.
TIER_UP = """
    SELECT m.client_id, 'tier:' || v.tier || ':' || to_char(r.as_of, 'YYYY-MM'), m.net, NULL::date,
           jsonb_build_object('tier', v.tier, 'before', b.tier, 'on', r.as_of)
    FROM clients_scoringrun r
    JOIN clients_clientvalue v ON v.run_id = r.id
    JOIN LATERAL (
        SELECT id FROM clients_scoringrun WHERE branch_id = r.branch_id AND as_of < r.as_of ORDER BY as_of DESC, id DESC LIMIT 1
    ) last ON true
    JOIN clients_clientvalue b ON b.run_id = last.id AND b.client_id = v.client_id
    JOIN mot_client m ON m.client_id = v.client_id
    WHERE r.branch_id = %(branch)s AND r.is_current AND r.as_of BETWEEN %(first_day)s AND %(day)s AND v.tier > b.tier
"""

#: O8: today's figures alone would give a higher tier, or nearly: assets within the share below the next tier's threshold.
NEAR_TIER = """
    SELECT m.client_id, 'near:' || (v.tier + 1) || ':' || to_char(%(day)s::date, 'YYYY-Q'), m.net, NULL::date,
           jsonb_build_object('tier', v.tier, 'next', v.tier + 1, 'assets', v.asset_money, 'threshold', t.threshold,
                              'missing', t.threshold - v.asset_money)
    FROM clients_scoringrun r
    JOIN clients_clientvalue v ON v.run_id = r.id
    JOIN unnest(%(tiers)s::int[], %(thresholds)s::numeric[]) AS t(tier, threshold) ON t.tier = v.tier + 1
    JOIN mot_client m ON m.client_id = v.client_id
    WHERE r.branch_id = %(branch)s AND r.is_current
      AND v.asset_money < t.threshold AND v.asset_money >= t.threshold * (1 - %(share)s)
"""
