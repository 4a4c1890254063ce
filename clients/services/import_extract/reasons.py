"""The words for what is wrong with a row, a file or a whole extract. Domain code gives the codes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.domain.extract.datasets import Dataset

#: Of one cell; the column's name stands before it.
CELL: dict[str, Promise] = {
    "missing": gettext_lazy("is empty"),
    "too_long": gettext_lazy("is longer than %(limit)s characters"),
    "not_code": gettext_lazy("is not a number or code"),
    "invisible": gettext_lazy("holds invisible characters"),
    "undecodable": gettext_lazy("holds characters that cannot be read"),
    "not_day": gettext_lazy("is not a date"),
    "day_out_of_range": gettext_lazy("is a date outside 1900 to 2099"),
    "not_time": gettext_lazy("is not a time of day"),
    "not_number": gettext_lazy("is not a number"),
    "too_large": gettext_lazy("is too large"),
    "negative": gettext_lazy("is negative"),
    "not_rate": gettext_lazy(
        "is not a commission rate of at most 3%; give the unit (‰, %, or 万) in the cell or in the header"
    ),
    "unknown_word": gettext_lazy("is a word this column does not know"),
    "unknown_client": gettext_lazy("is no client of this branch"),
}
#: Of a whole row.
ROW: dict[str, Promise] = {
    "ragged": gettext_lazy("The row has more or fewer cells than the header."),
    "open_quote": gettext_lazy("A quotation mark is opened and never closed."),
    "superseded": gettext_lazy("Row %(by)s has the same key and other values; that row was used."),
    "refused": gettext_lazy("The database refused the row."),
}
FILE: dict[str, Promise] = {
    "empty": gettext_lazy("The file is empty."),
    "not_text": gettext_lazy("The file is neither text nor a workbook."),
    "endless_line": gettext_lazy("Row %(row)s does not end; this is no table."),
    "no_header": gettext_lazy("No header row found. It must name: %(columns)s."),
    "missing_columns": gettext_lazy(
        "Required columns are missing: %(columns)s. Headers not recognised: %(unknown)s. Rename or map them."
    ),
    "wrong_extension": gettext_lazy(
        "The content is not what the ending %(suffix)s promises. Save the file again in its true format."
    ),
    "encrypted": gettext_lazy("The file is protected by a password. Save it without one."),
    "macro": gettext_lazy("Workbooks with macros are not accepted. Save it as .xlsx or CSV."),
    "entities": gettext_lazy("The workbook declares entities, which real workbooks never do. Export it again."),
    "zip_bomb": gettext_lazy(
        "The file unpacks to %(ratio)s times its size and was not opened. Export it again or use CSV."
    ),
    "too_big_unpacked": gettext_lazy("The workbook is too large once unpacked. Export it as CSV."),
    "too_wide": gettext_lazy(
        "The sheet has %(columns)s columns; at most %(most)s are read. Delete what lies right of the data."
    ),
    "endless_blanks": gettext_lazy(
        "The sheet goes on after more than %(rows)s blank rows. Delete what lies below the data."
    ),
    "spreadsheet_xml": gettext_lazy("This is an XML spreadsheet. Save it as .xlsx or CSV."),
    "too_slow": gettext_lazy("Reading the workbook took too long. Export it as CSV."),
    "unreadable_workbook": gettext_lazy("The workbook is damaged or not a workbook. Export it again, or as CSV."),
    "internal": gettext_lazy(
        "An error in the program stopped this file; nothing of it was loaded. The log has the details."
    ),
}
EXTRACT: dict[str, Promise] = {
    "no_path": gettext_lazy("There is no such file or folder."),
    "no_dataset": gettext_lazy("No file is a dataset. File names must begin with one of: %(names)s."),
    "bad_zip": gettext_lazy("The ZIP file is damaged or uses a method that is not supported."),
    "zip_twice": gettext_lazy("The ZIP holds the file %(name)s twice."),
    "zip_too_many": gettext_lazy("The ZIP holds more than %(most)s files."),
    "zip_too_big": gettext_lazy("The ZIP unpacks to more than %(gigabytes)s GB."),
    "zip_path": gettext_lazy("The ZIP holds a name that leads outside of its folder."),
    "zip_encrypted": gettext_lazy("The ZIP is protected by a password."),
    "zip_bomb": gettext_lazy("%(name)s in the ZIP unpacks to %(ratio)s times its size; the ZIP was not opened."),
}
NOTES: dict[str, Promise] = {
    "skipped": gettext_lazy("%(rows)s lines were totals or repeated headers and were left out."),
    "ignored": gettext_lazy("Not part of an extract, left out: %(names)s."),
    "id_checksum": gettext_lazy("%(rows)s identity card numbers have a wrong check digit; the rows were loaded."),
}
_ALL = {**FILE, **EXTRACT, **NOTES}


def in_words(code: str, params: dict[str, Any]) -> str:
    """The sentence for a problem of a file or an extract, or for a note."""
    plain = {
        name: _("、").join(map(str, value)) or "–" if isinstance(value, list) else value
        for name, value in params.items()
    }
    return str(_ALL.get(code, FILE["internal"])) % plain


def cell_in_words(dataset: Dataset, field: str, code: str) -> str:
    """`成交日期 is not a date`: the column goes by the name of docs/formats.md."""
    if not field:
        return str(ROW[code])
    column = dataset.column(field)
    return f"{column.title} {CELL[code]}" % {"limit": column.limit}


class RejectWords:
    """The texts of the 错误 column of one file; a bad file has a million of the same."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self._row = _("Row %(row)s: %(reasons)s")
        self._and = _("; ")
        self._known: dict[tuple[str, str], str] = {}

    def row(self, row_no: int, reasons: Iterable[tuple[str, str]]) -> str:
        return self._row % {"row": row_no, "reasons": self._and.join(map(self._reason, reasons))}

    def superseded(self, row_no: int, *, by: int) -> str:
        return self._row % {"row": row_no, "reasons": str(ROW["superseded"]) % {"by": by}}

    def _reason(self, reason: tuple[str, str]) -> str:
        if reason not in self._known:
            self._known[reason] = cell_in_words(self.dataset, *reason)
        return self._known[reason]
