from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from branch_crm.core.services.create_branch import create_branch


class Command(BaseCommand):
    help = "Open a branch: create_branch CODE NAME. Running it again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="letters, digits, - and _; 16 at most")
        parser.add_argument("name")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            branch, created = create_branch(code=options["code"], name=options["name"])
        except ValidationError as error:
            raise CommandError("; ".join(f"{k}: {' '.join(v)}" for k, v in error.message_dict.items())) from error
        self.stdout.write(f"branch {branch.code} {'created' if created else 'exists already'}")
