"""What an import would make of the files: recognised columns, the first rows. Reads, changes nothing."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from branch_crm.core.tabular.problems import ExtractProblem, FileProblem
from clients.domain.extract.bundle import Part, open_bundle
from clients.domain.extract.table import open_table
from clients.models import ColumnMapping, ImportRun
from clients.services.import_extract.reasons import in_words

ROWS = 5
#: Rows of a workbook that are converted for a preview.
WORKBOOK_ROWS = 60
HIDDEN = frozenset({"id_no", "phone", "email", "address"})


@dataclass(frozen=True)
class PreviewColumn:
    """`title` is the field's name in docs/formats.md, empty for a column that is left out."""

    header: str
    title: str
    unit: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class FilePreview:
    name: str
    dataset: str
    title: str
    encoding: str = ""
    header_row: int = 0
    columns: tuple[PreviewColumn, ...] = ()
    problem: str = ""

    @property
    def unknown(self) -> list[PreviewColumn]:
        return [column for column in self.columns if not column.title]

    @property
    def rows(self) -> list[tuple[str, ...]]:
        return list(zip(*(column.cells for column in self.columns)))


@dataclass(frozen=True)
class Preview:
    files: list[FilePreview] = field(default_factory=list)
    ignored: tuple[str, ...] = ()
    problem: str = ""

    @property
    def can_start(self) -> bool:
        return any(not file.problem for file in self.files)


def preview_extract(run: ImportRun) -> Preview:
    own: dict[str, dict[str, str]] = {}
    for dataset, header, name in ColumnMapping.objects.filter(branch_id=run.branch_id).values_list(
        "dataset", "header", "field"
    ):
        own.setdefault(dataset, {})[header] = name
    with tempfile.TemporaryDirectory(prefix="preview-") as folder:
        workspace = Path(folder)
        try:
            bundle = open_bundle(Path(run.path), workspace)
        except ExtractProblem as problem:
            return Preview(problem=in_words(problem.code, problem.params))
        files = [_file(part, own.get(part.dataset.code, {}), workspace) for part in bundle.parts]
        return Preview(files, bundle.ignored)


def _file(part: Part, own: dict[str, str], workspace: Path) -> FilePreview:
    try:
        table = open_table(part.path, part.dataset, own, workspace, workbook_rows=WORKBOOK_ROWS)
        block = next(table.blocks(), None)
    except FileProblem as problem:
        words = in_words(problem.code, problem.params)
        unknown = problem.params.get("unknown")
        headers = unknown if isinstance(unknown, list) else []
        left_out = tuple(PreviewColumn(str(header), "", "", ()) for header in headers)
        return FilePreview(part.name, part.dataset.code, part.dataset.title, columns=left_out, problem=words)
    rows = [row for row in (block.rows if block else []) if any(cell.strip() for cell in row)][:ROWS]
    fields = {place: name for name, place in table.header.places.items()}
    columns = []
    for place, header in enumerate(table.header.cells):
        name = fields.get(place, "")
        cells = tuple(_shown(name, row[place] if place < len(row) else "") for row in rows)
        title = part.dataset.column(name).title if name else ""
        unit = str(table.header.factors.get(name, "")) if name else ""
        columns.append(PreviewColumn(header.strip(), title, unit, cells))
    return FilePreview(
        part.name, part.dataset.code, part.dataset.title, table.encoding, table.header.row_no, tuple(columns)
    )


def _shown(name: str, cell: str) -> str:
    """Enough to see that a column is what its header says; personal data only by its end. Unknown columns are not shown."""
    if not name:
        return "…" if cell.strip() else ""
    cell = cell.strip()[:40]
    return f"****{cell[-min(4, len(cell) // 2) :]}" if name in HIDDEN and cell else cell
