"""The one place where clients change hands: intervals and the present holder together, by set-based SQL.

Every caller is inside its own transaction; the branch's books are locked against all other moves until it ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from allocation.models import ChangeRequest, LeaverCase, Plan
from allocation.services.freeze_handovers import hand_over
from branch_crm.core.models import Branch, Staff

#: First key of the advisory lock "somebody changes the books of this branch"; the second is the branch.
BOOKS = 6101

MOVES = "unnest(%(clients)s::bigint[], %(olds)s::bigint[], %(news)s::bigint[]) AS m(client_id, old_id, new_id)"


@dataclass(frozen=True)
class Move:
    """`before` and `after` are advisor ids, None = nobody."""

    client: int
    before: int | None
    after: int | None


@dataclass(frozen=True)
class Holding:
    """How a client stands in the books right now."""

    client: int
    name: str
    status: str
    advisor: int | None
    advisor_name: str
    starts: date | None
    plan: int | None
    plan_number: int | None
    request: int | None


def lock_books(branch: Branch) -> None:
    """Wait until nobody else changes the books of this branch; held to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [BOOKS, branch.pk])


def holdings(client_ids: Sequence[int], *, lock: bool = True) -> dict[int, Holding]:
    """The clients' rows with their open interval and the plan or request that opened it (or the plan that ended the last
    one); `lock` holds them to the end of the transaction."""
    hold = "FOR NO KEY UPDATE OF c" if lock else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT c.id, c.name, c.status, c.advisor_id, coalesce(d.name, ''), a.starts,
                   coalesce(a.plan_id, last.end_plan_id), p.number, a.request_id
            FROM clients_client c
            LEFT JOIN advisors_advisor d ON d.id = c.advisor_id
            LEFT JOIN allocation_assignment a ON a.client_id = c.id AND a.ends IS NULL
            LEFT JOIN LATERAL (
                SELECT end_plan_id FROM allocation_assignment WHERE client_id = c.id AND a.id IS NULL
                ORDER BY ends DESC, id DESC LIMIT 1
            ) last ON true
            LEFT JOIN allocation_plan p ON p.id = coalesce(a.plan_id, last.end_plan_id)
            WHERE c.id = ANY(%s) ORDER BY c.id {hold}
            """,
            [list(client_ids)],
        )
        return {row[0]: Holding(*row) for row in cursor.fetchall()}


def move_clients(
    *,
    branch: Branch,
    moves: Sequence[Move],
    on: date,
    reason: str,
    plan: Plan | None,
    actor: Staff | None,
    request: ChangeRequest | None = None,
    case: LeaverCase | None = None,
) -> dict[str, int]:
    """Close the open intervals on `on`, open the new ones, set the present holder. Returns rows ended, begun, clients set.

    Dossiers of those who come from another advisor are written at once, or after the commit where there are many. The
    caller has locked the books and checked that every `before` is the present holder.
    """
    params: dict[str, Any] = {
        "clients": [move.client for move in moves],
        "olds": [move.before for move in moves],
        "news": [move.after for move in moves],
        "on": on,
        "reason": reason,
        "plan": plan.pk if plan else None,
        "request": request.pk if request else None,
        "case": case.pk if case else None,
        "actor": actor.pk if actor else None,
        "branch": branch.pk,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE allocation_assignment a SET ends = %(on)s, end_reason = %(reason)s, end_plan_id = %(plan)s
            FROM {MOVES} WHERE a.client_id = m.client_id AND a.ends IS NULL
            """,
            params,
        )
        ended = cursor.rowcount
        cursor.execute(
            f"""
            WITH begun AS (
                INSERT INTO allocation_assignment
                    (branch_id, client_id, advisor_id, starts, reason, end_reason, plan_id, request_id, case_id,
                     decided_by_id, created_at)
                SELECT %(branch)s, m.client_id, m.new_id, %(on)s, %(reason)s, '', %(plan)s, %(request)s, %(case)s,
                       %(actor)s, now()
                FROM {MOVES} WHERE m.new_id IS NOT NULL
                RETURNING id
            )
            SELECT count(*), max(id) FROM begun
            """,
            params,
        )
        begun, newest = cursor.fetchone()
        cursor.execute(
            f"""
            UPDATE clients_client c SET advisor_id = m.new_id, updated_at = now()
            FROM {MOVES} WHERE c.id = m.client_id
            """,
            params,
        )
        counts = {"ended": ended, "begun": begun, "clients": cursor.rowcount}
    if begun:
        taken = [move.client for move in moves if move.after is not None]
        hand_over(branch=branch, on=on, clients=taken, mark=newest, actor=actor)
    return counts
