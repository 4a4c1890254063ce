from celery import shared_task

from retention.services.call_parts import call_duty
from retention.services.close_case import end_by_requests
from retention.services.open_case import open_cases_of_new_requests
from retention.services.watch_clocks import watch_clocks


@shared_task(name="retention.watch_clocks", acks_late=True)
def watch_leaving_clocks() -> int:
    return watch_clocks()


@shared_task(name="retention.watch_cases", acks_late=True)
def watch_retention_cases() -> dict[str, int]:
    """What has ended first: nobody is called to a client who has just declined."""
    return {"ended": end_by_requests(), "opened": open_cases_of_new_requests(), "passed_on": call_duty()}
