"""Bring the clients' figures of a branch up to date with its current runs and newest snapshots."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from branch_crm.core.models import Branch

FROM_VALUES = (
    "value",
    "rank",
    "value_type",
    "tier",
    "is_core",
    "commission_12m",
    "revenue_12m",
    "offsystem_low",
    "quota_conflict",
    "last_trade_on",
)
#: Never null: a client whom the run has not seen is no core client, and nothing contradicts its quota.
FLAGS = ("is_core", "quota_conflict")
COLUMNS = (*FROM_VALUES, "total_assets", "assets_on", "persona", "confidence", "needs_talk")


def refresh_figures(*, branch: Branch, client_ids: Sequence[int] | None = None) -> int:
    """One statement for the whole branch, or for some clients. Returns the rows that changed; a second call changes none.

    Called in the transaction that makes a run current or loads assets, so that lists never show half of it.
    """
    names = ", ".join(COLUMNS)
    fresh = ", ".join(f"excluded.{name}" for name in COLUMNS)
    present = ", ".join(f"figures.{name}" for name in COLUMNS)
    values = ", ".join(f"coalesce(v.{name}, false)" if name in FLAGS else f"v.{name}" for name in FROM_VALUES)
    chosen = "" if client_ids is None else "AND c.id = ANY(%s)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO clients_clientfigures AS figures (client_id, branch_id, {names})
            SELECT c.id, c.branch_id, {values}, a.total, a.day, b.persona, b.confidence, coalesce(b.needs_talk, false)
            FROM clients_client c
            LEFT JOIN clients_scoringrun s ON s.branch_id = c.branch_id AND s.is_current
            LEFT JOIN clients_clientvalue v ON v.run_id = s.id AND v.client_id = c.id
            LEFT JOIN clients_behaviourrun r ON r.branch_id = c.branch_id AND r.is_current
            LEFT JOIN clients_clientbehaviour b ON b.run_id = r.id AND b.client_id = c.id
            LEFT JOIN LATERAL (
                SELECT total, day FROM clients_assetsnapshot WHERE client_id = c.id ORDER BY day DESC LIMIT 1
            ) a ON true
            WHERE c.branch_id = %s {chosen}
            ON CONFLICT (client_id) DO UPDATE SET ({names}) = ROW({fresh})
            WHERE ({present}) IS DISTINCT FROM ({fresh})
            """,
            [branch.pk] if client_ids is None else [branch.pk, list(client_ids)],
        )
        return int(cursor.rowcount)
