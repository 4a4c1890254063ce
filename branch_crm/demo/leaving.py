"""Requests at the counter: one running, one held by a lawful ground, one from the online channel, some done."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from branch_crm.core.jobs import Progress
from branch_crm.core.models import Role, Staff
from branch_crm.demo.book import Book
from clients.models import Client, ClientStatus
from retention.models import LeavingRequest, Reason
from retention.services.note_move import note_move
from retention.services.receive_request import receive_request
from retention.services.record_consent import record_consent
from retention.services.work_on_request import complete_request, decline_talk, note_block, note_reason
from servicelog.models import Channel

#: kind, origin, days ago, settled, reason told, what became of it.
STORIES = (
    ("closing", "counter", 0, True, "rate", ""),
    ("transfer", "phone", 0, False, "", "talk declined"),
    ("closing", "online", 1, True, "", ""),
    ("closing", "counter", 1, True, "idle", "holdings"),
    ("permission", "counter", 5, True, "", "done"),
    ("closing", "counter", 8, True, "staff_left", "done"),
    ("custody", "counter", 12, True, "rival", "done"),
    ("closing", "online", 20, True, "move", "done"),
    ("transfer", "counter", 130, True, "rival", "done"),
)
#: Reason -> where those clients say they go, and the rate they are told there.
GOES_TO = {"rival": ("甲证券", Decimal("0.000120"))}
#: Who told this reason and is gone agreed to be contacted later.
AGREED = {"rival", "staff_left"}
#: Firm, what, rate, days ago, where.
SEEN = (
    ("甲证券", "rate", Decimal("0.000120"), 9, "写字楼电梯广告"),
    ("乙证券", "gift", None, 25, "客户转述"),
    ("乙证券", "rate", Decimal("0.000150"), 40, "官方公众号"),
)


@transaction.atomic
def let_clients_ask(book: Book, progress: Progress) -> None:
    """Through the product's own services, so that every step has its line; asked once, however often the demo is loaded."""
    progress.step(gettext_noop("Requests at the counter"))
    counter = Staff.objects.filter(branch=book.branch, role=Role.COUNTER).first()
    if counter is None or LeavingRequest.objects.filter(branch=book.branch).exists():
        return
    normal = Client.objects.filter(branch=book.branch, status=ClientStatus.NORMAL, advisor__isnull=False)
    clients = normal.select_related("branch").order_by("-figures__value", "pk")[40 : 40 + 7 * len(STORIES) : 7]
    now = timezone.now()
    for at, (client, story) in enumerate(zip(clients, STORIES, strict=False)):
        kind, origin, days, settled, reason, end = story
        asked = now - timedelta(days=days, minutes=20)
        request = receive_request(
            client=client,
            kind=kind,
            origin=origin,
            actor=None if origin == "online" else counter,
            subject="STAR" if kind == "permission" else "",
            outside_no=f"WT{at:06}" if origin == "online" else "",
            applied_at=asked,
            settled_at=asked + timedelta(minutes=10) if settled else None,
        ).request
        if reason:
            told = Reason.objects.get(branch__isnull=True, code=reason)
            firm, rate = GOES_TO.get(reason, ("", None))
            note_reason(request=request, reason=told, note="", competitor=firm, competitor_rate=rate, actor=counter)
        if end == "done":
            complete_request(request=request, actor=counter)
            if reason in AGREED:
                record_consent(client=client, channel=Channel.PHONE, actor=counter)
            LeavingRequest.objects.filter(pk=request.pk).update(finished_at=asked + timedelta(hours=3))
        elif end == "holdings":
            note_block(request=request, ground=end, note="先卖出或转托管持仓", actor=counter)
        elif end:
            decline_talk(request=request, actor=counter)
    for firm, what, rate, days, source in SEEN:
        day = timezone.localdate() - timedelta(days=days)
        note_move(branch=book.branch, broker=firm, what=what, rate=rate, seen_on=day, source=source, actor=counter)


STEPS = (let_clients_ask,)
