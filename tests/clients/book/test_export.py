"""Exports: with a purpose, masked, marked, harmless to spreadsheets, for whom they belong."""

from __future__ import annotations

import csv
import hashlib
import io
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from branch_crm.core.jobs.runner import run
from branch_crm.core.models import AuditEntry
from clients.models import Client, ExportRequest
from clients.services import request_export as service
from clients.services.prune_exports import prune_exports
from clients.services.write_export import harmless
from tests.clients.book.conftest import ID_NO, PHONE, Book
from tests.clients.book.test_access import browser


@pytest.fixture(autouse=True)
def uploads(settings: object, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]


def ask(who: Browser, query: str = "", **data: object) -> ExportRequest:
    url = f"{reverse('clients:export')}?{query}"
    answer = who.post(url, {"purpose": "季度客户回访名单", "file_format": "csv"} | data)
    assert answer.status_code == 302, answer.content.decode()
    return ExportRequest.objects.latest("pk")


def rows_of(who: Browser, export: ExportRequest) -> list[list[str]]:
    answer = who.get(reverse("clients:export_file", args=[export.pk]))
    assert answer.status_code == 200 and answer["Cache-Control"] == "no-store"
    content = b"".join(answer.streaming_content)
    assert hashlib.sha256(content).hexdigest() == export.file_hash
    if export.format == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        return [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_the_file_holds_the_filter_masked_and_marked(book: Book) -> None:
    who = browser(book, "director")
    who.post(reverse("clients:columns"), {"columns": ["client_no", "phone", "tier", "assets"], "next": "/clients/"})
    export = ask(who, "tier=3&sort=-value")
    mark, heads, *rows = rows_of(who, export)
    assert "陈岚" in mark[0] and "季度客户回访名单" in mark[0]
    assert heads == ["客户姓名", "客户号", "级别", "总资产", "手机号码"]
    assert [row[1] for row in rows] == ["10001", "10003", "10002"]
    text = str(rows)
    assert "138****5678" in text and PHONE not in text and ID_NO not in text
    actions = [line.action for line in AuditEntry.objects.order_by("pk") if "export" in line.action]
    assert actions == ["clients.export_requested", "clients.export_written", "clients.export_downloaded"]


def test_a_purpose_is_needed(book: Book) -> None:
    answer = browser(book, "director").post(reverse("clients:export"), {"purpose": "  ", "file_format": "csv"})
    assert answer.status_code == 200 and ExportRequest.objects.count() == 0


def test_chosen_rows_only_and_none_that_are_not_visible(book: Book) -> None:
    who = browser(book, "director")
    first = who.post(reverse("clients:export"), {"pk": [book.zeng.pk, book.foreign.pk]}).content.decode()
    assert f'name="pk" value="{book.zeng.pk}"' in first and ExportRequest.objects.count() == 0
    export = ask(who, pk=[book.zeng.pk, book.foreign.pk])
    assert [row[1] for row in rows_of(who, export)[2:]] == ["10002"]


def test_only_the_person_and_compliance_download(book: Book) -> None:
    export = ask(browser(book, "director"))
    url = reverse("clients:export_file", args=[export.pk])
    assert browser(book, "compliance").get(url).status_code == 200
    for who, status in (("manager", 404), ("stranger", 404), ("advisor", 403)):
        assert browser(book, who).get(url).status_code == status
    assert browser(book, "manager").get(reverse("clients:export_detail", args=[export.pk])).status_code == 200


DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\x00=1", "＝1+1", "＋1", "－1", "＠x", " =1"]


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_text_becomes_a_formula(text: str) -> None:
    assert not harmless(text).lstrip().startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_dangerous_names_stay_text_in_the_file(book: Book, file_format: str) -> None:
    for number, text in enumerate(each for each in DANGEROUS if "\x00" not in each):
        Client.objects.create(branch=book.cast.home, client_no=f"=cmd|{number}", name=text)
    who = browser(book, "director")
    export = ask(who, purpose="=HYPERLINK(1)", file_format=file_format)
    cells = [cell for row in rows_of(who, export) for cell in row]
    assert not [cell for cell in cells if cell.lstrip().startswith(("=", "+", "@", "\t", "＝", "＋", "－", "＠"))]


def test_a_long_list_is_made_by_a_job(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "AT_ONCE", 2)
    who = browser(book, "director")
    export = ask(who)
    assert export.job is not None and not export.file_hash
    assert who.get(reverse("clients:export_file", args=[export.pk])).status_code == 404
    assert who.get(reverse("clients:export_detail", args=[export.pk])).status_code == 200
    run(export.job_id)
    export.refresh_from_db()
    assert len(rows_of(who, export)) == 2 + 4
    run(export.job_id)


def test_a_copy_of_the_book_is_refused(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MOST_ROWS", 3)
    monkeypatch.setattr("clients.views.export.MOST_ROWS", 3)
    answer = browser(book, "director").post(reverse("clients:export"), {"purpose": "全部导出", "file_format": "csv"})
    assert "3" in answer.content.decode() and ExportRequest.objects.count() == 0


def test_the_api_exports_by_the_same_rules(book: Book) -> None:
    url = reverse("api:export-list")
    asked = {"purpose": "接口导出", "filter": {"core": ["yes"]}, "format": "csv"}
    made = browser(book, "manager").post(url, asked, "application/json")
    assert made.status_code == 201 and made.json()["rows"] == 1 and made.json()["is_ready"]
    assert browser(book, "advisor").post(url, asked, "application/json").status_code == 403
    assert browser(book, "manager").post(url, {"purpose": "x"}, "application/json").status_code == 400


def test_files_go_after_a_week_the_record_stays(book: Book) -> None:
    who = browser(book, "director")
    export = ask(who)
    path = Path(export.path)
    assert prune_exports(branch=book.cast.home, on=timezone.localdate() + timedelta(days=7)) == 0
    for removed in (1, 0):
        assert prune_exports(branch=book.cast.home, on=timezone.localdate() + timedelta(days=8)) == removed
    assert not path.exists() and ExportRequest.objects.get(pk=export.pk).file_hash
    assert who.get(reverse("clients:export_file", args=[export.pk])).status_code == 302
