"""`manage.py import_extract PATH [--branch CODE] [--dry-run] [--json]` (docs/formats.md §1)."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from branch_crm.core.models import Branch
from clients.models import ImportDataset, ImportRun
from clients.services.import_extract import Report, load_extract
from clients.services.import_extract.reasons import in_words

COUNTS = ("read", "added", "changed", "unchanged", "rejected")
WITH_REJECTS = 3


class Command(BaseCommand):
    help = (
        "Load a counter extract (folder, ZIP or single file). Exit code 0: all rows in; 3: finished with rejects; "
        "1: nothing was changed."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="folder, ZIP or file of the extract")
        parser.add_argument("--branch", metavar="CODE", help="may be left out where there is only one branch")
        parser.add_argument("--dry-run", action="store_true", help="do everything, keep nothing")
        parser.add_argument("--json", action="store_true", dest="as_json", help="one object on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["path"]
        branch = _branch(options["branch"])
        if not path.exists():
            raise CommandError(f"{path}: {in_words('no_path', {})}")
        report = load_extract(
            branch=branch,
            path=path.resolve(),
            actor=None,
            source=ImportRun.Source.COMMAND,
            dry_run=options["dry_run"],
        )
        self._tell(report)
        if options["as_json"]:
            self.stdout.write(json.dumps(_totals(report.datasets), ensure_ascii=False))
        else:
            self._table(report)
        if report.changed_nothing:
            raise CommandError(report.run.error)
        if not report.is_clean:
            sys.exit(WITH_REJECTS)

    def _tell(self, report: Report) -> None:
        """What a person should know goes to standard error, so that standard output stays the totals."""
        for code, params in report.run.notes:
            self.stderr.write(in_words(code, params), self.style.NOTICE)
        for row in report.datasets:
            if row.error and not report.changed_nothing:
                self.stderr.write(f"{row.file_name}: {row.error}")
            if row.unknown_columns:
                unknown = ", ".join(row.unknown_columns)
                self.stderr.write(f"{row.file_name}: {_('columns left out')}: {unknown}", self.style.NOTICE)
            for code, params in row.notes:
                self.stderr.write(f"{row.file_name}: {in_words(code, params)}", self.style.NOTICE)
            if row.rejected and Path(row.reject_path).exists():
                self.stderr.write(f"{row.file_name}: {_('rejected rows')}: {row.reject_path}")

    def _table(self, report: Report) -> None:
        self.stdout.write(f"{'':<16}" + "".join(f"{name:>12}" for name in COUNTS))
        for dataset, counts in _totals(report.datasets).items():
            self.stdout.write(f"{dataset:<16}" + "".join(f"{counts[name]:>12,}" for name in COUNTS))


def _branch(code: str | None) -> Branch:
    if code:
        branch = Branch.objects.filter(code=code).first()
        if branch is None:
            known = ", ".join(Branch.objects.values_list("code", flat=True)) or "-"
            raise CommandError(_("Unknown branch %(code)s. Known: %(known)s") % {"code": code, "known": known})
        return branch
    branches = list(Branch.objects.all()[:2])
    if not branches:
        raise CommandError(_("There is no branch yet: manage.py create_branch CODE NAME"))
    if len(branches) > 1:
        raise CommandError(_("There are several branches: say which one with --branch CODE."))
    return branches[0]


def _totals(rows: list[ImportDataset]) -> dict[str, dict[str, int]]:
    """Per dataset, over all its files."""
    totals: dict[str, dict[str, int]] = {}
    for row in rows:
        counts = totals.setdefault(row.dataset, dict.fromkeys(COUNTS, 0))
        for name in COUNTS:
            counts[name] += getattr(row, name)
    return totals
