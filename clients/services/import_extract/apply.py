"""The difference between stage and table, applied in three statements; nothing is done row by row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from clients.domain.extract.derive import FINGERPRINT
from clients.services.import_extract.bulk_indexes import built_at_the_end
from clients.services.import_extract.stage import STAGE, Staged
from clients.services.import_extract.targets import Target, default_of

#: Client and month of every fact that came, went or changed (clients.services.import_extract.monthly_sums).
TOUCHED = "import_touched"
STAMPS = {"updated_at": "now()", "created_at": "now()"}


@dataclass(frozen=True)
class Applied:
    added: int
    changed: int
    unchanged: int
    #: Rows that another one further down replaces: number -> number of the row that counts.
    superseded: dict[int, int]
    #: Whether the branch had no rows of this dataset before.
    first_load: bool


def apply_stage(cursor: Any, target: Target, columns: list[str], branch_id: int, staged: Staged) -> Applied:
    """Bring the table to what the stage says. Repeats of a row count as unchanged; of rows that differ the last one counts."""
    superseded, removed = _settle_repeats(cursor, target, columns) if staged.may_repeat else ({}, 0)
    settled = staged.rows - removed
    cursor.execute(f"DROP TABLE IF EXISTS {TOUCHED}")
    cursor.execute(f"CREATE TEMPORARY TABLE {TOUCHED} (client_id bigint, day date) ON COMMIT DROP")
    cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {target.table} WHERE branch_id = %s)", [branch_id])
    is_first_load = not cursor.fetchone()[0]
    if not is_first_load:
        cursor.execute(f"ANALYZE {STAGE}")
    changed = 0 if is_first_load else _update(cursor, target, columns, branch_id)
    with built_at_the_end(cursor, target, settled):
        added = _insert(cursor, target, columns, branch_id, is_first_load=is_first_load)
    repeated = removed - len(superseded)
    return Applied(added, changed, settled - added - changed + repeated, superseded, is_first_load)


def _listed(names: list[str], alias: str) -> str:
    return ", ".join(f'{alias}."{name}"' for name in names)


def _settle_repeats(cursor: Any, target: Target, columns: list[str]) -> tuple[dict[int, int], int]:
    """Leave one row for each key; returns the rows that others replace, and how many rows were taken out.

    Rows known by their content only are all kept: the second one gets its own key.
    """
    keys = ", ".join(target.key)
    cursor.execute("DROP TABLE IF EXISTS import_repeats")
    cursor.execute(
        f"CREATE TEMPORARY TABLE import_repeats ON COMMIT DROP AS SELECT {keys} FROM {STAGE} GROUP BY {keys} HAVING count(*) > 1"
    )
    if not cursor.rowcount:
        return {}, 0
    if target.by_row_key:
        cursor.execute(
            f"""
            UPDATE {STAGE} SET row_key = {STAGE}.row_key || ':' || numbered.nth
            FROM (
                SELECT row_no, row_number() OVER (PARTITION BY row_key ORDER BY row_no) AS nth
                FROM {STAGE} JOIN import_repeats USING (row_key)
                WHERE left(row_key, 1) = '{FINGERPRINT}'
            ) numbered
            WHERE numbered.row_no = {STAGE}.row_no AND numbered.nth > 1
            """
        )
    compared = [name for name in columns if name not in target.incomparable]
    mine, last = (_listed(compared, alias) for alias in ("mine", "last"))
    same_key = " AND ".join(f"mine.{name} = last.{name}" for name in target.key)
    cursor.execute(
        f"""
        WITH last AS (
            SELECT DISTINCT ON ({keys}) s.* FROM {STAGE} s JOIN import_repeats USING ({keys}) ORDER BY {keys}, row_no DESC
        )
        DELETE FROM {STAGE} mine USING last
        WHERE {same_key} AND mine.row_no < last.row_no
        RETURNING mine.row_no, last.row_no, ({mine}) IS DISTINCT FROM ({last})
        """
    )
    removed = cursor.fetchall()
    return {row_no: by for row_no, by, differs in removed if differs}, len(removed)


def _match(target: Target, branch_id: int) -> str:
    keys = " AND ".join(f"t.{name} = s.{name}" for name in target.key)
    return keys if "client_id" in target.key else f"t.branch_id = {int(branch_id)} AND {keys}"


def _update(cursor: Any, target: Target, columns: list[str], branch_id: int) -> int:
    changing = [name for name in columns if name not in target.key]
    compared = [name for name in changing if name not in target.incomparable]
    if not compared:
        return 0
    new = {
        name: f'coalesce(s."{name}", t."{name}")' if name in target.kept else target.value(name) for name in changing
    }
    stamp = ", updated_at = now()" if _has(target, "updated_at") else ""
    statement = f"""
        UPDATE {target.table} t SET {", ".join(f'"{name}" = {new[name]}' for name in changing)}{stamp}
        FROM {STAGE} s
        WHERE {_match(target, branch_id)}
          AND ({_listed(compared, "t")}) IS DISTINCT FROM ({", ".join(new[name] for name in compared)})
    """
    if not (target.of_clients and target.by_row_key):
        cursor.execute(statement)
        return int(cursor.rowcount)
    cursor.execute(
        f"""
        WITH changed AS ({statement} RETURNING old.client_id AS was, old.day AS was_on, new.client_id AS now, new.day AS now_on),
        touched AS (
            INSERT INTO {TOUCHED} SELECT was, was_on FROM changed UNION ALL SELECT now, now_on FROM changed
        )
        SELECT count(*) FROM changed
        """
    )
    return int(cursor.fetchone()[0])


def _insert(cursor: Any, target: Target, columns: list[str], branch_id: int, *, is_first_load: bool) -> int:
    stamps = {name: sql for name, sql in STAMPS.items() if _has(target, name)}
    rest = _defaults(target, {*columns, *stamps, "branch_id"})
    names = ", ".join(f'"{name}"' for name in (*columns, *stamps, *rest, "branch_id"))
    values = ", ".join([*map(target.value, columns), *stamps.values(), *rest.values(), str(int(branch_id))])
    new_only = (
        "" if is_first_load else f"WHERE NOT EXISTS (SELECT 1 FROM {target.table} t WHERE {_match(target, branch_id)})"
    )
    statement = f"INSERT INTO {target.table} ({names}) SELECT {values} FROM {STAGE} s {new_only}"
    if is_first_load or not target.by_row_key:
        cursor.execute(statement)
        return int(cursor.rowcount)
    cursor.execute(
        f"""
        WITH added AS ({statement} RETURNING client_id, day),
        touched AS (INSERT INTO {TOUCHED} SELECT DISTINCT client_id, day FROM added)
        SELECT count(*) FROM added
        """
    )
    return int(cursor.fetchone()[0])


def _has(target: Target, name: str) -> bool:
    return any(field.name == name for field in target.model._meta.concrete_fields)


def _defaults(target: Target, given: set[str]) -> dict[str, str]:
    """Columns the file does not have but the table insists on."""
    missing = [field for field in target.model._meta.concrete_fields if field.column not in given]
    return {
        str(field.column): default
        for field in missing
        if not field.primary_key and not field.null and (default := default_of(field)) is not None
    }
