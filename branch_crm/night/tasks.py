from celery import shared_task
from django.utils import timezone

from branch_crm.night.morning import start_due_mornings
from branch_crm.night.run import start_due_nights


@shared_task(name="night.start_due")
def start_due() -> None:
    start_due_nights(timezone.now())


@shared_task(name="night.start_due_mornings")
def start_mornings() -> None:
    start_due_mornings(timezone.now())
