"""How every client of a branch has been served by the present advisor, in one statement: what the nightly reviews look at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from advisors.models import Leave
from allocation.domain.service_review import Finding, Standing, figures_of, look_back_of
from branch_crm.core.models import Branch
from servicelog.domain.log_quality import BURST, COPY, SHORT
from servicelog.domain.service_rules import ReviewRules, ServiceRules
from servicelog.models import Channel, Contact

#: What speaks against a log kept for form's sake; nobody answering the phone does not.
FORMAL = (SHORT, COPY, BURST)
#: Logs listed in the evidence, the newest first.
LISTED = 40

#: One row per client of the reviewed tiers who has an advisor. `since`: the later of the look-back, the first day with the
#: advisor and the opening of the account. `excused`: why nobody is to blame; the first that holds.
STANDINGS = """
    WITH client AS (
        SELECT c.id, c.advisor_id, s.tier, coalesce(f.value, 0) AS value, f.last_trade_on,
               greatest(%(on)s::date - s.look_back, a.starts, c.opened_on) AS since,
               %(on)s::date - s.days AS lately,
               greatest(%(on)s::date - %(idle_days)s, a.starts, c.opened_on) AS idle_since,
               CASE
                   WHEN c.status <> 'normal' THEN 'account'
                   WHEN EXISTS (SELECT FROM clients_clientprofile p WHERE p.client_id = c.id AND p.marketing_opt_out)
                       THEN 'no_contact'
                   WHEN EXISTS (SELECT FROM allocation_cover v WHERE v.client_id = c.id AND v.state = 'running')
                       THEN 'cover'
                   WHEN EXISTS (SELECT FROM allocation_leavercase x WHERE x.advisor_id = c.advisor_id AND x.state = 'open')
                       THEN 'leaving'
                   WHEN EXISTS (SELECT FROM allocation_changerequest r WHERE r.client_id = c.id AND r.state = 'open')
                       THEN 'request'
                   WHEN EXISTS (
                       SELECT FROM servicelog_complaint k WHERE k.client_id = c.id AND k.received_on <= %(on)s AND (
                           k.state <> 'settled' OR coalesce(k.settled_on, k.received_on) > %(on)s::date - %(complaint_days)s)
                   ) THEN 'complaint'
                   WHEN EXISTS (
                       SELECT FROM allocation_servicereview w JOIN allocation_assignmentlock l ON l.id = w.lock_id
                       WHERE w.client_id = c.id AND w.advisor_id = c.advisor_id AND w.state = 'applied'
                         AND l.withdrawn_at IS NULL AND (l.until IS NULL OR l.until >= %(on)s)
                   ) THEN 'watched'
                   WHEN a.starts > %(on)s::date - %(grace_days)s THEN 'new_advisor'
                   ELSE ''
               END AS excused
        FROM clients_client c
        JOIN clients_clientfigures f ON f.client_id = c.id
        JOIN unnest(%(tiers)s::int[], %(days)s::int[], %(look_backs)s::int[]) AS s(tier, days, look_back)
             ON s.tier = coalesce(f.tier, 1)
        LEFT JOIN allocation_assignment a ON a.client_id = c.id AND a.ends IS NULL
        WHERE c.branch_id = %(branch)s AND c.status <> 'closed' AND c.advisor_id IS NOT NULL
          AND (%(advisors)s::bigint[] IS NULL OR c.advisor_id = ANY(%(advisors)s::bigint[]))
          AND (%(clients)s::bigint[] IS NULL OR c.id = ANY(%(clients)s::bigint[]))
    ),
    contact AS (
        SELECT k.id, k.client_id, k.advisor_id, (k.held_at AT TIME ZONE 'Asia/Shanghai')::date AS held_on, k.counts,
               k.reached AND k.bulk_id IS NULL AS is_talk,
               k.count_reasons && %(formal)s::varchar[] AND q.id IS NULL AS formal,
               k.needs <> '' OR k.channel = %(event)s OR pr.id IS NOT NULL AS said_something
        FROM servicelog_contact k
        LEFT JOIN servicelog_countdispute q ON q.contact_id = k.id AND q.state = 'open'
        LEFT JOIN LATERAL (SELECT id FROM servicelog_promise WHERE contact_id = k.id LIMIT 1) pr ON true
        WHERE k.branch_id = %(branch)s AND k.held_at >= %(oldest)s AND k.held_at < %(end)s
          AND (%(clients)s::bigint[] IS NULL OR k.client_id = ANY(%(clients)s::bigint[]))
    ),
    served AS (
        SELECT c.id,
               count(*) FILTER (WHERE k.counts AND k.held_on >= c.since) AS held,
               count(*) FILTER (WHERE k.counts AND k.held_on >= c.lately) AS held_lately,
               count(*) FILTER (WHERE own.talk AND k.held_on >= c.since) AS logs,
               count(*) FILTER (WHERE own.talk AND k.formal AND k.held_on >= c.since) AS formal,
               count(*) FILTER (WHERE k.counts AND k.held_on >= c.idle_since) AS talks,
               count(*) FILTER (WHERE k.counts AND k.said_something AND k.held_on >= c.idle_since) AS outputs
        FROM client c JOIN contact k ON k.client_id = c.id
        CROSS JOIN LATERAL (SELECT k.is_talk AND k.advisor_id = c.advisor_id AS talk) own
        GROUP BY c.id
    )
    SELECT c.id, c.advisor_id, c.tier, c.value, c.since, coalesce(s.held, 0), coalesce(s.held_lately, 0), coalesce(s.logs, 0),
           coalesce(s.formal, 0), coalesce(s.talks, 0),
           CASE WHEN s.talks >= %(idle_talks)s AND s.outputs = 0 THEN (
               (c.last_trade_on >= c.idle_since)::int
               + (SELECT count(*) FROM servicelog_mottask t WHERE t.client_id = c.id AND t.state = 'done'
                  AND t.closed_on BETWEEN c.idle_since AND %(on)s)
               + (SELECT count(*) FROM servicelog_recommendation r WHERE r.client_id = c.id AND r.result <> 'blocked'
                  AND r.made_at >= c.idle_since AND r.made_at < %(end)s)
               + (SELECT count(*) FROM clients_productorder o WHERE o.client_id = c.id
                  AND o.day BETWEEN c.idle_since AND %(on)s)
           ) ELSE coalesce(s.outputs, 0) END,
           c.excused
    FROM client c LEFT JOIN served s USING (id)
    ORDER BY c.id
