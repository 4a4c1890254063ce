"""What the benchmarks share: a database of their own that is dropped at the end, and a watch."""

from __future__ import annotations

import argparse
import contextlib
import os
import time
from collections.abc import Callable, Iterator
from typing import Any

import psycopg2

DATABASE = "branch_crm_bench"
SMALL = 50_000


@contextlib.contextmanager
def scratch_database(
    name: str = DATABASE, settings: str = "branch_crm.settings", *, keep: bool = False, again: bool = False
) -> Iterator[None]:
    """An empty database on the server of the settings, or on the embedded one. keep: not dropped; again: the one that was kept."""
    from branch_crm import embedded
    from branch_crm.embedded import hold

    if hold.needed():
        hold.hold()
    server = os.environ.get("DATABASE_URL") or embedded.database_url(hold.data_dir(), "postgres")
    redis = os.environ.get("REDIS_URL") or embedded.redis_url(hold.data_dir(), db=7)
    maintenance = psycopg2.connect(server)
    maintenance.autocommit = True
    with maintenance.cursor() as cursor:
        if not again:
            cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            cursor.execute(f"CREATE DATABASE {name}")
    path, _, options = server.partition("?")
    os.environ.update(
        DATABASE_URL=f"{path.rpartition('/')[0]}/{name}{'?' + options if options else ''}",
        REDIS_URL=redis,
        SECRET_KEY="benchmark" * 8,
        FIELD_KEY="benchmark" * 8,
        HTTPS="false",
        DJANGO_SETTINGS_MODULE=settings,
    )
    try:
        yield
    finally:
        if not keep:
            with maintenance.cursor() as cursor:
                cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextlib.contextmanager
def migrated() -> Iterator[None]:
    """A scratch database with the product's tables, and Django set up on it."""
    with scratch_database():
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connections

        call_command("migrate", verbosity=0)
        try:
            yield
        finally:
            connections.close_all()


def run(doc: str | None, measure: Callable[[int], None]) -> None:
    """`measure` gets the number of clients asked for on the command line."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=SMALL)
    asked = parser.parse_args()
    with migrated():
        measure(asked.clients)


def seconds(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
