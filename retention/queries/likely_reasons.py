"""The signs of why one client may be leaving, gathered in a handful of queries, as fast as somebody at the counter waits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from django.db import connection
from django.db.models import Max
from django.utils import timezone

from clients.models import Client
from retention.domain.likely_reasons import Likely, Sign, rank
from servicelog.models import Complaint, Contact, MotTask, Promise

#: How far back a sign still speaks.
LOOK_BACK = timedelta(days=180)
QUIET_AFTER = timedelta(days=90)
#: A rate counts as above the peers from this much over the median of the tier.
ABOVE_PEERS = Decimal("1.2")
IDLE_BELOW = Decimal(1000)
#: Moments of the service log that speak for a reason by their own name.
MOMENTS = ("loss", "large_outflow", "wealth_elsewhere", "unused_quota", "silent")

MEDIAN_RATE = """
    SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY c.commission_rate)
    FROM clients_client c JOIN clients_clientfigures f ON f.client_id = c.id
    WHERE c.branch_id = %s AND c.status <> 'closed' AND c.commission_rate > 0 AND f.tier IS NOT DISTINCT FROM %s
"""
#: The last change of advisor: the day, and whether the former one has left the branch.
LAST_CHANGE = """
    SELECT (e.pgh_created_at AT TIME ZONE 'Asia/Shanghai')::date, a.name, a.left IS NOT NULL AND a.left <= %s
    FROM clients_clientevent e
    JOIN LATERAL (
        SELECT advisor_id FROM clients_clientevent b WHERE b.pgh_obj_id = e.pgh_obj_id AND b.pgh_id < e.pgh_id
        ORDER BY b.pgh_id DESC LIMIT 1
    ) b ON b.advisor_id IS DISTINCT FROM e.advisor_id AND b.advisor_id IS NOT NULL
    JOIN advisors_advisor a ON a.id = b.advisor_id
    WHERE e.pgh_obj_id = %s AND e.pgh_created_at >= %s
    ORDER BY e.pgh_id DESC LIMIT 1
"""


def likely_reasons(client: Client, *, on: date) -> list[Likely]:
    """Ranked guesses; empty where nothing speaks for anything. The client has been fetched through the user, with figures."""
    return rank(_signs(client, on))


def _signs(client: Client, on: date) -> Iterator[Sign]:
    since = on - LOOK_BACK
    for complaint in Complaint.objects.filter(client=client, received_on__gte=since).exclude(about="other"):
        yield Sign(
            f"complaint_{complaint.about}",
            {"on": complaint.received_on, "open": complaint.state != Complaint.State.SETTLED},
        )
    late = Promise.objects.filter(client=client, state=Promise.State.OPEN, due_on__lt=on).order_by("due_on").first()
    if late is not None:
        yield Sign("promise_overdue", {"text": late.text, "due": late.due_on})
    yield from _rate(client)
    yield from _advisor(client, on, since)
    yield from _contacts(client, on)
    moments = MotTask.objects.filter(client=client, kind__in=MOMENTS, raised_on__gte=since)
    for kind, raised in moments.values_list("kind").annotate(last=Max("raised_on")).order_by("kind"):
        yield Sign(kind, {"on": raised})
    assets = client.figures.total_assets
    if assets is not None and assets < IDLE_BELOW:
        yield Sign("idle_assets", {"assets": assets})


def _rate(client: Client) -> Iterator[Sign]:
    if not client.commission_rate:
        return
    with connection.cursor() as cursor:
        cursor.execute(MEDIAN_RATE, [client.branch_id, client.figures.tier])
        median = cursor.fetchone()[0]
    if median is not None and client.commission_rate > Decimal(str(median)) * ABOVE_PEERS:
        yield Sign("rate_above_peers", {"rate": client.commission_rate, "median": Decimal(str(median))})


def _advisor(client: Client, on: date, since: date) -> Iterator[Sign]:
    with connection.cursor() as cursor:
        cursor.execute(LAST_CHANGE, [on, client.pk, since])
        row = cursor.fetchone()
    if row is not None:
        yield Sign("advisor_left" if row[2] else "advisor_changed", {"on": row[0], "before": row[1]})


def _contacts(client: Client, on: date) -> Iterator[Sign]:
    last = Contact.objects.filter(client=client, counts=True).aggregate(last=Max("held_at"))["last"]
    if last is None:
        yield Sign("never_contacted", {})
    elif timezone.localdate(last) < on - QUIET_AFTER:
        yield Sign("quiet", {"on": timezone.localdate(last)})
