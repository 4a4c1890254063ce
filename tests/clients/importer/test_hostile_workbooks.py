"""Workbooks made to hurt are refused quickly, and the process that asked stays small (trust.md row 7)."""

from __future__ import annotations

import resource
import time
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest

from branch_crm.core.tabular import workbook
from branch_crm.core.tabular.problems import FileProblem
from clients.domain.extract.datasets import BY_CODE
from clients.domain.extract.table import open_table

SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def book(**replaced: bytes) -> bytes:
    """A small good workbook with parts replaced or added (`/` in names written `__`)."""
    plain = BytesIO()
    good = openpyxl.Workbook()
    good.active.append(["客户号", "客户姓名"])
    good.save(plain)
    changed = {name.replace("__", "/"): content for name, content in replaced.items()}
    out = BytesIO()
    with ZipFile(plain) as source, ZipFile(out, "w", ZIP_DEFLATED) as target:
        for entry in source.infolist():
            if entry.filename not in changed:
                target.writestr(entry, source.read(entry))
        for name, content in changed.items():
            target.writestr(name, content)
    return out.getvalue()


def sheet(rows: str, dimension: str = "") -> bytes:
    return f'<worksheet xmlns="{MAIN}">{dimension}<sheetData>{rows}</sheetData></worksheet>'.encode()


CELL = '<c r="{0}" t="inlineStr"><is><t>{1}</t></is></c>'


def far_corner() -> bytes:
    rows = f'<row r="1">{CELL.format("A1", "客户号")}</row><row r="1048576">{CELL.format("XFD1048576", "x")}</row>'
    return book(**{"xl/worksheets/sheet1.xml": sheet(rows)})


def far_corner_announced() -> bytes:
    rows = f'<row r="1">{CELL.format("A1", "客户号")}</row><row r="1048576">{CELL.format("XFD1048576", "x")}</row>'
    return book(**{"xl/worksheets/sheet1.xml": sheet(rows, '<dimension ref="A1:XFD1048576"/>')})


def packed_200_times() -> bytes:
    return book(**{"xl/worksheets/sheet1.xml": sheet("<row/>" * 8_000_000)})


def external_entity() -> bytes:
    evil = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + sheet(
        f'<row r="1">{CELL.format("A1", "&e;")}</row>'
    )
    return book(**{"xl/worksheets/sheet1.xml": evil})


def laughs() -> bytes:
    entities = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(9))
    evil = f'<!DOCTYPE x [<!ENTITY a0 "ha">{entities}]>'.encode() + sheet(
        f'<row r="1">{CELL.format("A1", "&a9;")}</row>'
    )
    return book(**{"xl/worksheets/sheet1.xml": evil})


HOSTILE = {
    "a cell in the far corner": (far_corner, {"endless_blanks", "too_wide", "no_header"}),
    "a far corner that is announced": (far_corner_announced, {"too_wide"}),
    "packed 200 times": (packed_200_times, {"zip_bomb"}),
    "external entity": (external_entity, {"entities"}),
    "billion laughs": (laughs, {"entities"}),
    "macro": (lambda: book(**{"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"}), {"macro"}),
    "broken xml": (lambda: book(**{"xl/worksheets/sheet1.xml": b"<worksheet"}), {"unreadable_workbook"}),
    "no workbook inside": (lambda: _zip({"a.txt": b"x"}), {"unreadable_workbook"}),
    "cut off": (lambda: book()[:500], {"unreadable_workbook"}),
}


def _zip(files: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_workbook_is_refused_in_seconds(name: str, tmp_path: Path):
    make, codes = HOSTILE[name]
    path = tmp_path / "clients.xlsx"
    path.write_bytes(make())
    start, children = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    with pytest.raises(FileProblem) as problem:
        open_table(path, BY_CODE["clients"], {}, tmp_path)
    assert problem.value.code in codes
    # Processor time: the wall clock of a busy machine says nothing about the file.
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - children < 5
    assert time.monotonic() - start < 60


def test_a_child_that_wants_more_memory_than_it_may_have_dies_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "WALL_SECONDS", 20)
    path = tmp_path / "clients.xls"
    path.write_bytes(b"<table>" + b"<tr><td>" + b"x" * (300 << 20))
    with pytest.raises(FileProblem):
        open_table(path, BY_CODE["clients"], {}, tmp_path)


def test_a_child_that_does_not_end_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "WALL_SECONDS", 0.05)
    path = tmp_path / "clients.xlsx"
    path.write_bytes(book())
    with pytest.raises(FileProblem) as problem:
        open_table(path, BY_CODE["clients"], {}, tmp_path)
    assert problem.value.code == "too_slow"
