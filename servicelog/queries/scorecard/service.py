"""Records of service: the standard of each client, mandatory and optional moments, logs, and the breadth of talks.

Each statement gives advisor, record, client, good, whole and weight; a figure is the sum of weight * good over that of
weight * whole.
"""

#: Each client on the last day of the month on which the advisor served: what the standard asked of the time served so far, and
#: what was held in it (servicelog.domain.coverage).
COVERAGE = """
    WITH row AS (
        SELECT DISTINCT ON (h.client_id, h.advisor_id) h.client_id, h.advisor_id, h.starts, h.until_day,
               s.contacts, s.days, s.meetings, s.meeting_days, s.weight,
               h.until_day - greatest(c.opened_on, h.starts) AS age
        FROM score_served h JOIN clients_client c ON c.id = h.client_id AND c.status <> 'closed'
        LEFT JOIN clients_clientfigures f ON f.client_id = c.id
        JOIN unnest(%(tiers)s::int[], %(contacts)s::int[], %(days)s::int[], %(meetings)s::int[], %(meeting_days)s::int[],
                    %(tier_weights)s::float8[])
             AS s(tier, contacts, days, meetings, meeting_days, weight) ON s.tier = coalesce(f.tier, 1)
        ORDER BY h.client_id, h.advisor_id, h.starts DESC
    ),
    owed AS (
        SELECT *, CASE WHEN age < days THEN contacts * greatest(age, 0) / days ELSE contacts END AS wanted,
               CASE WHEN age < meeting_days THEN meetings * greatest(age, 0) / meeting_days ELSE meetings END
                   AS meetings_wanted
        FROM row
    ),
    contact AS (
        SELECT client_id, (held_at AT TIME ZONE 'Asia/Shanghai')::date AS held_on, channel = ANY(%(face)s) AS face
        FROM servicelog_contact WHERE branch_id = %(branch)s AND counts AND held_at >= %(oldest)s
    ),
    held AS (
        SELECT o.client_id, o.advisor_id,
               count(*) FILTER (WHERE k.held_on >= o.until_day - o.days) AS contacts,
               count(*) FILTER (WHERE k.face AND k.held_on >= o.until_day - o.meeting_days) AS meetings
        FROM owed o JOIN contact k ON k.client_id = o.client_id AND k.held_on BETWEEN o.starts AND o.until_day
        WHERE o.wanted + o.meetings_wanted > 0
        GROUP BY o.client_id, o.advisor_id
    )
    SELECT o.advisor_id, o.client_id, o.client_id,
           least(coalesce(h.contacts, 0), wanted) + least(coalesce(h.meetings, 0), meetings_wanted),
           wanted + meetings_wanted, weight
    FROM owed o LEFT JOIN held h USING (client_id, advisor_id)
    WHERE wanted + meetings_wanted > 0 AND weight > 0
"""

#: A task raised in the night of one day is first seen on the next: who served from then to the deadline answers for it. Where
#: the client changed hands in between, nobody does.
_THEIRS = """
    FROM servicelog_mottask t
    JOIN score_holding h ON h.client_id = t.client_id AND h.starts <= t.raised_on + 1 AND h.ends > t.due_on
"""

#: As in servicelog.queries.track_record.judged_tasks. An open one is judged on the day after its deadline.
MANDATORY = f"""
    SELECT h.advisor_id, t.id, t.client_id,
           (t.state = 'done' AND (t.closed_on < t.due_on OR t.closed_on = t.due_on AND
               (t.due_time IS NULL OR (k.held_at AT TIME ZONE 'Asia/Shanghai')::time <= t.due_time)))::int,
           1, 1
    {_THEIRS}
    LEFT JOIN servicelog_contact k ON k.id = t.contact_id
    WHERE t.branch_id = %(branch)s AND t.mandatory AND t.due_on BETWEEN %(month)s AND %(last)s
      AND (t.state = 'done' OR t.state = 'open' AND t.due_on < %(as_of)s
           OR t.state = 'lapsed' AND t.lapse_reason = 'overtaken')
"""

OPTIONAL = """
    SELECT h.advisor_id, t.id, t.client_id, 1, 1, 1
    FROM servicelog_mottask t
    JOIN score_holding h ON h.client_id = t.client_id AND h.starts <= t.closed_on AND h.ends > t.closed_on
    WHERE t.branch_id = %(branch)s AND NOT t.mandatory AND t.aim AND t.state = 'done'
      AND t.closed_on BETWEEN %(month)s AND %(last)s
"""

#: Value at risk: answered, and the client neither gone nor going.
AT_RISK = f"""
    SELECT h.advisor_id, t.id, t.client_id,
           CASE WHEN t.state = 'done' AND c.status NOT IN ('closing', 'closed') THEN greatest(t.at_stake, 1) ELSE 0 END,
           greatest(t.at_stake, 1), 1
    {_THEIRS}
    JOIN clients_client c ON c.id = t.client_id
    WHERE t.branch_id = %(branch)s AND t.mandatory AND t.kind = ANY(%(at_risk)s) AND t.due_on BETWEEN %(month)s AND %(last)s
      AND (t.state = 'done' OR t.state = 'open' AND t.due_on < %(as_of)s
           OR t.state = 'lapsed' AND t.lapse_reason = 'overtaken')
"""

LOGS = """
    SELECT advisor_id, id, client_id, counts::int, 1, 1 FROM servicelog_contact
    WHERE branch_id = %(branch)s AND advisor_id IS NOT NULL AND bulk_id IS NULL
      AND held_at >= %(from)s AND held_at < %(until)s
"""

#: Letters of I-CLAS per client spoken to, of five.
CLAS = """
    SELECT k.advisor_id, k.client_id, k.client_id, count(DISTINCT letter), 5, 1
    FROM servicelog_contact k LEFT JOIN LATERAL unnest(k.clas) letter ON true
    WHERE k.branch_id = %(branch)s AND k.advisor_id IS NOT NULL AND k.counts AND k.held_at >= %(from)s AND k.held_at < %(until)s
    GROUP BY k.advisor_id, k.client_id
"""
