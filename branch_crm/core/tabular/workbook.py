"""Workbooks are not trusted: a child process with little memory, little time and no way back reads them (trust.md row 7)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from branch_crm.core.tabular.problems import FileProblem

NAMES = ("xlsx", "xls", "dbf", "html")
MEMORY_BYTES = 512 << 20
#: A sheet of a million rows takes openpyxl some two minutes.
CPU_SECONDS = 300
WALL_SECONDS = 600
ZIP, OLE, DBF_VERSIONS = (
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    (0x02, 0x03, 0x04, 0x30, 0x31, 0x83, 0x8B, 0xF5),
)


def kind_of(path: Path) -> str | None:
    """Which kind of workbook the file is, None for delimited text. The content must be what the name promises.

    .xls is the exception: counter systems give that name to text and to HTML tables as well.
    """
    suffix = path.suffix.casefold()
    with path.open("rb") as file:
        start = file.read(2048)
    if suffix in {".xlsm", ".xlsb", ".xltm", ".xlam"}:
        raise FileProblem("macro")
    if suffix == ".xlsx":
        if start.startswith(ZIP):
            return "xlsx"
        raise FileProblem("encrypted" if start.startswith(OLE) else "wrong_extension", suffix=suffix)
    if suffix == ".dbf":
        if start[:1] and start[0] in DBF_VERSIONS:
            return "dbf"
        raise FileProblem("wrong_extension", suffix=suffix)
    if suffix == ".xls" and start.startswith(OLE):
        return "xls"
    if suffix == ".xls" and start.startswith(ZIP):
        return "xlsx"
    if start.startswith((ZIP, OLE)):
        raise FileProblem("wrong_extension", suffix=suffix)
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<html", b"<!doctype html", b"<table", b"<meta", b"<head")):
        return "html"
    if text.startswith(b"<?xml"):
        raise FileProblem("spreadsheet_xml")
    return None


def to_text(path: Path, kind: str, workspace: Path, *, rows: int = 0) -> Path:
    """The first sheet that holds anything, as UTF-8 comma-separated text in `workspace`; `rows` at most, 0 = all.

    Raises FileProblem.
    """
    handle, name = tempfile.mkstemp(suffix=".csv", dir=workspace)
    os.close(handle)
    target = Path(name)
    command = [sys.executable, "-m", "branch_crm.core.tabular.workbook_child", kind, str(path), str(target), str(rows)]
    root = Path(__file__).resolve().parents[3]
    environment = {
        "PYTHONPATH": str(root),
        "PATH": os.environ.get("PATH", ""),
        "PYTHONUTF8": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    try:
        done = subprocess.run(  # noqa: S603 - our own program, our own arguments
            command, check=False, capture_output=True, timeout=WALL_SECONDS, cwd=workspace, env=environment
        )
    except subprocess.TimeoutExpired:
        raise FileProblem("too_slow") from None
    if done.returncode == 0:
        return target
    target.unlink(missing_ok=True)
    try:
        answer = json.loads(done.stdout.decode().splitlines()[-1])
        raise FileProblem(answer["code"], **answer["params"])
    except (ValueError, IndexError, KeyError):
        # Killed by a limit, or by a fault in a parser: what it died of is the file's doing.
        raise FileProblem("unreadable_workbook") from None