"""


def standings(
    branch: Branch,
    *,
    on: date,
    rules: ServiceRules,
    advisors: Sequence[int] | None = None,
    clients: Sequence[int] | None = None,
) -> list[Standing]:
    """How the clients of the reviewed tiers have been served up to and including `on`; of all, or of those advisors and
    clients. Two queries. Whoever asks may see them."""
    reviews = rules.reviews
    tiers = [tier for tier in rules.standards if tier >= reviews.from_tier]
    look_backs = [look_back_of(rules.standards[tier], reviews) for tier in tiers]
    longest = max([reviews.idle_days, *look_backs])
    given: dict[str, Any] = {
        "branch": branch.pk,
        "on": on,
        "end": _start_of(on + timedelta(days=1)),
        "oldest": _start_of(on - timedelta(days=longest)),
        "tiers": tiers,
        "days": [rules.standards[tier].days for tier in tiers],
        "look_backs": look_backs,
        "idle_days": reviews.idle_days,
        "idle_talks": reviews.idle_talks,
        "grace_days": reviews.grace_days,
        "complaint_days": reviews.complaint_days,
        "formal": list(FORMAL),
        "event": Channel.EVENT,
        "advisors": None if advisors is None else list(advisors),
        "clients": None if clients is None else list(clients),
    }
    leaves = _leaves(branch, on, longest + reviews.grace_days)
    with connection.cursor() as cursor:
        cursor.execute(STANDINGS, given)
        return [_standing(row, on, leaves.get(row[1], ()), reviews) for row in cursor.fetchall()]


Span = tuple[date, date]


def _leaves(branch: Branch, on: date, days: int) -> Mapping[int, Sequence[Span]]:
    """Advisor -> first and last day of the leaves that began by `on` and reach into the last `days`."""
    found: dict[int, list[Span]] = defaultdict(list)
    rows = Leave.objects.filter(advisor__branch=branch, starts__lte=on, ends__gte=on - timedelta(days=days))
    for advisor, starts, ends in rows.values_list("advisor_id", "starts", "ends"):
        found[advisor].append((starts, ends))
    return found


def _standing(row: Sequence[Any], on: date, leaves: Sequence[Span], rules: ReviewRules) -> Standing:
    client, advisor, tier, value, since, *counts, excused = row
    away = sum(max((min(last, on) - max(first, since)).days + 1, 0) for first, last in leaves)
    if not excused and any(_still_back(first, last, on, rules.grace_days) for first, last in leaves):
        excused = "leave"
    return Standing(client, advisor, tier, value, since, (on - since).days - away, *counts, excused=excused)


def _still_back(first: date, last: date, on: date, grace_days: int) -> bool:
    """On leave, or back for less than the leave took (the days of grace at most)."""
    return on <= last + timedelta(days=min((last - first).days + 1, grace_days))


def evidence_of(found: Sequence[Finding], *, on: date, rules: ServiceRules) -> dict[int, dict[str, Any]]:
    """Client -> what the notice shows: figures, the standard, and the logs with why they do not count. One query."""
    standing = {finding.standing.client: finding.standing for finding in found}
    days = {client: _looked_back(each, on, rules) for client, each in standing.items()}
    wanted = Q(client__in=list(standing), held_at__lt=_start_of(on + timedelta(days=1)))
    oldest = min(days.values(), default=on)
    rows = Contact.objects.filter(wanted, held_at__gte=_start_of(oldest)).order_by("-held_at", "-pk")
    logs: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for pk, client, held_at, counts, reasons in rows.values_list(
        "pk", "client_id", "held_at", "counts", "count_reasons"
    ):
        held_on = timezone.localdate(held_at)
        if held_on >= days[client] and len(logs[client]) < LISTED:
            logs[client].append({"contact": pk, "on": held_on.isoformat(), "counts": counts, "reasons": reasons})
    return {client: _evidence(each, on, rules, logs[client]) for client, each in standing.items()}


def _looked_back(standing: Standing, on: date, rules: ServiceRules) -> date:
    """The first day whose logs the evidence shows."""
    return min(standing.since, on - timedelta(days=rules.standards[standing.tier].days))


def _evidence(standing: Standing, on: date, rules: ServiceRules, logs: list[dict[str, Any]]) -> dict[str, Any]:
    standard = rules.standards[standing.tier]
    return {
        "on": on.isoformat(),
        "since": standing.since.isoformat(),
        "tier": standing.tier,
        "standard": {"contacts": standard.contacts, "days": standard.days},
        **figures_of(standing, standard),
        "contacts": logs,
    }


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
