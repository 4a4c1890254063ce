"""Write the file of an export request: the rows its owner may see at this moment, masked columns only."""

from __future__ import annotations

import csv
import hashlib
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

import xlsxwriter
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext

from branch_crm.core import audit
from branch_crm.core.jobs import Progress
from clients.columns import Column, choose
from clients.filters import filtered
from clients.models import Client, ExportRequest
from clients.queries.book import Order, book_of
from clients.services.export_subjects import CLIENTS, SUBJECTS, Table, register_subject

#: A cell that begins with one of these may be run as a formula (OWASP ASVS 1.2.10), in half or full width.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\x00", "＝", "＋", "－", "＠")
CHUNK = 1_000


class Sheet(Protocol):
    def add(self, cells: list[Any]) -> None: ...
    def close(self) -> None: ...


def harmless(text: str) -> str:
    """Text that a spreadsheet shows as it is: a leading apostrophe where it would be taken for a formula."""
    clean = text.replace("\x00", "")
    return f"'{clean}" if clean.lstrip(" ").startswith(DANGEROUS) else clean


def folder() -> Path:
    """Private to the account that serves the product."""
    path = Path(settings.MEDIA_ROOT) / "exports"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def write_export(*, export: ExportRequest, progress: Progress | None = None) -> ExportRequest:
    """Make the file and note its hash. A second call for a finished request changes nothing."""
    if export.file_hash:
        return export
    path = folder() / f"{export.pk}.{export.format}"
    with translation.override(export.by.language or settings.LANGUAGE_CODE):
        rows = _write(export, path, progress)
    with path.open("rb") as file:
        file_hash = hashlib.file_digest(file, "sha256").hexdigest()
    with transaction.atomic():
        fresh = ExportRequest.objects.select_for_update().get(pk=export.pk)
        fresh.rows, fresh.file_hash, fresh.path = rows, file_hash, str(path)
        fresh.save(update_fields=["rows", "file_hash", "path"])
        audit.record(
            action="clients.export_written",
            actor=export.by,
            branch=export.branch,
            target=export,
            detail={"rows": rows, "sha256": file_hash},
        )
    return fresh


def _write(export: ExportRequest, path: Path, progress: Progress | None) -> int:
    table = SUBJECTS[export.subject](export)
    draft = path.with_suffix(f".{export.format}.draft")
    draft.touch(mode=0o600)
    sheet: Sheet = Workbook(draft) if export.format == "xlsx" else CsvFile(draft)
    sheet.add([_watermark(export)])
    sheet.add(table.heads)
    if progress:
        progress.step("Writing the file", total=export.rows)
    done = 0
    for row in table.rows:
        sheet.add(row)
        done += 1
        if progress and done % CHUNK == 0:
            progress.advance_to(done)
    sheet.close()
    draft.replace(path)
    return done


def client_table(export: ExportRequest) -> Table:
    """The client list: masked columns only."""
    columns = choose(export.columns)
    return Table(
        [str(column.label) for column in columns],
        ([_value(column, client) for column in columns] for client in _clients(export).iterator(chunk_size=CHUNK)),
    )


register_subject(CLIENTS, client_table)


def _clients(export: ExportRequest) -> QuerySet[Client]:
    clients = filtered(book_of(export.by, export.branch), export.query.get("filter", {}), user=export.by)
    if export.query.get("ids") is not None:
        clients = clients.filter(pk__in=export.query["ids"])
    return clients.order_by(*Order.parse(export.query.get("sort", "")).terms())


def _watermark(export: ExportRequest) -> str:
    return gettext("Export %(number)s by %(who)s at %(when)s, for: %(purpose)s. Masked; not to be passed on.") % {
        "number": export.pk,
        "who": str(export.by),
        "when": f"{timezone.localtime(export.at):%Y-%m-%d %H:%M}",
        "purpose": export.purpose,
    }


def _value(column: Column, client: Client) -> Any:
    value = column.text(client)
    return str(value) if value is not None and not isinstance(value, int | float | Decimal | date) else value


class CsvFile:
    """UTF-8 with a BOM, because Excel reads Chinese only with one."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)

    def add(self, cells: list[Any]) -> None:
        self._writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in cells])

    def close(self) -> None:
        self._file.close()


class Workbook:
    """Row by row, so that memory stays flat; texts stay texts, never formulas or links."""

    OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}

    def __init__(self, path: Path) -> None:
        self._book = xlsxwriter.Workbook(str(path), self.OPTIONS)
        self._sheet = self._book.add_worksheet()
        self._date = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._money = self._book.add_format({"num_format": "#,##0.00"})
        self._row = 0

    def add(self, cells: list[Any]) -> None:
        for at, cell in enumerate(cells):
            if isinstance(cell, str):
                self._sheet.write_string(self._row, at, harmless(cell))
            elif isinstance(cell, date | datetime):
                self._sheet.write_datetime(self._row, at, cell, self._date)
            elif cell is not None:
                self._sheet.write_number(self._row, at, float(cell), self._money)
        self._row += 1

    def close(self) -> None:
        self._book.close()
