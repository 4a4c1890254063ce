#!/usr/bin/env python
"""Run a management command; the embedded servers are started first when no database is configured."""

import os
import sys

# Commands that touch neither the database nor the queue.
ALONE = {
    "check",
    "collectstatic",
    "compilemessages",
    "diffsettings",
    "findstatic",
    "help",
    "make_demo_extract",
    "makemessages",
    "solve_allocation",
    "spectacular",
    "version",
}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "branch_crm.settings")
    from django.core.management import execute_from_command_line

    from branch_crm.embedded import hold

    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    asks_for_help = {"-h", "--help", "--version"} & set(sys.argv)
    if hold.needed() and command not in ALONE and not asks_for_help:
        try:
            hold.hold()
        except hold.CannotServe as error:
            sys.exit(str(error))
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
