"""Every page of every role as the server sends it: whole, escaped, without secrets, in one language, and changing nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest
import redis
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.urls import reverse

from branch_crm.core.models import AuditEntry
from branch_crm.core.sealing import unseal
from clients.domain.extract.datasets import DATASETS
from clients.models import Client, ExportRequest, Reveal
from tests.cast import Cast
from tests.crawl.addresses import addresses_of
from tests.crawl.conftest import Served
from tests.crawl.hostile import QUOTE, SCRIPT, SUM

pytestmark = pytest.mark.django_db

EVERYBODY = [who for who in Cast.NAMES if who != "stranger"]
SEALED = ("phone_sealed", "id_sealed", "email_sealed", "address_sealed")
#: Roles that between them see every page.
SPEAKERS = ["director", "advisor", "counter", "compliance", "admin"]
#: Swagger is a program of others, for programmers.
OTHERS = {"/api/docs/"}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
#: One letter alone may be the first of a person's name.
TWO_LETTERS = re.compile(r"[\u4e00-\u9fff]{2}")
SENTENCE = re.compile(r"\b[A-Za-z]{2,}(?: [A-Za-z]{2,}){2,}\b")
DRAWN_BY_SCRIPTS = {"script", "style", "template", "svg"}


class Page(HTMLParser):
    """Texts that a person reads (attributes that are read out included) and how often each element stands there."""

    READ_OUT = {"alt", "aria-label", "placeholder", "title", "data-confirm"}

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.counts: dict[str, int] = {}
        self.language = ""
        self._open: list[tuple[str, bool]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.counts[tag] = self.counts.get(tag, 0) + 1
        values = dict(attrs)
        # What is marked as another language, such as a language's own name, stands outside the page's; so do codes.
        foreign = ("lang" in values and tag != "html") or values.get("translate") == "no"
        if tag == "html":
            self.language = values.get("lang") or ""
        if tag not in {"input", "img", "br", "hr", "meta", "link", "col", "use", "path", "wbr"}:
            self._open.append((tag, foreign))
        self.texts += [value for name, value in attrs if name in self.READ_OUT and value and not self._silent()]

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._silent():
            self.texts.append(" ".join(data.split()))

    def _silent(self) -> bool:
        return any(tag in DRAWN_BY_SCRIPTS or foreign for tag, foreign in self._open)


@pytest.fixture
def secrets(served: Served) -> list[str]:
    """Phone, ID number, e-mail and address of every client, in plain."""
    rows = Client.objects.filter(branch=served.branch.cast.home).values_list(*SEALED)
    found = {unseal(sealed) for row in rows for sealed in row if sealed}
    assert len(found) > 200
    return sorted(text for text in found if len(text) >= 7)


def leaks(secrets: list[str], text: str) -> list[str]:
    return [f"…{secret[-3:]}" for secret in secrets if secret in text]


@pytest.mark.parametrize("who", EVERYBODY)
def test_every_page_is_whole_and_escaped(served: Served, who: str) -> None:
    whole = set(addresses_of(served.records, who)) - OTHERS
    wrong = []
    for address, html in served.look(who).pages.items():
        page = Page(html)
        if address in whole and (
            page.counts.get("h1") != 1 or not page.counts.get("title") or page.language.lower() != "zh-hans"
        ):
            wrong.append(
                f"{address}: {page.counts.get('h1', 0)} h1, {page.counts.get('title', 0)} title, {page.language}"
            )
        if SCRIPT in html or QUOTE in html:
            wrong.append(f"{address}: not escaped")
        if any("卫" in text and SUM not in text and "49" in text for text in page.texts):
            wrong.append(f"{address}: rendered twice")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("who", EVERYBODY)
def test_looking_changes_nothing(served: Served, who: str) -> None:
    assert served.look(who).changed | served.look(who, api=True).changed == set()


@pytest.mark.parametrize("who", EVERYBODY)
def test_no_answer_holds_a_secret(served: Served, who: str, secrets: list[str]) -> None:
    answers = served.look(who).pages | served.look(who, api=True).pages
    if who != "admin":
        for secret in secrets[:40]:
            for name in ("clients:search", "api:search"):
                answer = served.browsers[who].get(reverse(name), {"q": secret[-4:]})
                answers[f"{name} {secret[-4:]}"] = answer.content.decode()
    found = {address: leaked for address, body in answers.items() if (leaked := leaks(secrets, body))}
    assert not found, "\n".join(f"{where}: {what}" for where, what in found.items())


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_exports_hold_no_secret_and_no_formula(served: Served, file_format: str, secrets: list[str]) -> None:
    browser = served.browsers["director"]
    asked = {"purpose": "proof of masking", "file_format": file_format, "all": "1"}
    browser.post(reverse("clients:export"), asked)
    path = Path(
        ExportRequest.objects.get(format=file_format, purpose="proof of masking", by=served.branch.cast.director).path
    )
    if file_format == "csv":
        cells = path.read_text(encoding="utf-8-sig").split(",")
    else:
        sheet = openpyxl.load_workbook(path).active
        assert sheet is not None
        cells = [str(cell.value) for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
        assert [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.data_type == "f"] == []
    assert len(cells) > 200
    assert leaks(secrets, "\n".join(cells)) == []


def test_the_database_holds_no_secret_in_plain(served: Served, secrets: list[str]) -> None:
    """Whatever table: job parameters, audit, event histories, import notes."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT coalesce(string_agg(t::text, chr(10)), chr(32)) FROM "{table}" t')
            if leaked := leaks(secrets, cursor.fetchone()[0]):
                found[table] = leaked
    assert not found, "\n".join(f"{where}: {what}" for where, what in found.items())


