"""Dossiers of many clients, read part by part: about twenty queries, whether for one client or for five hundred."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.db import connection

from allocation.domain.dossier import VERSION, first_call
from allocation.models import Assignment
from allocation.queries import dossier_client as of_client
from allocation.queries import dossier_service as of_service
from branch_crm.core.models import Branch

NOTHING: dict[str, Any] = {}


@dataclass(frozen=True)
class Unwritten:
    """An interval that took a client over from another advisor and has no dossier yet."""

    assignment: int
    client: int
    giver: int
    taker: int


def unwritten(branch: Branch, on: date, client_ids: Sequence[int] | None = None) -> list[Unwritten]:
    """Intervals that began on the day. The giver is who served last for at least a day: a client who was moved twice on one
    day, or waited in the pool between, comes from there; who only came back to the same advisor was not handed over.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT a.id, a.client_id, before.advisor_id, a.advisor_id
            FROM allocation_assignment a
            JOIN LATERAL (
                SELECT b.advisor_id FROM allocation_assignment b
                WHERE b.client_id = a.client_id AND b.id <> a.id AND b.ends <= a.starts AND b.ends > b.starts
                ORDER BY b.ends DESC LIMIT 1
            ) before ON before.advisor_id <> a.advisor_id
            WHERE a.branch_id = %(branch)s AND a.starts = %(on)s AND (a.ends IS NULL OR a.ends > a.starts)
              AND (%(clients)s::bigint[] IS NULL OR a.client_id = ANY(%(clients)s))
              AND NOT EXISTS (SELECT 1 FROM allocation_handover h WHERE h.assignment_id = a.id)
            ORDER BY a.advisor_id, a.id
            """,
            {"branch": branch.pk, "on": on, "clients": None if client_ids is None else list(client_ids)},
        )
        return [Unwritten(assignment, client, giver, taker) for assignment, client, giver, taker in cursor.fetchall()]


def dossiers(
    branch: Branch, rows: Sequence[Unwritten], on: date, *, quiet: tuple[time, time]
) -> dict[int, dict[str, Any]]:
    """Assignment id -> dossier as of the day. `quiet`: the branch's quiet hours."""
    ids = [row.client for row in rows]
    people = of_client.people(ids)
    parts = {
        "assets": of_client.assets(ids, on),
        "trading": of_client.trading(ids, on),
        "value": of_client.values(branch, ids, on),
        "persona": of_client.personas(branch, ids, on),
        "profile": of_client.profiles(ids),
        "log": of_service.logs(ids, on),
    }
    lists = {
        "products": of_client.products(ids, on),
        "recommendations": of_service.recommendations(ids, on),
        "promises": of_service.promises(ids, on),
        "moments": of_service.moments(ids),
        "complaints": of_service.complaints(ids, on),
        "served": of_service.served(ids),
    }
    refused, locked = of_service.refusals(ids), of_service.locks(ids, on)
    changes = _changes([row.assignment for row in rows])
    found = {}
    for row in rows:
        client = row.client
        dossier: dict[str, Any] = {
            "version": VERSION,
            "on": on.isoformat(),
            "change": changes[row.assignment],
            **people[client],
            **{name: part.get(client) for name, part in parts.items()},
            **{name: part.get(client, []) for name, part in lists.items()},
        }
        profile = dossier["profile"] or NOTHING
        dossier["sensitivities"] = {
            "care_until": max((row["care_until"] for row in dossier["complaints"] if row["care_until"]), default=None),
            "no_marketing": bool(profile.get("marketing_opt_out")),
            "channel": profile.get("preferred_channel", ""),
            "refused": refused.get(client, []),
            "locked": locked.get(client),
            "quiet_from": quiet[0].strftime("%H:%M"),
            "quiet_until": quiet[1].strftime("%H:%M"),
        }
        dossier["first_call"] = first_call(dossier)
        found[row.assignment] = dossier
    return found


def _changes(assignments: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Why the client changes hands, by which plan, request or case, and who decided."""
    rows = Assignment.objects.filter(pk__in=assignments)
    return {
        row.pk: {
            "reason": row.reason,
            "plan": {"number": row.plan.number, "title": row.plan.title} if row.plan else None,
            "asked_on": row.request.asked_on.isoformat() if row.request else None,
            "case": row.case.kind if row.case else None,
            "decided_by": row.decided_by.name if row.decided_by else None,
        }
        for row in rows.select_related("plan", "request", "case", "decided_by")
    }
