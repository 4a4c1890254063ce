"""Clients a follow-up may be about, and who may not ask them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from branch_crm.core.models import Branch, Role, Staff
from servicelog.domain.follow_up import FollowUpRules

#: Clients at the end of last year with their status then, where the history reaches back so far, else with that of today.
POPULATION = """
    SELECT c.id, coalesce(f.tier::text, ''), c.risk_level, c.status <> ALL(%(left_out)s)
    FROM clients_client c
    LEFT JOIN clients_clientfigures f ON f.client_id = c.id
    LEFT JOIN LATERAL (
        SELECT status FROM clients_clientevent e WHERE e.pgh_obj_id = c.id AND e.pgh_created_at < %(year_begins)s
        ORDER BY e.pgh_id DESC LIMIT 1
    ) at_year_end ON true
    WHERE c.branch_id = %(branch)s AND coalesce(c.opened_on, '-infinity') < %(first_day)s
      AND coalesce(at_year_end.status, c.status) <> ALL(%(left_out)s)
    ORDER BY c.id
"""

#: Client and account of whoever held the client on or after `since` (a state of the history holds until the next one), or
#: stands in the counter system as the one who opened or serves the account.
NOT_INDEPENDENT = """
    WITH client AS (SELECT id, branch_id, advisor_id, counter_service_no, counter_developer_no
                    FROM clients_client WHERE id = ANY(%(clients)s)),
    known AS (
        SELECT id AS client_id, branch_id, advisor_id, NULL AS staff_no FROM client
        UNION
        SELECT c.id, c.branch_id, e.advisor_id, NULL FROM client c
        JOIN clients_clientevent e ON e.pgh_obj_id = c.id
        LEFT JOIN LATERAL (
            SELECT pgh_created_at FROM clients_clientevent n WHERE n.pgh_obj_id = e.pgh_obj_id AND n.pgh_id > e.pgh_id
            ORDER BY n.pgh_id LIMIT 1
        ) following ON true
        WHERE coalesce(following.pgh_created_at, 'infinity') >= %(since)s
        UNION
        SELECT c.id, c.branch_id, NULL, no FROM client c
        CROSS JOIN LATERAL (VALUES (c.counter_service_no), (c.counter_developer_no)) AS counter(no) WHERE no <> ''
    )
    SELECT DISTINCT k.client_id, s.id
    FROM known k
    LEFT JOIN advisors_advisor a ON a.id = k.advisor_id OR (a.branch_id = k.branch_id AND a.staff_no = k.staff_no)
    JOIN core_staff s ON s.id = a.account_id
      OR (s.branch_id = k.branch_id AND s.staff_no <> '' AND s.staff_no = coalesce(a.staff_no, k.staff_no))
"""


@dataclass(frozen=True)
class Population:
    """`base`: clients of last year-end against whom the ratio is measured. `pairs`: those who may be drawn, with stratum."""

    base: int
    pairs: tuple[tuple[int, str], ...]


def sample_population(branch: Branch, *, year: int, rules: FollowUpRules) -> Population:
    """Who was a client when `year` began and is neither dormant, suspended nor closed, as the policy says."""
    given = {
        "branch": branch.pk,
        "left_out": list(rules.left_out),
        "first_day": date(year, 1, 1),
        "year_begins": _begin(date(year, 1, 1)),
    }
    with connection.cursor() as cursor:
        cursor.execute(POPULATION, given)
        rows = cursor.fetchall()
    names = {"tier": 1, "risk_level": 2}
    pairs = [(row[0], "/".join(row[names[name]] or "-" for name in rules.strata)) for row in rows if row[3]]
    return Population(len(rows), tuple(pairs))


def not_independent(clients: Sequence[int], *, since: date) -> dict[int, frozenset[int]]:
    """Client -> accounts that may not ask: holder now or since that day, opener and server by the counter system."""
    with connection.cursor() as cursor:
        cursor.execute(NOT_INDEPENDENT, {"clients": list(clients), "since": _begin(since)})
        found: dict[int, set[int]] = {pk: set() for pk in clients}
        for client, person in cursor.fetchall():
            found[client].add(person)
    return {client: frozenset(people) for client, people in found.items()}


def people_who_ask(branch: Branch, rules: FollowUpRules) -> QuerySet[Staff]:
    """Active staff of the branch in the policy's roles or named by number. Advisors never: they serve clients."""
    asks = Q(role__in=rules.executor_roles) | Q(staff_no__in=rules.executor_staff_nos)
    staff = Staff.objects.filter(asks, branch=branch, is_active=True)
    return staff.exclude(role__in=(Role.ADVISOR, Role.ADMIN)).order_by("pk")


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
