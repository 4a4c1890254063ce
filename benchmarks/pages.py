#!/usr/bin/env python
"""Client list, search, client page, Today and the desks at 100,000 clients: gunicorn with 2 workers, one person logged in.

    python -m benchmarks.pages [--clients N] [--requests N] [--only WORD]

The limit is an empty page behind the same login and middleware. Times are the client's wall clock, in milliseconds.
A scratch database is made on the server of the settings and dropped at the end (--keep leaves it).
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from benchmarks._scratch import scratch_database

ROOT = Path(__file__).resolve().parent.parent
DATABASE = "branch_crm_bench_pages"
SMALL = 10
PASSWORD = "benchmark-only-password"


@contextlib.contextmanager
def gunicorn() -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "branch_crm.wsgi",
        "-w",
        "2",
        "-b",
        f"127.0.0.1:{port}",
        "--log-level",
        "error",
    ]
    server = subprocess.Popen(command, cwd=ROOT)
    try:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait(20)


def session_of(user: Any) -> str:
    from django.test import Client

    browser = Client(SERVER_NAME="127.0.0.1")
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return browser.cookies["sessionid"].value


def panel_of(path: str) -> dict[str, str]:
    """The panels of the home page answer htmx only."""
    return {"HX-Request": "true"} if path.startswith("/home/") else {}


def measure(port: int, session: str, path: str, requests: int) -> list[float]:
    """Milliseconds of each request on one kept-open connection, slowest first runs left out."""
    times = []
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for turn in range(requests + 6):
        start = time.perf_counter()
        link.request("GET", path, headers={"Cookie": f"sessionid={session}", **panel_of(path)})
        answer = link.getresponse()
        answer.read()
        if answer.status != 200:
            raise SystemExit(f"{path}: status {answer.status}")
        if turn >= 6:
            times.append(1000 * (time.perf_counter() - start))
    link.close()
    return sorted(times)


def cost_of(user: Any, path: str) -> tuple[int, float]:
    """Queries of a request, and the least CPU milliseconds of five in this process (the database's are not among them)."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    browser = Client(SERVER_NAME="127.0.0.1")
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    browser.get(path, headers=panel_of(path))  # the first request writes the session's clock
    with CaptureQueriesContext(connection) as caught:
        if browser.get(path, headers=panel_of(path)).status_code != 200:
            raise SystemExit(f"{path} does not answer")
    queries, spent = len(caught), []
    for _ in range(5):
        start = time.process_time()
        browser.get(path, headers=panel_of(path))
        spent.append(1000 * (time.process_time() - start))
    return queries, min(spent)


def paths(branch: Any, deep_row: int) -> dict[str, str]:
    from advisors.models import Advisor
    from benchmarks._page_desks import ADDRESSES
    from clients.models import Client, ClientFigures

    ranked = ClientFigures.objects.filter(branch=branch).order_by("rank", "client_id").values_list("pk", flat=True)
    anchor = ranked[min(deep_row, ranked.count() - 2)]
    client = Client.objects.filter(branch=branch).order_by("pk").first()
    first = Advisor.objects.filter(branch=branch).order_by("pk")[0].pk
    return {
        "list, first page": "/clients/",
        f"list, page {deep_row // 50:,}": f"/clients/?after={anchor}",
        "list, filtered": "/clients/?tier=3&persona=AA&assets_min=50&sort=-assets",
        "list, by name": "/clients/?sort=name",
        "search, 2 characters": f"/search/?q={quote('张伟')}",
        "search, initials": "/search/?q=zw",
        "search, part of a number": "/search/?q=9876",
        "client page": f"/clients/{client.pk}/",
        "client page, trades": f"/clients/{client.pk}/?tab=movements",
        "home, since last week": "/home/week/",
        "home, the book": "/home/book/",
        "home, core set": "/home/core/",
        "home, advisors": "/home/advisors/",
        "home, unserved": "/home/unserved/",
        "home, never contacted": "/home/uncontacted/",
        "home, gaps in the data": "/home/data/",
        "core changes": "/book/core-changes/",
        "briefing": "/briefing/",
        "today, the branch": "/service/today/",
        "today, one book": f"/service/today/?advisor={first}",
        **{name: path.format(advisor=first) for name, path in ADDRESSES.items()},
    }


def book(code: str, size: int, *, again: bool) -> tuple[Any, Any, dict[str, str]]:
    """The branch, its director, and the addresses to measure."""
    from benchmarks._page_book import fill, fill_service_log
    from benchmarks._page_desks import fill_desks
    from branch_crm.core.models import Branch, Role, Staff

    if not again:
        branch = Branch.objects.create(code=code, name=f"{size:,} clients")
        print(f"figures of {size:,} clients brought up to date in {fill(branch, size):.2f} s")
        director = Staff.objects.create_user(code, password=PASSWORD, name=code, role=Role.DIRECTOR, branch=branch)
        fill_service_log(branch, director.pk)
        fill_desks(branch, director.pk)
    branch = Branch.objects.get(code=code)
    return branch, Staff.objects.get(username=code), paths(branch, min(75_000, size * 3 // 4))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=100_000)
    parser.add_argument("--requests", type=int, default=60)
    parser.add_argument("--keep", action="store_true", help="leave the scratch database")
    parser.add_argument("--only", default="", help="only pages whose name holds this")
    parser.add_argument("--again", action="store_true", help="measure the database that --keep left")
    options = parser.parse_args()
    scratch = scratch_database(DATABASE, "benchmarks._page_settings", keep=options.keep, again=options.again)
    with scratch, tempfile.TemporaryDirectory() as static:
        os.environ["STATIC_ROOT"] = static
        import django

        django.setup()
        run(options.clients, options.requests, only=options.only, again=options.again)
    return 0


def run(clients: int, requests: int, *, only: str, again: bool) -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    branches = {code: book(code, size, again=again) for code, size in (("SMALL", SMALL), ("LARGE", clients))}
    (_small, small_user, small_paths), (_large, user, large_paths) = branches["SMALL"], branches["LARGE"]
    with gunicorn() as port:
        session = session_of(user)
        floor = measure(port, session, "/empty/", requests)
        middle = floor[len(floor) // 2]
        print(f"{'':26}{'p50 ms':>8}{'p95 ms':>8}{'x empty':>9}{'CPU ms':>8}{'queries':>9}{f'at {SMALL} clients':>15}")
        print(f"{'empty page behind login':26}{middle:8.1f}{floor[int(0.95 * len(floor))]:8.1f}{1:9.1f}")
        for (name, path), small_path in zip(large_paths.items(), small_paths.values(), strict=True):
            if only not in name:
                continue
            times = measure(port, session, path, requests)
            p50, p95 = times[len(times) // 2], times[int(0.95 * len(times))]
            (queries, cpu), (fewest, _) = cost_of(user, path), cost_of(small_user, small_path)
            print(f"{name:26}{p50:8.1f}{p95:8.1f}{p50 / middle:9.1f}{cpu:8.1f}{queries:9}{fewest:15}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
