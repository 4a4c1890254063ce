"""Five service reviews of the demo's advisor, each at another step; through the product's own night and services."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pgtrigger
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from allocation.models import Assignment, ReviewStep, ServiceReview
from allocation.services.decide_review import decide_review
from allocation.services.find_service_reviews import find_service_reviews
from allocation.services.reply_to_review import reply_to_review
from branch_crm.core import trading_calendar
from branch_crm.core.jobs import Progress
from branch_crm.core.models import Role, Staff
from branch_crm.demo.book import Book
from clients.models import Client, ClientStatus

CASES = 5
#: Days for which these clients have had their advisor, and sessions since the notice.
SERVED, TOLD = 200, 12
REPLY = "该客户今年常驻外地，多以邮件往来，未登记为联系；已约定下月回西安时面谈"


@transaction.atomic
def enter_reviews(book: Book, progress: Progress) -> None:
    """The books begin with the import; these few clients get a past, so that their service can be looked back on."""
    author = Staff.objects.filter(branch__code=book.code, role=Role.ADVISOR, advisor__isnull=False).first()
    if author is None or ServiceReview.objects.filter(branch=book.branch).exists():
        return
    progress.step(gettext_noop("Entering service reviews"))
    own = Client.objects.filter(advisor__account=author, figures__tier__gte=4, status=ClientStatus.NORMAL)
    chosen = list(own.order_by("-figures__value", "pk").values_list("pk", flat=True)[:CASES])
    held = Assignment.objects.filter(client__in=chosen, ends__isnull=True)
    held.update(starts=book.as_of - timedelta(days=SERVED))
    told_on = trading_calendar.load().shift(book.as_of, -TOLD)
    find_service_reviews(book.branch, told_on)
    reviews = list(ServiceReview.objects.filter(branch=book.branch).order_by("pk"))
    with pgtrigger.ignore("allocation.ReviewStep:append_only"):
        at = timezone.make_aware(datetime.combine(told_on, time(7)))
        ReviewStep.objects.filter(review__in=reviews).update(at=at)
    for review in reviews[:3]:
        reply_to_review(review=review, actor=author, text=REPLY, ask_now=True, today=book.as_of)
    find_service_reviews(book.branch, book.as_of)
    decisions = (
        (reviews[1:2], {"decision": "reassign", "note": "一季度无有效联系，客户同意更换服务人员"}),
        (reviews[2:3], {"decision": "dismiss", "note": "往来邮件已核实，情况属实"}),
        (
            reviews[3:4],
            {
                "decision": "extend",
                "note": "客户在外，再给两周",
                "until": trading_calendar.load().shift(book.as_of, 10),
            },
        ),
    )
    for rows, decision in decisions:
        for review in rows:
            decide_review(review=review, actor=book.director, today=book.as_of, **decision)


STEPS = (enter_reviews,)
