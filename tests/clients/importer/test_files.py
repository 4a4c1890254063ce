"""Encodings, delimiters, quotation marks, workbooks: however a file is written, the same rows come out."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import dbf
import openpyxl
import pytest

from branch_crm.core.tabular import workbook
from branch_crm.core.tabular.problems import ExtractProblem, FileProblem
from clients.domain.extract.bundle import day_in_name, entry_name, open_bundle
from clients.domain.extract.cleaning import Cleaner
from clients.domain.extract.datasets import BY_CODE
from clients.domain.extract.table import Table, open_table
from tests.clients.importer.extracts import text

ROWS = [
    ["客户号", "客户姓名", "职业"],
    ["000001", "曾伟", "企业职工"],
    ["000002", "欧阳锋", "个体"],
]


def opened(path: Path, dataset: str = "clients") -> Table:
    return open_table(path, BY_CODE[dataset], {}, path.parent)


def rows_of(path: Path, dataset: str = "clients") -> list[tuple[str, ...]]:
    table = opened(path, dataset)
    cleaner = Cleaner(table)
    found: list[tuple[str, ...]] = []
    for block in table.blocks():
        clean = cleaner.clean(block)
        assert not clean.rejected
        found += zip(*(clean.columns[name] for name in table.header.places))
    return found


EXPECTED = [("000001", "曾伟", "企业职工"), ("000002", "欧阳锋", "个体")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16-le", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", "|", ";"])
def test_encodings_and_delimiters(tmp_path, encoding, delimiter):
    path = tmp_path / "clients.csv"
    path.write_bytes(text(ROWS, delimiter).encode(encoding))
    assert rows_of(path) == EXPECTED


def test_a_utf8_file_with_one_damaged_byte_loses_that_row_only(tmp_path):
    path = tmp_path / "clients.csv"
    lines = [f"{number:06d},欧阳锋,个体" for number in range(200)]
    path.write_bytes("\n".join(["客户号,客户姓名,职业", *lines]).encode() + b"\n000999,\xff\xfe,x\n")
    table = opened(path)
    clean = Cleaner(table).clean(next(table.blocks()))
    assert len(clean.row_nos) == 200
    assert [(row.row_no, row.reasons) for row in clean.rejected] == [(202, [("name", "undecodable")])]


def test_quoted_cells_may_hold_delimiters_quotes_and_lines(tmp_path):
    path = tmp_path / "clients.csv"
    path.write_text('客户号,客户姓名,职业\n1,"曾,伟","a ""b"""\n2,"欧阳\n锋",个体\n3,王芳,x\n', encoding="utf-8")
    assert rows_of(path) == [("1", "曾,伟", 'a "b"'), ("2", "欧阳 锋", "个体"), ("3", "王芳", "x")]


def test_a_quote_that_is_never_closed_costs_its_own_row_only(tmp_path):
    path = tmp_path / "clients.csv"
    good = "".join(f"{number},名字,x\n" for number in range(10, 80))
    path.write_text(f'客户号,客户姓名,职业\n1,"曾伟,x\n{good}', encoding="utf-8")
    table = opened(path)
    clean = Cleaner(table).clean(next(table.blocks()))
    assert len(clean.row_nos) == 70
    assert [(row.row_no, row.reasons) for row in clean.rejected] == [(2, [("", "open_quote")])]


def test_quotes_inside_a_cell_are_just_characters(tmp_path):
    path = tmp_path / "clients.csv"
    path.write_text('客户号,客户姓名,职业\n="000001",曾"伟",x\n', encoding="utf-8")
    assert rows_of(path) == [("000001", '曾"伟"', "x")]


def test_blocks_join_without_losing_rows(tmp_path, monkeypatch):
    monkeypatch.setattr("branch_crm.core.tabular.text_file.BLOCK_CHARACTERS", 64)
    path = tmp_path / "clients.csv"
    lines = "".join(f'{number},"名\n字{number}",x\n' for number in range(300))
    path.write_text(f"客户号,客户姓名,职业\n{lines}", encoding="utf-8")
    assert rows_of(path) == [(str(number), f"名 字{number}", "x") for number in range(300)]


def write_xlsx(path: Path, rows: list[list[object]]) -> None:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)


def test_xlsx(tmp_path):
    path = tmp_path / "clients.xlsx"
    write_xlsx(path, [["客户资料表"], [], *ROWS])
    assert rows_of(path) == EXPECTED
    assert opened(path).header.row_no == 3


def test_xlsx_numbers_and_dates_read_as_written(tmp_path):
    from datetime import datetime

    path = tmp_path / "资产.xlsx"
    write_xlsx(path, [["客户号", "日期", "总资产"], [600519, datetime(2026, 1, 5), 1102.5]])
    assert rows_of(path, "assets") == [("600519", "2026-01-05", "1102.50")]


