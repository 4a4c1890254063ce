"""What asks for a follow-up: each query gives client, a name that is the event's own, and the day by which to ask."""

from __future__ import annotations

from dataclasses import dataclass

from servicelog.models import FollowUp
from servicelog.queries.mot.relation import CHANGED, PERMISSIONS


@dataclass(frozen=True)
class Event:
    """`days`: the figure of the policy that says within how many calendar days to ask; 0 there turns the event off."""

    kind: str
    days: str
    query: str


NEW_CLIENT = """
    SELECT id, 'opened:' || opened_on, opened_on + %(within)s
    FROM clients_client WHERE branch_id = %(branch)s AND opened_on > %(first_day)s AND opened_on <= %(day)s
"""

#: Several permissions of one day are one talk.
NEW_PERMISSION = """
    SELECT DISTINCT client_id, 'permission:' || day, day + %(within)s FROM ({changed}) c WHERE {gained}
""".format(
    changed=CHANGED.format(
        ago=0, columns=", ".join(f"e.{name} AS {name}, b.{name} AS old_{name}" for name in PERMISSIONS)
    ),
    gained=" OR ".join(f"({name} AND NOT old_{name})" for name in PERMISSIONS),
)

#: Whoever was served by the leaver within the sixty days before the last one: books are often handed over before it.
CLIENT_OF_LEAVER = """
    SELECT DISTINCT e.pgh_obj_id, 'leaver:' || a.id, a.left + %(within)s
    FROM advisors_advisor a
    JOIN clients_clientevent e ON e.advisor_id = a.id AND e.branch_id = a.branch_id
    LEFT JOIN LATERAL (
        SELECT pgh_created_at FROM clients_clientevent n WHERE n.pgh_obj_id = e.pgh_obj_id AND n.pgh_id > e.pgh_id
        ORDER BY n.pgh_id LIMIT 1
    ) following ON true
    WHERE a.branch_id = %(branch)s AND a.left > %(first_day)s AND a.left <= %(day)s
      AND coalesce(following.pgh_created_at, 'infinity') >= ((a.left - 60)::timestamp AT TIME ZONE 'Asia/Shanghai')
"""

#: Once a year each client to whom a registered adviser has lately given advice.
ADVISED = """
    SELECT client_id, 'advised:' || %(year)s, max(on_day) + %(within)s
    FROM (
        SELECT client_id, (held_at AT TIME ZONE 'Asia/Shanghai')::date AS on_day FROM servicelog_contact
        WHERE branch_id = %(branch)s AND advice_given
        UNION ALL
        SELECT client_id, (made_at AT TIME ZONE 'Asia/Shanghai')::date FROM servicelog_recommendation
        WHERE branch_id = %(branch)s AND result <> 'blocked'
    ) advice
    WHERE on_day > %(day)s::date - 30 AND on_day <= %(day)s GROUP BY client_id
"""

#: A complaint about somebody's conduct.
CONDUCT = """
    SELECT client_id, 'complaint:' || id, received_on + %(within)s FROM servicelog_complaint
    WHERE branch_id = %(branch)s AND about = 'conduct' AND received_on > %(first_day)s AND received_on <= %(day)s
"""

#: A product above the client's level that one of ours brought up. Several attempts of one day are one talk.
REFUSED_ATTEMPT = """
    SELECT DISTINCT client_id, 'refused:' || on_day, on_day + %(within)s
    FROM (
        SELECT client_id, (made_at AT TIME ZONE 'Asia/Shanghai')::date AS on_day FROM servicelog_recommendation
        WHERE branch_id = %(branch)s AND result = 'blocked' AND staff_initiated
    ) attempt
    WHERE on_day > %(first_day)s AND on_day <= %(day)s
"""

EVENTS = (
    Event(FollowUp.Kind.NEW, "new_client", NEW_CLIENT),
    Event(FollowUp.Kind.PERMISSION, "permission", NEW_PERMISSION),
    Event(FollowUp.Kind.LEAVER, "leaver", CLIENT_OF_LEAVER),
    Event(FollowUp.Kind.ADVISED, "advised", ADVISED),
    Event(FollowUp.Kind.UNUSUAL, "unusual", CONDUCT),
    Event(FollowUp.Kind.UNUSUAL, "unusual", REFUSED_ATTEMPT),
)
