"""The words for what is wrong with a row, a file or a whole extract. Domain code gives the codes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from branch_crm.core.tabular.words import FILE_WORDS
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
_ALL = {**FILE_WORDS, **EXTRACT, **NOTES}


def in_words(code: str, params: dict[str, Any]) -> str:
    """The sentence for a problem of a file or an extract, or for a note."""
    plain = {
        name: _("、").join(map(str, value)) or "–" if isinstance(value, list) else value
        for name, value in params.items()
    }
    return str(_ALL.get(code, FILE_WORDS["internal"])) % plain


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