def test_dbf_is_gb18030_whatever_its_code_page_byte_says(tmp_path):
    path = tmp_path / "clients.dbf"
    table = dbf.Table(str(path), "KHH C(12); KHXM C(40); ZY C(20)", codepage="cp936")
    with table.open(mode=dbf.READ_WRITE):
        for row in ROWS[1:]:
            table.append(tuple(row))
    damaged = bytearray(path.read_bytes())
    damaged[29] = 0x03
    path.write_bytes(damaged)
    assert rows_of(path) == EXPECTED


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_text_and_html_that_go_by_the_name_xls(tmp_path, encoding):
    tabs, page = tmp_path / "clients_1.xls", tmp_path / "clients_2.xls"
    tabs.write_bytes(text(ROWS, "\t").encode(encoding))
    cells = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in ROWS)
    page.write_bytes(f"<html><body><table>{cells}</table></body></html>".encode(encoding))
    assert rows_of(tabs) == rows_of(page) == EXPECTED


def test_the_day_stands_in_the_file_name():
    assert str(day_in_name("客户资料_20261123.csv")) == "2026-11-23"
    assert str(day_in_name("trades-2026-11-23.csv")) == "2026-11-23"
    assert day_in_name("clients_20261345.csv") is None


def test_a_zip_is_read_through_its_folders(tmp_path):
    path = tmp_path / "extract.zip"
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        archive.writestr("夜间/客户资料.csv", text(ROWS))
        archive.writestr("夜间/说明.txt", "x")
        archive.writestr("__MACOSX/._客户资料.csv", "x")
    bundle = open_bundle(path, tmp_path)
    assert [part.name for part in bundle.parts] == ["客户资料.csv"]
    assert bundle.ignored == ("说明.txt",)


def test_names_packed_by_windows_in_gbk_are_understood():
    entry = ZipInfo("客户资料.csv".encode("gbk").decode("cp437"))
    entry.flag_bits = 0
    assert entry_name(entry) == "客户资料.csv"


@pytest.mark.parametrize("name", ["../clients.csv", "/etc/clients.csv", "a/../../clients.csv", "C:\\clients.csv"])
def test_a_zip_whose_names_lead_outside_is_refused(tmp_path, name):
    path = tmp_path / "extract.zip"
    with ZipFile(path, "w") as archive:
        archive.writestr(name, text(ROWS))
    with pytest.raises(ExtractProblem) as problem:
        open_bundle(path, tmp_path)
    assert problem.value.code == "zip_path"


def test_a_zip_bomb_is_refused_unopened(tmp_path):
    path = tmp_path / "extract.zip"
    with ZipFile(path, "w", ZIP_DEFLATED) as archive, archive.open("clients.csv", "w") as entry:
        for _ in range(40):
            entry.write(b"0" * (1 << 20))
    with pytest.raises(ExtractProblem) as problem:
        open_bundle(path, tmp_path)
    assert problem.value.code == "zip_bomb"
    assert not list(tmp_path.glob("000*"))


def test_links_in_a_folder_are_not_followed(tmp_path):
    (tmp_path / "clients.csv").write_text("客户号,客户姓名\n")
    (tmp_path / "trades.csv").symlink_to("/etc/passwd")
    assert [part.name for part in open_bundle(tmp_path, tmp_path).parts] == ["clients.csv"]


def test_no_dataset_names_what_would_be_one(tmp_path):
    (tmp_path / "list.csv").write_text("x")
    with pytest.raises(ExtractProblem) as problem:
        open_bundle(tmp_path, tmp_path)
    assert problem.value.code == "no_dataset"


def test_the_child_converts_only_as_many_rows_as_a_preview_needs(tmp_path):
    path = tmp_path / "clients.xlsx"
    write_xlsx(path, [*ROWS, *([["1", "x", "y"]] * 100)])
    assert len(workbook.to_text(path, "xlsx", tmp_path, rows=10).read_text().splitlines()) == 10


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("clients.xlsx", b"MZ\x90\x00" + bytes(200), "wrong_extension"),
        ("clients.xlsx", b"a,b\n1,2\n", "wrong_extension"),
        ("clients.csv", b"PK\x03\x04" + bytes(200), "wrong_extension"),
        ("clients.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not_text"),
        ("clients.csv", b"", "empty"),
        ("clients.csv", b" \r\n \r\n", "empty"),
        ("clients.csv", b"just some words\nand more\n", "no_header"),
        ("clients.dbf", b"PK\x03\x04", "wrong_extension"),
        ("clients.dbf", b"\x03" + bytes(40), "unreadable_workbook"),
        ("clients.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "unreadable_workbook"),
        ("clients.xls", b"<?xml version='1.0'?><Workbook/>", "spreadsheet_xml"),
        ("clients.xlsm", b"PK\x03\x04", "macro"),
    ],
)
def test_what_is_no_table_is_refused_with_its_reason(tmp_path, name, content, code):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(FileProblem) as problem:
        opened(path)
    assert problem.value.code == code
