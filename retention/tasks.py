from celery import shared_task

from retention.services.watch_clocks import watch_clocks


@shared_task(name="retention.watch_clocks", acks_late=True)
def watch_leaving_clocks() -> int:
    return watch_clocks()
