"""The first large load of an installation builds the table's plain indexes at the end: a fifth of the work row by row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from clients.services.import_extract.targets import Target

#: Below this many rows, keeping the indexes in step costs less than being locked out is worth.
FROM_ROWS = 300_000


@contextmanager
def built_at_the_end(cursor: Any, target: Target, rows: int) -> Iterator[None]:
    """Take the table's non-unique indexes away and build them again, all in the caller's transaction.

    Only where nobody can miss them: the table is empty, for every branch, and this role owns it. Keys stay in force throughout.
    Facts only: the other tables have constraints that are checked at the end, which forbids changing them before.
    """
    definitions: list[tuple[str, str]] = []
    if target.of_clients and rows >= FROM_ROWS and _is_empty_and_ours(cursor, target.table):
        cursor.execute(
            """
            SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
            WHERE i.indrelid = %s::regclass AND NOT i.indisunique
            """,
            [target.table],
        )
        definitions = cursor.fetchall()
    for name, _definition in definitions:
        cursor.execute(f'DROP INDEX "{name}"')
    yield
    for _name, definition in definitions:
        cursor.execute(definition)


def _is_empty_and_ours(cursor: Any, table: str) -> bool:
    cursor.execute(
        f"""
        SELECT pg_has_role(current_user, relowner, 'USAGE') AND NOT EXISTS (SELECT 1 FROM {table})
        FROM pg_class WHERE oid = %s::regclass
        """,
        [table],
    )
    return bool(cursor.fetchone()[0])
