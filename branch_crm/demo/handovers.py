"""Clients of the demo who change hands: a colleague's come to the advisor's book, some of the advisor's go to a colleague."""

from __future__ import annotations

import random

from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext_noop

from advisors.models import Advisor
from allocation.domain.dossier import seen_mark
from allocation.models import Assignment, Handover
from allocation.services.answer_handover import answer_handover
from allocation.services.books import Move, lock_books, move_clients
from allocation.services.remark_handover import remark_handover
from allocation.services.sign_handover import sign_handover
from branch_crm.core import trading_calendar
from branch_crm.core.jobs import Progress
from branch_crm.core.models import Role, Staff
from branch_crm.demo.book import Book
from branch_crm.demo.service import PROMISES, talk_of
from clients.models import Client
from servicelog.models import Contact, Promise

TAKEN, GIVEN = 18, 6
#: So many of those taken are signed; the others wait.
SIGNED = 12
REMARKS = (
    "上午开盘时间不接电话，下午三点以后联系最好。",
    "账户实际由女儿打理，重要事项请同时告知女儿。",
    "对上次基金亏损仍有情绪，先听他说，不要急着解释。",
    "答应过每季度末当面检视一次持仓，请延续。",
)


@transaction.atomic
def hand_clients_over(book: Book, progress: Progress) -> None:
    """On the day of loading, so that the books of the day before stay as the counter system had them."""
    account = Staff.objects.filter(branch__code=book.code, role=Role.ADVISOR, advisor__isnull=False).first()
    if account is None or Handover.objects.filter(branch=book.branch).exists():
        return
    progress.step(gettext_noop("Handing clients over"))
    today, own = timezone.localdate(), Advisor.objects.get(account=account)
    others = Advisor.objects.filter(branch=book.branch).serving(today).exclude(pk=own.pk)
    colleague = others.annotate(size=Count("clients")).order_by("-size", "staff_no").first()
    if colleague is None:
        return
    taken = list(colleague.clients.order_by("-figures__value", "pk")[:TAKEN])
    given = list(own.clients.order_by("-figures__value", "pk")[10 : 10 + GIVEN])
    _earlier_talks(book, taken)
    lock_books(book.branch)
    move_clients(
        branch=book.branch,
        moves=[Move(each.pk, colleague.pk, own.pk) for each in taken]
        + [Move(each.pk, own.pk, colleague.pk) for each in given],
        on=today,
        reason=Assignment.Reason.HANDOVER,
        plan=None,
        actor=book.director,
    )
    _what_was_done(book, own, account)


def _earlier_talks(book: Book, clients: list[Client]) -> None:
    """What the branch had talked of with them, as the assistant logged it."""
    author = Staff.objects.filter(branch=book.branch, role=Role.ASSISTANT).first()
    if author is None:
        return
    draw, sessions = random.Random(book.seed + 1), trading_calendar.load()  # noqa: S311 - the same every time
    talks = Contact.objects.bulk_create(
        [talk_of(book, client, author, draw, sessions) for client in clients for _again in range(2)]
    )
    Promise.objects.bulk_create(
        Promise(
            branch=book.branch,
            client=talk.client,
            contact=talk,
            text=draw.choice(PROMISES),
            due_on=sessions.shift(book.as_of, draw.randint(-1, 5)),
        )
        for talk in talks[::5]
    )


def _what_was_done(book: Book, own: Advisor, account: Staff) -> None:
    rows = list(Handover.objects.filter(branch=book.branch, taker=own).order_by("pk"))
    for row, text in zip(rows[::4], REMARKS, strict=False):
        remark_handover(handover=row, actor=book.director, remarks=text)
    for row in rows[:SIGNED]:
        row.refresh_from_db(fields=["remarks"])
        sign_handover(handover=row, actor=account, seen=seen_mark(row.digest, row.remarks))
    for row in rows[:5]:
        answer_handover(handover=row, actor=account, acceptance=Handover.Acceptance.ACCEPTED, on=timezone.localdate())
    for row in rows[5:6]:
        answer_handover(handover=row, actor=account, acceptance=Handover.Acceptance.REFUSED, on=timezone.localdate())


STEPS = (hand_clients_over,)