def test_the_queue_and_the_cache_hold_no_secret(served: Served, secrets: list[str]) -> None:
    store = redis.Redis.from_url(settings.REDIS_URL)
    texts = []
    for key in store.scan_iter():
        kind = store.type(key)
        texts.append(key)
        texts += [store.get(key)] if kind == b"string" else store.lrange(key, 0, -1) if kind == b"list" else []
    assert leaks(secrets, b"\n".join(texts).decode(errors="replace")) == []


def test_the_log_holds_no_personal_data(served: Served, secrets: list[str]) -> None:
    served.look("counter")
    names = list(Client.objects.filter(branch=served.branch.cast.home).values_list("name", flat=True))
    text = "\n".join(served.log.texts)
    assert "/clients/" in text
    assert leaks([*secrets, *(name for name in names if len(name) > 2)], text) == []


def test_a_reveal_shows_one_value_to_one_person_and_is_written_down(served: Served) -> None:
    client = served.branch.held
    phone = unseal(client.phone_sealed)
    url = reverse("clients:reveal", args=[client.pk])
    asked = {"field": "phone", "purpose": "service_call"}
    lines = AuditEntry.objects.filter(action="clients.field_revealed", target_id=str(client.pk))
    for _twice in range(2):
        assert phone in served.browsers["advisor"].post(url, asked).content.decode()
        assert (Reveal.objects.filter(client=client).count(), lines.count()) == (1, 1)
    assert phone not in str(lines.get().detail)
    assert phone not in served.browsers["director"].get(reverse("clients:detail", args=[client.pk])).content.decode()
    assert served.browsers["colleague"].post(url, asked).status_code == 404
    assert phone not in "\n".join(served.log.texts)


def words_of_the_branch() -> list[str]:
    """What people and the counter system wrote into the database: names, notes, events; headers of files. Longest first."""
    found: set[str] = set()
    for model in apps.get_models():
        if model._meta.app_label in {"contenttypes", "auth", "sessions", "admin", "pghistory"}:
            continue
        names = [field.attname for field in model._meta.concrete_fields]
        for row in model._default_manager.values_list(*names):
            for value in row:
                found.update(_strings(value))
    for dataset in DATASETS:
        found |= {dataset.title, *(column.title for column in dataset.columns)}
    return sorted((text for text in found if CHINESE.search(text) and len(text) > 1), key=len, reverse=True)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield " ".join(value.split())
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _strings(inner)


@pytest.mark.parametrize("who", SPEAKERS)
def test_english_pages_hold_no_chinese_of_ours(served: Served, who: str) -> None:
    data = words_of_the_branch()
    left: dict[str, str] = {}
    for address, html in served.look(who, language="en").pages.items():
        for text in Page(html).texts:
            rest = text
            for word in data if CHINESE.search(text) else ():
                rest = rest.replace(word, "")
            if TWO_LETTERS.search(rest):
                left.setdefault(rest[:80], address)
    assert not left, "\n".join(f"{text}: {where}" for text, where in left.items())


@pytest.mark.parametrize("who", SPEAKERS)
def test_chinese_pages_hold_no_english_sentence(served: Served, who: str) -> None:
    left: dict[str, str] = {}
    for address, html in served.look(who).pages.items():
        for text in Page(html).texts if address not in OTHERS else ():
            if SENTENCE.search(text) and SCRIPT not in text:
                left.setdefault(text[:80], address)
    assert not left, "\n".join(f"{text}: {where}" for text, where in left.items())
