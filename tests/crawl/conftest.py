"""One full branch on a running server for all tests of a module, hostile texts in every field that people write.

Committed, not rolled back: browser and server have connections of their own. The module leaves the database as it found it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from tests.architecture.world import Arguments
from tests.cast import Cast
from tests.crawl.addresses import addresses_of, records_of
from tests.crawl.hostile import write_hostile_texts
from tests.fixtures import first_rows
from tests.fixtures.browser import wait_for_the_last_answers
from tests.fixtures.rich_branch import RichBranch, make_rich_branch

BACKEND = "django.contrib.auth.backends.ModelBackend"


class Lines(logging.Handler):
    """Keeps every log line, however quiet."""

    def __init__(self) -> None:
        super().__init__(level=logging.DEBUG)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(f"{record.getMessage()} {record.exc_text or ''}")


@dataclass(frozen=True)
class Look:
    """What one person saw, page by page, and which tables were not the same afterwards."""

    pages: dict[str, str]
    changed: set[str]


@dataclass
class Served:
    branch: RichBranch
    url: str
    log: Lines
    records: dict[str, Arguments]
    browsers: dict[str, Client]
    _looks: dict[tuple[str, str, bool], Look] = field(default_factory=dict)

    def look(self, who: str, *, language: str = "", api: bool = False) -> Look:
        """Everything this person may GET, without scripts; asked for once."""
        key = (who, language, api)
        if key not in self._looks:
            self._looks[key] = self._take_a_look(*key)
        return self._looks[key]

    def _take_a_look(self, who: str, language: str, api: bool) -> Look:
        browser = self.browsers[who]
        if language:
            browser.cookies["django_language"] = language
        before, pages = fingerprints(), {}
        for address in addresses_of(self.records, who, api=api, fragments=True):
            answer = browser.get(address, follow=True)
            assert answer.status_code in {200, 286}, f"{answer.status_code} {address}"
            pages[address] = answer.content.decode()
        browser.cookies.pop("django_language", None)
        after = fingerprints()
        return Look(pages, {table for table in before if before[table] != after[table]})


def fingerprints() -> dict[str, str]:
    """Of every table, what a request itself leaves behind (the session) left out."""
    found = {}
    with connection.cursor() as cursor:
        for table in set(connection.introspection.table_names(cursor)) - {"django_session"}:
            cursor.execute(f"SELECT md5(coalesce(string_agg(t::text, '' ORDER BY t::text), '')) FROM \"{table}\" t")
            found[table] = cursor.fetchone()[0]
    return found


@pytest.fixture(scope="module")
def served(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    log = Lines()
    root = logging.getLogger()
    level = root.level
    with django_db_blocker.unblock():
        first_rows.start_over()
        root.addHandler(log)
        root.setLevel(logging.INFO)
        server = LiveServer("localhost")
        server._live_server_modified_settings.enable()
        try:
            branch = make_rich_branch(tmp_path_factory.mktemp("extract"))
            records = records_of(branch)
            write_hostile_texts(branch)
            browsers = {who: Client() for who in Cast.NAMES}
            for who, browser in browsers.items():
                browser.force_login(branch.cast.staff[who], backend=BACKEND)
            yield Served(branch, server.url, log, records, browsers)
        finally:
            server.stop()
            wait_for_the_last_answers()
            server._live_server_modified_settings.disable()
            root.removeHandler(log)
            root.setLevel(level)
            first_rows.start_over()


@pytest.fixture
def site(served: Served) -> str:
    """In the place of pytest-django's server, which empties the tables after every test."""
    return served.url
