import json
import sys
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from branch_crm.core.jobs import runner
from branch_crm.core.models import Branch, JobRun
from branch_crm.night.run import business_day, repeat_night, start_night


class Command(BaseCommand):
    help = "Run the night of one branch here and now: import, value, personas, plans due, review flags."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--branch", required=True, metavar="CODE")
        parser.add_argument(
            "--date", type=date.fromisoformat, metavar="YYYY-MM-DD", help="business day; default: the last"
        )
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        branch = Branch.objects.filter(code=options["branch"]).first()
        if branch is None:
            raise CommandError(f"unknown branch {options['branch']}; see create_branch")
        day = options["date"] or business_day(timezone.now())
        # Done before: all steps once more, each of which finds its work done. Died before: on from the last step.
        before = JobRun.objects.filter(key=start_night(branch=branch, day=day).key).get()
        job = repeat_night(branch=branch, day=day, send=False) if before.is_final else before
        ran = runner.run(job.pk)
        if ran is None:
            raise CommandError("this night is being worked on by another process; see the page of nights")
        if options["json"]:
            self.stdout.write(json.dumps({"state": ran.state, "error": ran.error, **ran.result}, ensure_ascii=False))
        else:
            for step, outcome in ran.result.items():
                self.stdout.write(f"{step}: {outcome}")
            self.stdout.write(f"night of {day} in {branch.code}: {ran.state} {ran.error}")
        if ran.state != JobRun.State.SUCCEEDED:
            sys.exit(1)
