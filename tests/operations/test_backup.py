"""The drill: dump, lose, restore, compare. Every table, row counts and contents."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from branch_crm import embedded
from branch_crm.embedded import hold
from tests.operations import processes
from tests.operations.test_embedded import forget


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("backup") / "data"
    hold.hold(folder)
    run = processes.manage(folder, "migrate", "-v0", python=sys.executable)
    assert run.returncode == 0, run.stderr
    for code in ("6101", "6102"):
        processes.manage(folder, "create_branch", code, f"营业部{code}", python=sys.executable)
    yield folder
    hold.release(folder)
    forget(folder)


def contents(folder: Path) -> dict[str, tuple[int, str]]:
    """Table -> number of rows, digest over all rows."""
    connection = psycopg2.connect(host=str(embedded.socket_dir(folder)), user="branch_crm", dbname="branch_crm")
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = 'public'")
        found = {}
        for (table,) in cursor.fetchall():
            cursor.execute(
                f"SELECT count(*), coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM {table} AS t"
            )
            found[table] = cursor.fetchone()
    connection.close()
    return found


def backup(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "tools/backup.py", *arguments],
        cwd=processes.PROJECT,
        env=processes.bare_environment(folder),
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )


def test_what_was_saved_comes_back_whole(data_dir: Path, tmp_path: Path) -> None:
    before = contents(data_dir)
    assert before["public.core_branch"][0] == 2
    dump = tmp_path / "branch.dump"
    saved = backup(data_dir, "save", str(dump))
    assert saved.returncode == 0, saved.stderr
    assert dump.stat().st_mode & 0o077 == 0

    processes.manage(data_dir, "create_branch", "6103", "后来的营业部", python=sys.executable)
    assert contents(data_dir) != before
    restored = backup(data_dir, "restore", str(dump))
    assert restored.returncode == 0, restored.stderr
    assert contents(data_dir) == before
    assert processes.manage(data_dir, "migrate", "--check", python=sys.executable).returncode == 0


def test_a_broken_dump_is_refused_before_anything_is_dropped(data_dir: Path, tmp_path: Path) -> None:
    before = contents(data_dir)
    whole, broken = tmp_path / "whole.dump", tmp_path / "broken.dump"
    assert backup(data_dir, "save", str(whole)).returncode == 0
    broken.write_bytes(whole.read_bytes()[: whole.stat().st_size * 2 // 3])
    assert backup(data_dir, "restore", str(broken)).returncode == 1
    assert backup(data_dir, "restore", str(tmp_path / "missing.dump")).returncode == 1
    assert contents(data_dir) == before
