"""One file of the extract, opened: what it is, where its header stands, its rows in blocks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from branch_crm.core.tabular import text_file, workbook
from branch_crm.core.tabular.problems import FileProblem
from branch_crm.core.tabular.sheet import as_text
from clients.domain.extract.datasets import Dataset
from clients.domain.extract.headers import Header, find_header


@dataclass(frozen=True)
class Table:
    """`source` is the delimited text that is read: the file itself, or what a workbook was turned into."""

    dataset: Dataset
    file_name: str
    source: Path
    encoding: str
    delimiter: str
    header: Header
    first_data_row: int

    def blocks(self) -> Iterator[text_file.Block]:
        return text_file.read_blocks(self.source, self._codec, self.delimiter, after_row=self.first_data_row - 1)

    @property
    def _codec(self) -> str:
        return "utf-8" if self.encoding in workbook.NAMES else self.encoding


def open_table(
    path: Path, dataset: Dataset, own_mapping: Mapping[str, str], workspace: Path, *, workbook_rows: int = 0
) -> Table:
    """Find out how to read the file. Workbooks are parsed by a capped child process into `workspace`.

    `workbook_rows` bounds what is taken of a workbook, 0 takes all. Raises FileProblem; missing required columns are
    named in it.
    """
    opened = as_text(path, workspace, rows=workbook_rows)
    best: tuple[Header, str, int] | None = None
    for delimiter in text_file.DELIMITERS:
        rows = text_file.head_rows(opened.path, opened.codec, delimiter)
        header = find_header(rows, dataset, own_mapping)
        if header is not None and (best is None or len(header.places) > len(best[0].places)):
            following = next((row_no for row_no, _ in rows if row_no > header.row_no), header.row_no + 1)
            best = header, delimiter, following
    if best is None:
        raise FileProblem("no_header", columns=[column.title for column in dataset.required])
    header, delimiter, first_data_row = best
    if missing := header.missing(dataset):
        titles = [column.title for column in missing]
        raise FileProblem("missing_columns", columns=titles, unknown=list(header.unknown))
    return Table(dataset, path.name, opened.path, opened.kind, delimiter, header, first_data_row)
