"""The parts of a dossier that come from serving: the log, promises, moments, complaints, refusals, and who served before.

Every function takes the clients' ids and the day, reads once, and gives client id -> part; who has nothing of it is missing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from allocation.domain.dossier import FULL_LOG, cooling_until, iso
from allocation.models import Assignment, AssignmentLock, ClientRefusal
from servicelog.models import Complaint, Contact, MotTask, Promise, Recommendation

Ids = Sequence[int]
Part = dict[str, Any]
Parts = dict[int, Part]
Rows = dict[int, list[Part]]


def logs(ids: Ids, on: date) -> Parts:
    """Contacts of the last two years in full, newest first; the older ones counted."""
    since, until = on - FULL_LOG, _end_of(on)
    contacts = Contact.objects.filter(client_id__in=ids, held_at__lt=until)
    full = Q(held_at__gte=_end_of(since - timedelta(days=1)))
    parts: Parts = {client: {"since": iso(since), "contacts": [], "older": 0} for client in ids}
    older = contacts.exclude(full).order_by().values("client_id").annotate(n=Count("pk"))
    for row in older:
        parts[row["client_id"]]["older"] = row["n"]
    for contact in contacts.filter(full).select_related("author").order_by("client_id", "-held_at", "-pk"):
        parts[contact.client_id]["contacts"].append(_contact(contact))
    return parts


def _contact(contact: Contact) -> Part:
    return {
        "at": timezone.localtime(contact.held_at).strftime("%Y-%m-%d %H:%M"),
        "by": contact.author.name,
        "channel": contact.channel,
        "direction": contact.direction,
        "minutes": contact.minutes,
        "reached": contact.reached,
        "counts": contact.counts,
        "bulk": contact.bulk_id is not None,
        "purpose": contact.purpose,
        "clas": contact.clas,
        "advice": contact.advice_given,
        "summary": contact.summary,
        "needs": contact.needs,
        "next_step": contact.next_step,
        "next_on": iso(contact.next_on),
    }


def promises(ids: Ids, on: date) -> Rows:
    """Open ones, and those closed within the time of the full log; the next due first."""
    rows = Promise.objects.filter(client_id__in=ids).filter(
        Q(state=Promise.State.OPEN) | Q(closed_on__gte=on - FULL_LOG)
    )
    found: Rows = defaultdict(list)
    for row in rows.select_related("contact__author").order_by("client_id", "due_on", "pk"):
        found[row.client_id].append(
            {
                "text": row.text,
                "due_on": iso(row.due_on),
                "state": row.state,
                "closed_on": iso(row.closed_on),
                "by": row.contact.author.name,
            }
        )
    return {client: sorted(rows, key=lambda row: row["state"] != "open") for client, rows in found.items()}


def moments(ids: Ids) -> Rows:
    """Open MOT tasks, mandatory ones first."""
    rows = MotTask.objects.filter(client_id__in=ids, state=MotTask.State.OPEN)
    found: Rows = defaultdict(list)
    for row in rows.order_by("client_id", "-mandatory", "due_on", "pk"):
        found[row.client_id].append(
            {
                "kind": row.kind,
                "mandatory": row.mandatory,
                "raised_on": iso(row.raised_on),
                "due_on": iso(row.due_on),
            }
        )
    return found


def complaints(ids: Ids, on: date) -> Rows:
    """All of them, the newest first, with the day until which each asks for care."""
    found: Rows = defaultdict(list)
    rows = Complaint.objects.filter(client_id__in=ids, received_on__lte=on)
    for row in rows.order_by("client_id", "-received_on", "-pk"):
        settled = row.state == Complaint.State.SETTLED
        found[row.client_id].append(
            {
                "received_on": iso(row.received_on),
                "about": row.about,
                "text": row.text,
                "state": row.state,
                "outcome": row.outcome,
                "care_until": iso(cooling_until(row.received_on, settled=settled, on=on)),
            }
        )
    return found


def recommendations(ids: Ids, on: date) -> Rows:
    """Products spoken of within the time of the full log, with the suitability result of that moment."""
    rows = Recommendation.objects.filter(client_id__in=ids, made_at__gte=_end_of(on - FULL_LOG))
    found: Rows = defaultdict(list)
    for row in rows.select_related("product", "made_by").order_by("client_id", "-made_at", "-pk"):
        found[row.client_id].append(
            {
                "on": iso(timezone.localdate(row.made_at)),
                "product": row.product.name,
                "level": row.product.risk_level,
                "result": row.result,
                "by": row.made_by.name,
            }
        )
    return found


def refusals(ids: Ids) -> Rows:
    """Advisors the client does not want; without what was said of them, which is not for them to read."""
    rows = ClientRefusal.objects.filter(client_id__in=ids, withdrawn_at__isnull=True).select_related("advisor")
    found: Rows = defaultdict(list)
    for row in rows.order_by("client_id", "since", "pk"):
        found[row.client_id].append({"name": row.advisor.name, "since": iso(row.since)})
    return found


def locks(ids: Ids, on: date) -> Parts:
    rows = AssignmentLock.objects.filter(client_id__in=ids, withdrawn_at__isnull=True).exclude(until__lt=on)
    return {
        row.client_id: {"name": row.advisor.name, "reason": row.reason, "until": iso(row.until)}
        for row in rows.select_related("advisor")
    }


def served(ids: Ids) -> Rows:
    """Everybody who served for at least a day, the newest first, whoever serves now among them."""
    rows = Assignment.objects.filter(client_id__in=ids).select_related("advisor")
    found: Rows = defaultdict(list)
    for row in rows.order_by("client_id", "-starts", "-pk"):
        if row.ends is None or row.ends > row.starts:
            found[row.client_id].append(
                {
                    "name": row.advisor.name,
                    "staff_no": row.advisor.staff_no,
                    "starts": iso(row.starts),
                    "ends": iso(row.ends),
                    "reason": row.reason,
                }
            )
    return found


def _end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))
