"""An import from beginning to end: the extract's files in their order, each in its own transaction, under the branch's lock."""

from __future__ import annotations

import logging
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pglock
from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from branch_crm.core import audit
from branch_crm.core.jobs import LeaseLost, Progress
from branch_crm.core.models import Branch, Staff
from branch_crm.core.tabular.problems import ExtractProblem, FileProblem
from clients.domain.extract.bundle import Bundle, Part, open_bundle
from clients.domain.extract.table import open_table
from clients.models import Client, ColumnMapping, ImportDataset, ImportRun
from clients.services.import_extract.load_dataset import Outcome, load_dataset
from clients.services.import_extract.reasons import in_words

log = logging.getLogger(__name__)

STEPS = {
    "staff": gettext_noop("Loading staff"),
    "products": gettext_noop("Loading products"),
    "clients": gettext_noop("Loading clients"),
    "assets": gettext_noop("Loading assets"),
    "trades": gettext_noop("Loading trades"),
    "cash_flows": gettext_noop("Loading cash flows"),
    "product_orders": gettext_noop("Loading product orders"),
    "positions": gettext_noop("Loading positions"),
    "ipo_quotas": gettext_noop("Loading new-share quotas"),
}


@dataclass
class Report:
    """A run and what became of each of its files. After a dry run these rows exist in memory only."""

    run: ImportRun
    datasets: list[ImportDataset] = field(default_factory=list)

    @property
    def changed_nothing(self) -> bool:
        """No file could be loaded."""
        return self.run.state == ImportRun.State.FAILED

    @property
    def is_clean(self) -> bool:
        return self.run.state == ImportRun.State.DONE


def import_path(
    *,
    branch: Branch,
    path: Path,
    actor: Staff | None,
    source: str,
    progress: Progress | None = None,
    dry_run: bool = False,
) -> ImportRun:
    """Load a folder, a ZIP or a single file. Loading the same again changes nothing."""
    return load_extract(branch=branch, path=path, actor=actor, source=source, progress=progress, dry_run=dry_run).run


def load_extract(
    *,
    branch: Branch,
    path: Path,
    actor: Staff | None,
    source: str,
    progress: Progress | None = None,
    dry_run: bool = False,
    fingerprint: str = "",
) -> Report:
    """As `import_path`, with what became of each file. A dry run does everything and takes it back."""
    run = ImportRun(
        branch=branch, source=source, path=str(path), label=path.name[:200], created_by=actor, fingerprint=fingerprint
    )
    if not dry_run:
        run.save()
        return continue_run(run=run, progress=progress)
    with transaction.atomic():
        run.save()
        report = continue_run(run=run, progress=progress, keep_rejects=False)
        transaction.set_rollback(True)
    return report


def continue_run(*, run: ImportRun, progress: Progress | None = None, keep_rejects: bool = True) -> Report:
    """Load what is not loaded yet: files that an earlier attempt applied are not read again."""
    with (
        tempfile.TemporaryDirectory(prefix="import-") as folder,
        pglock.advisory(f"clients.import_extract:{run.branch_id}"),
    ):
        run.state, run.error = ImportRun.State.RUNNING, ""
        run.save(update_fields=["state", "error"])
        workspace = Path(folder)
        try:
            bundle = open_bundle(Path(run.path), workspace)
        except ExtractProblem as problem:
            return _close(Report(run), error=in_words(problem.code, problem.params))
        run.data_as_of = bundle.data_as_of
        run.notes = [["ignored", {"names": list(bundle.ignored)}]] if bundle.ignored else []
        loading = _Loading(
            run, bundle, workspace, reject_folder(run) if keep_rejects else workspace / "rejects", progress
        )
        return _close(Report(run, loading.all_parts()))


def reject_folder(run: ImportRun) -> Path:
    return Path(settings.MEDIA_ROOT) / "rejects" / str(run.pk)


