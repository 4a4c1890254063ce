from typing import Any

from django.core.management.base import BaseCommand

from branch_crm.core.services.sync_calendar import sync_calendar


class Command(BaseCommand):
    help = "Refresh the trading-day table from the published calendar; days entered by hand are kept."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{sync_calendar()} weekdays written")
