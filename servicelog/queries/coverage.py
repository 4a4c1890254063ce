"""Coverage of the service standard: a branch by advisor and tier in one statement, and what each client of a book needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from branch_crm.core.models import Branch
from clients.models import Client, ClientStatus
from clients.queries.book import HEAVY
from servicelog.domain.coverage import Need, Served, TierCoverage, need_of
from servicelog.domain.service_rules import ServiceRules
from servicelog.models import Channel

#: What counts as a meeting face to face.
MEETINGS = (Channel.VISIT, Channel.MEETING)

#: The arithmetic of servicelog.domain.coverage for every client at once.
BY_ADVISOR = """
    WITH client AS (
        SELECT c.id, c.advisor_id, s.tier, %(today)s::date - s.days AS since,
               %(today)s::date - s.meeting_days AS meetings_since,
               CASE WHEN age.days < s.days THEN s.contacts * age.days / s.days ELSE s.contacts END AS wanted,
               CASE WHEN age.days < s.meeting_days THEN s.meetings * age.days / s.meeting_days
                    ELSE s.meetings END AS meetings_wanted
        FROM clients_client c
        JOIN clients_clientfigures f ON f.client_id = c.id
        JOIN unnest(%(tiers)s::int[], %(contacts)s::int[], %(days)s::int[], %(meetings)s::int[], %(meeting_days)s::int[])
             AS s(tier, contacts, days, meetings, meeting_days) ON s.tier = coalesce(f.tier, 1)
        CROSS JOIN LATERAL (
            SELECT CASE WHEN c.opened_on IS NOT NULL THEN greatest(%(today)s::date - c.opened_on, 0) END AS days
        ) age
        WHERE c.branch_id = %(branch)s AND c.status <> 'closed' AND c.advisor_id IS NOT NULL
    ),
    contact AS (
        SELECT client_id, (held_at AT TIME ZONE 'Asia/Shanghai')::date AS held_on, channel = ANY(%(face)s) AS face
        FROM servicelog_contact WHERE branch_id = %(branch)s AND counts AND held_at >= %(oldest)s
    ),
    held AS (
        SELECT c.id, count(*) FILTER (WHERE k.held_on >= c.since) AS contacts,
               count(*) FILTER (WHERE k.face AND k.held_on >= c.meetings_since) AS meetings
        FROM client c JOIN contact k ON k.client_id = c.id GROUP BY c.id
    )
    SELECT advisor_id, tier, count(*),
           count(*) FILTER (WHERE coalesce(h.contacts, 0) >= wanted AND coalesce(h.meetings, 0) >= meetings_wanted),
           sum(wanted), sum(least(coalesce(h.contacts, 0), wanted)),
           sum(meetings_wanted), sum(least(coalesce(h.meetings, 0), meetings_wanted))
    FROM client LEFT JOIN held h USING (id)
    GROUP BY advisor_id, tier ORDER BY advisor_id, tier DESC
"""


def coverage_by_advisor(branch: Branch, *, today: date, rules: ServiceRules) -> dict[int, list[TierCoverage]]:
    """Advisor -> coverage per tier, the highest first. Whoever asks may see the branch, or hands on own figures and
    quartiles only."""
    rows = list(rules.standards.items())
    given = {
        "branch": branch.pk,
        "today": today,
        "face": list(MEETINGS),
        "oldest": oldest_that_serves(rules, today),
        "tiers": [tier for tier, _standard in rows],
        **{
            name: [getattr(standard, name) for _tier, standard in rows]
            for name in ("contacts", "days", "meetings", "meeting_days")
        },
    }
    found: dict[int, list[TierCoverage]] = {}
    with connection.cursor() as cursor:
        cursor.execute(BY_ADVISOR, given)
        for advisor, *figures in cursor.fetchall():
            found.setdefault(advisor, []).append(TierCoverage(*(int(figure) for figure in figures)))
    return found


@dataclass(frozen=True)
class ClientNeed:
    """A client with `figures`, and what the standard of the tier asks for."""

    client: Client
    tier: int
    need: Need
    last_on: date | None


def needs_of(clients: QuerySet[Client], *, today: date, rules: ServiceRules) -> list[ClientNeed]:
    """What the standard asks for each open client of a queryset that was fetched through the user. One query."""
    serving = Q(contacts__counts=True, contacts__held_at__gte=oldest_that_serves(rules, today))
    rows = clients.exclude(status=ClientStatus.CLOSED).select_related("figures").defer(*HEAVY)
    rows = rows.annotate(
        talked_at=ArrayAgg("contacts__held_at", filter=serving, order_by="-contacts__held_at", default=[]),
        met_at=ArrayAgg(
            "contacts__held_at",
            filter=serving & Q(contacts__channel__in=MEETINGS),
            order_by="-contacts__held_at",
            default=[],
        ),
    )
    found = []
    for client in rows:
        tier = client.figures.tier or 1
        talks = [timezone.localdate(at) for at in client.talked_at]
        served = Served(talks, [timezone.localdate(at) for at in client.met_at], client.opened_on)
        need = need_of(served, rules.standards[tier], today=today)
        found.append(ClientNeed(client, tier, need, talks[0] if talks else None))
    return found


def oldest_that_serves(rules: ServiceRules, today: date) -> datetime:
    """The first moment of the longest window of any tier."""
    longest = max(max(row.days, row.meeting_days) for row in rules.standards.values())
    return timezone.make_aware(datetime.combine(today - timedelta(days=longest), time()))
