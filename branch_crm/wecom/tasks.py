from celery import shared_task

from branch_crm.wecom.deliver import deliver


@shared_task(name="wecom.deliver")
def deliver_due() -> None:
    deliver()
