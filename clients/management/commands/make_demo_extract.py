"""`manage.py make_demo_extract DIR`: a believable branch as the extract files of formats.md §1. Needs no database."""

import argparse
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError, CommandParser

from clients.demo_extract.branch import FORMATS, USUAL_CLIENTS, write_branch


class Command(BaseCommand):
    help = "Write a deterministic demo branch as counter extract files into DIR."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path)
        parser.add_argument("--clients", type=int, default=USUAL_CLIENTS, help="1 to 1,000,000 (default %(default)s)")
        parser.add_argument(
            "--advisors", type=int, help="default: 26 at 10,000 clients, growing more slowly than they do"
        )
        parser.add_argument("--seed", type=int, default=1, help="another seed, another branch with other numbers")
        parser.add_argument("--as-of", type=_day, help="last day of the data, YYYY-MM-DD (default: today in Shanghai)")
        parser.add_argument("--months", type=int, default=15, help="months of trades and flows (default %(default)s)")
        parser.add_argument("--trades", type=int, help="about this many trades instead of the usual number")
        parser.add_argument("--clean", action="store_true", help="leave out the dirty rows and cells")
        parser.add_argument("--format", choices=FORMATS, default="mixed", help="mixed: staff as XLSX, quotas as DBF")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = write_branch(
                options["folder"],
                as_of=options["as_of"] or datetime.now(ZoneInfo("Asia/Shanghai")).date(),
                clients=options["clients"],
                advisors=options["advisors"],
                seed=options["seed"],
                months=options["months"],
                trades=options["trades"],
                clean=options["clean"],
                file_format=options["format"],
            )
        except (ValueError, OSError) as error:
            raise CommandError(str(error)) from error
        for tally in manifest.datasets.values():
            self.stdout.write(f"{tally.file}: {tally.rows} rows, {tally.rejected} of them to be rejected")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is not a date like 2026-11-24") from error
