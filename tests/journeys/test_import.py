"""An assistant brings in the counter's extract: upload, look, import, read what became of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from playwright.sync_api import Page, expect

from branch_crm.core.jobs import runner
from clients.models import Client, ImportRun
from tests.cast import make_cast
from tests.clients.importer.extracts import CLIENTS, TRADES, text

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_from_the_upload_to_the_rejected_rows(
    page: Page,
    login: Callable[..., None],
    accessibility_problems: Callable[[Page], list[str]],
    tmp_path: Path,
    settings,
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    cast = make_cast()
    extract = tmp_path / "夜间数据_20261123.zip"
    with ZipFile(extract, "w", ZIP_DEFLATED) as archive:
        archive.writestr("客户资料_20261123.csv", text(CLIENTS).encode("gb18030"))
        archive.writestr("成交_20261123.csv", text([*TRADES, ["999", "20260105", "600519", "买入", "1", "", "", "T9"]]))
    login(page, cast.assistant)

    page.goto("/imports/")
    expect(page.get_by_text("尚未导入过数据")).to_be_visible()
    assert accessibility_problems(page) == []
    page.get_by_role("link", name="导入柜台数据").first.click()
    page.get_by_label("数据文件").set_input_files(extract)
    assert accessibility_problems(page) == []
    page.get_by_role("button", name="上传并预览").click()
    expect(page.get_by_role("cell", name="曾伟")).to_be_visible()
    assert accessibility_problems(page) == []

    page.get_by_role("button", name="导入这些文件").click()
    expect(page.get_by_text("正在导入柜台数据")).to_be_visible()
    run = ImportRun.objects.get()
    assert run.job is not None
    runner.run(run.job.pk)
    expect(page.get_by_text("有拒收行").first).to_be_visible(timeout=15_000)
    expect(page.get_by_text("客户号 不是本营业部客户")).to_be_visible()
    assert accessibility_problems(page) == []
    assert Client.objects.filter(branch=cast.home).count() == 3
    with page.expect_download() as download:
        page.get_by_role("link", name="拒收的行").click()
    content = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert "错误" in content
    assert "T9" in content
