"""`manage.py demo`: the whole product on this machine, with a branch's data, until Ctrl-C."""

import hashlib
import os
import socket
import sys
import urllib.request
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connections

from branch_crm import embedded
from branch_crm.demo import progress
from branch_crm.demo.accounts import PEOPLE, ensure_accounts
from branch_crm.demo.static_files import ensure_collected
from branch_crm.demo.supervisor import Crashed, Program, Stop, stop_on_signals, supervise
from branch_crm.embedded import hold

#: The demo is for this machine: plain http and a password that is printed.
HOST = "127.0.0.1"


class Command(BaseCommand):
    help = "Serve the product with demo data on this machine: web, worker and beat, until Ctrl-C."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))
        parser.add_argument("--no-data", action="store_true", help="accounts only, no clients")
        parser.add_argument("--force", action="store_true", help="also on a database server of your own (DATABASE_URL)")

    def handle(self, *args: Any, **options: Any) -> None:
        stop_on_signals()
        if not settings.EMBEDDED and not options["force"]:
            raise CommandError(
                "DATABASE_URL is set, and the demo would create accounts with a known password there."
                " Unset it, or say --force."
            )
        self.port = options["port"]
        require_free(self.port)
        try:
            self.serve(with_data=not options["no_data"])
        except Stop:
            self.stdout.write("Stopping.")
        except Crashed as crash:
            raise CommandError(str(crash)) from None
        finally:
            connections.close_all()
            hold.release()
        self.stdout.write("Stopped. The data stays in " + str(settings.DATA_DIR))

    def serve(self, *, with_data: bool) -> None:
        self.say("Preparing the database")
        call_command("migrate", interactive=False, verbosity=0)
        ensure_accounts(password=demo_password())
        ensure_collected()
        if with_data:
            progress.queue()
        connections.close_all()  # the children must not inherit them, and this process does not need them
        self.say("Starting web, worker and beat")
        supervise(
            programs(self.port),
            logs=settings.DATA_DIR / "logs",
            cwd=settings.BASE_DIR,
            is_up=lambda: answers(self.port),
            announce=self.announce,
        )

    def announce(self) -> None:
        lines = [
            "",
            f"  http://{HOST}:{self.port}/    password of every account: {demo_password()}",
            "",
            *(f"    {person.username:<11} {person.role.label}" for person in PEOPLE),
            "",
            f"  Logs in {settings.DATA_DIR / 'logs'}. Ctrl-C stops everything.",
            "",
        ]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()

    def say(self, text: str) -> None:
        self.stdout.write(f"{text} ...")
        self.stdout.flush()


def programs(port: int) -> list[Program]:
    python = sys.executable
    celery = [python, "-m", "celery", "-A", "branch_crm"]
    return [
        Program(
            "web", [python, "-m", "gunicorn", "-c", "branch_crm/gunicorn.py", "-b", f"{HOST}:{port}", "branch_crm.wsgi"]
        ),
        Program("worker", [*celery, "worker", "--concurrency=2", "--loglevel=INFO"]),
        Program("beat", [*celery, "beat", "--loglevel=INFO", "--pidfile="]),
    ]


def demo_password() -> str:
    """The same at every start on this data folder."""
    secret = embedded.local_secret(settings.DATA_DIR, "demo_password")
    return "demo-" + hashlib.sha256(secret.encode()).hexdigest()[:8]


def require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} is taken ({error.strerror}). Choose another: make demo PORT=8001"
            ) from None


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/healthz/", timeout=2) as response:
            return response.status == 200
    except OSError:
        return False