class _Loading:
    def __init__(
        self, run: ImportRun, bundle: Bundle, workspace: Path, rejects: Path, progress: Progress | None
    ) -> None:
        self.run = run
        self.bundle = bundle
        self.workspace = workspace
        self.rejects = rejects
        self.progress = progress
        self._client_ids: dict[str, str] | None = None
        self._mappings: dict[str, dict[str, str]] = {}
        for dataset, header, name in ColumnMapping.objects.filter(branch_id=run.branch_id).values_list(
            "dataset", "header", "field"
        ):
            self._mappings.setdefault(dataset, {})[header] = name

    def all_parts(self) -> list[ImportDataset]:
        done = {row.file_name: row for row in self.run.datasets.all()} if self.run.pk else {}
        rows = []
        for part in self.bundle.parts:
            earlier = done.get(part.name)
            rows.append(earlier if earlier is not None and earlier.applied_at else self._one_part(part))
        return rows

    def _one_part(self, part: Part) -> ImportDataset:
        row = ImportDataset(run=self.run, dataset=part.dataset.code, file_name=part.name[:200])
        try:
            with self._step(part):
                self._load(part, row)
        except FileProblem as problem:
            row = ImportDataset(
                run=self.run, dataset=row.dataset, file_name=row.file_name, error=in_words(problem.code, problem.params)
            )
        except (LeaseLost, OperationalError, InterfaceError):
            raise
        except Exception as error:
            # Neither the message nor the variables: both may hold personal data.
            where = "".join(traceback.format_tb(error.__traceback__))
            log.error("import run %s, %s: %s\n%s", self.run.pk, row.dataset, type(error).__name__, where)
            row = ImportDataset(
                run=self.run, dataset=row.dataset, file_name=row.file_name, error=in_words("internal", {})
            )
        if not row.applied_at:
            self._replace(row)
        return row

    def _load(self, part: Part, row: ImportDataset) -> None:
        table = open_table(part.path, part.dataset, self._mappings.get(part.dataset.code, {}), self.workspace)
        size = max(table.source.stat().st_size, 1)
        if self.progress:
            self.progress.step(STEPS[part.dataset.code], total=size)
        reject_path = self.rejects / f"{self.bundle.parts.index(part) + 1:02d}_{part.dataset.code}.csv"
        with transaction.atomic():
            outcome = load_dataset(
                branch=self.run.branch,
                table=table,
                client_ids=self._clients(part),
                as_of=self.run.data_as_of or timezone.localdate(),
                reject_path=reject_path,
                advance=self.progress.advance_to if self.progress else lambda _done: None,
            )
            row.encoding = table.encoding
            row.mapping = table.header.mapping
            row.unknown_columns = list(table.header.unknown)
            _fill(row, outcome, reject_path)
            self._replace(row)
        if part.dataset.code == "clients":
            self._client_ids = None
        if outcome.latest_day and not self.bundle.data_as_of:
            self.run.data_as_of = max(self.run.data_as_of or outcome.latest_day, outcome.latest_day)

    def _replace(self, row: ImportDataset) -> None:
        """An earlier attempt at the same file that was not applied leaves its line; this one takes its place."""
        ImportDataset.objects.filter(run=self.run, file_name=row.file_name).delete()
        row.save()

    def _clients(self, part: Part) -> dict[str, str]:
        """客户号 -> key, as text for COPY. Read once, after the clients themselves."""
        if self._client_ids is None:
            numbers = Client.objects.filter(branch_id=self.run.branch_id).values_list("client_no", "pk")
            self._client_ids = {number: str(pk) for number, pk in numbers.iterator(chunk_size=20_000)}
        return self._client_ids

    @contextmanager
    def _step(self, part: Part) -> Iterator[None]:
        if self.progress:
            self.progress.step(STEPS[part.dataset.code])
        yield


def _fill(row: ImportDataset, outcome: Outcome, reject_path: Path) -> None:
    row.read, row.added, row.changed = outcome.read, outcome.added, outcome.changed
    row.unchanged, row.rejected = outcome.unchanged, outcome.rejected
    row.reject_summary = [[name, code, rows] for (name, code), rows in outcome.reasons.most_common()]
    row.reject_path = str(reject_path) if outcome.rejected else ""
    if outcome.skipped:
        row.notes = [["skipped", {"rows": outcome.skipped}]]
    row.applied_at = timezone.now()


def _close(report: Report, *, error: str = "") -> Report:
    run, rows = report.run, report.datasets
    applied = [row for row in rows if row.applied_at]
    if not applied:
        run.state = ImportRun.State.FAILED
        run.error = error or "\n".join(f"{row.file_name}: {row.error}" for row in rows)
    elif len(applied) < len(rows) or any(row.rejected for row in rows):
        run.state = ImportRun.State.REJECTS
    else:
        run.state = ImportRun.State.DONE
    run.finished_at = timezone.now()
    with transaction.atomic():
        run.save()
        audit.record(
            action="clients.extract_imported",
            actor=run.created_by,
            branch=run.branch,
            target=run,
            detail={
                "state": run.state,
                "rows": {
                    row.file_name: [row.read, row.added, row.changed, row.unchanged, row.rejected] for row in rows
                },
            },
        )
    return report
