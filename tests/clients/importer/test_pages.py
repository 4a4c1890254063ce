"""The import pages: look before anything changes, follow, read what became of every row."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse

from branch_crm.core.jobs import runner
from branch_crm.core.models import AuditEntry
from clients.models import Client, ColumnMapping, ImportRun
from tests.cast import Cast, make_cast
from tests.clients.importer.extracts import CLIENTS, TRADES, text

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def browser(cast: Cast) -> Browser:
    browser = Browser()
    browser.force_login(cast.director)
    return browser


def upload(browser: Browser, **files: str) -> ImportRun:
    given = [SimpleUploadedFile(f"{name}.csv", content.encode("gb18030")) for name, content in files.items()]
    answer = browser.post(reverse("clients:import_new"), {"files": given})
    assert answer.status_code == 302, answer.content.decode()[:500]
    return ImportRun.objects.get(pk=int(answer["Location"].rstrip("/").rpartition("/")[2]))


def carry_out(run: ImportRun) -> None:
    run.refresh_from_db()
    assert run.job is not None
    runner.run(run.job.pk)
    run.refresh_from_db()


def test_an_upload_changes_nothing_until_it_is_started(browser, cast):
    run = upload(
        browser, 客户资料=text(CLIENTS), 成交=text([[*TRADES[0], "备注"], *([*row, "秘密"] for row in TRADES[1:])])
    )
    assert run.branch == cast.home
    page = browser.get(reverse("clients:import_preview", args=[run.pk]), **HTMX).content.decode()
    assert "手机号码" in page
    assert "gb18030" in page
    assert "备注" in page
    assert "秘密" not in page
    assert "****5678" in page
    assert "13812345678" not in page
    assert not Client.objects.exists()
    browser.post(reverse("clients:import_start", args=[run.pk]))
    browser.post(reverse("clients:import_start", args=[run.pk]))
    carry_out(run)
    assert run.state == ImportRun.State.DONE
    assert Client.objects.filter(branch=cast.home).count() == 3
    assert not Path(run.path).exists()
    page = browser.get(reverse("clients:import_detail", args=[run.pk])).content.decode()
    assert "成交.csv" in page


def test_rejected_rows_can_be_taken_by_those_who_import_and_that_is_recorded(browser, cast):
    run = upload(browser, clients=text([*CLIENTS, ["", "=无号", "13800000000", "", "", "", ""]]))
    browser.post(reverse("clients:import_start", args=[run.pk]))
    carry_out(run)
    address = reverse("clients:import_rejects", args=[run.datasets.get().pk])
    answer = browser.get(address)
    content = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "错误" in content.splitlines()[0]
    assert "'=无号" in content
    assert answer["Cache-Control"] == "no-store"
    assert AuditEntry.objects.filter(action="clients.rejects_downloaded", actor=cast.director).count() == 1
    for reader, status in ((cast.manager, 403), (cast.compliance, 403), (cast.advisor, 403), (cast.stranger, 404)):
        other = Browser()
        other.force_login(reader)
        assert other.get(address).status_code == status
    assert "13800000000" not in browser.get(reverse("clients:import_detail", args=[run.pk])).content.decode()


def test_readers_see_counts_without_the_deeds(browser, cast):
    run = upload(browser, clients=text(CLIENTS))
    reader = Browser()
    reader.force_login(cast.compliance)
    for name in ("clients:import_list", "clients:import_detail"):
        page = reader.get(reverse(name, args=[run.pk] if name.endswith("detail") else [])).content.decode()
        assert reverse("clients:import_new") not in page
        assert reverse("clients:import_start", args=[run.pk]) not in page


def test_a_discarded_upload_leaves_no_files(browser, django_capture_on_commit_callbacks):
    run = upload(browser, clients=text(CLIENTS))
    assert Path(run.path).exists()
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(reverse("clients:import_discard", args=[run.pk]))
    assert not ImportRun.objects.exists()
    assert not Path(run.path).parent.exists()
    assert AuditEntry.objects.filter(action="clients.upload_discarded").exists()


def test_a_started_import_is_not_discarded(browser):
    run = upload(browser, clients=text(CLIENTS))
    browser.post(reverse("clients:import_start", args=[run.pk]))
    browser.post(reverse("clients:import_discard", args=[run.pk]))
    assert ImportRun.objects.filter(pk=run.pk).exists()
    assert Path(run.path).exists()


def test_files_of_another_kind_are_refused_at_the_field(browser):
    answer = browser.post(reverse("clients:import_new"), {"files": [SimpleUploadedFile("clients.exe", b"MZ")]})
    assert answer.status_code == 422
    assert "clients.exe" in answer.content.decode()
    assert not ImportRun.objects.exists()


def test_the_name_of_an_upload_leads_nowhere_else(browser, settings):
    answer = browser.post(
        reverse("clients:import_new"), {"files": [SimpleUploadedFile("clients.csv", b"x", "text/csv")]}
    )
    assert answer.status_code == 302
    from clients.services.receive_upload import receive_upload

    evil = SimpleUploadedFile("x.csv", b"x")
    evil._name = "..\\..\\clients.csv"
    run = receive_upload(branch=ImportRun.objects.get().branch, files=[evil], actor=ImportRun.objects.get().created_by)
    assert Path(run.path).parent.parent == Path(settings.MEDIA_ROOT) / "imports"


def test_a_file_nobody_can_read_says_why_in_the_preview(browser):
    run = upload(browser, clients="甲,乙\n1,2\n")
    page = browser.get(reverse("clients:import_preview", args=[run.pk]), **HTMX).content.decode()
    assert "客户号" in page
    assert reverse("clients:import_start", args=[run.pk]) not in page


def test_a_header_taught_to_the_branch_is_read_from_then_on(browser, cast):
    rows = [["客户号", "户主"], ["1", "王芳"]]
    run = upload(browser, clients=text(rows))
    assert "户主" in browser.get(reverse("clients:import_preview", args=[run.pk]), **HTMX).content.decode()
    answer = browser.post(reverse("clients:import_mapping"), {"header": "户主", "target": "clients:name"})
    assert answer.status_code == 302
    browser.post(reverse("clients:import_start", args=[run.pk]))
    carry_out(run)
    assert Client.objects.get().name == "王芳"
    mapping = ColumnMapping.objects.get()
    assert (mapping.branch, mapping.field, mapping.updated_by) == (cast.home, "name", cast.director)
    browser.post(reverse("clients:import_mapping_delete", args=[mapping.pk]))
    assert not ColumnMapping.objects.exists()


def test_the_administrator_says_for_which_branch(cast):
    browser = Browser()
    browser.force_login(cast.admin)
    files = [SimpleUploadedFile("clients.csv", text(CLIENTS).encode())]
    assert browser.post(reverse("clients:import_new"), {"files": files}).status_code == 422
    files = [SimpleUploadedFile("clients.csv", text(CLIENTS).encode())]
    browser.post(reverse("clients:import_new"), {"files": files, "branch": cast.away.pk})
    assert ImportRun.objects.get().branch == cast.away


def test_over_the_api(browser, cast):
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr("客户资料.csv", text(CLIENTS))
    file = SimpleUploadedFile("extract.zip", packed.getvalue())
    made = browser.post("/api/v1/imports/", {"files": file})
    assert made.status_code == 201, made.content
    run = ImportRun.objects.get(pk=made.json()["id"])
    assert browser.post(f"/api/v1/imports/{run.pk}/start/").status_code == 202
    carry_out(run)
    answer = browser.get(f"/api/v1/imports/{run.pk}/").json()
    assert answer["state"] == "done"
    assert answer["datasets"][0]["added"] == 3
    assert "path" not in answer
    assert browser.post("/api/v1/imports/", {}).status_code == 400


def test_lists_ask_the_database_the_same_number_of_times(browser, cast, django_assert_max_num_queries):
    for number in range(25):
        run = ImportRun.objects.create(branch=cast.home, source="command", path="/x", label=f"{number}")
        run.datasets.create(dataset="clients", file_name="clients.csv")
    with django_assert_max_num_queries(13):
        browser.get(reverse("clients:import_list"))
