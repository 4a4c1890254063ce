"""Two people of the demo branch: one resigns next week, one is on long leave and covered by two colleagues."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext_noop

from advisors.models import Advisor
from allocation.models import LeaverCase
from allocation.services.books import Move, lock_books
from allocation.services.leaver_moves import cover
from allocation.services.open_leaver_case import open_leaver_case
from branch_crm.core.jobs import Progress
from branch_crm.demo.book import Book

#: Fewer than this, and nobody could take over without the branch looking odd.
FEWEST = 8
DAYS_AWAY = 45


def open_leaver_cases(book: Book, progress: Progress) -> None:
    today = timezone.localdate()
    people = Advisor.objects.filter(branch=book.branch, account__isnull=True).serving(today)
    by_size = list(people.annotate(held=Count("clients")).filter(held__gt=0).order_by("held", "pk"))
    if len(by_size) < FEWEST or LeaverCase.objects.filter(branch=book.branch).exists():
        return
    progress.step(gettext_noop("Opening leaver cases"))
    away, goes, *colleagues = by_size
    open_leaver_case(
        advisor=goes,
        kind=LeaverCase.Kind.RESIGNATION,
        last_day=today + timedelta(days=7),
        actor=book.director,
        note="个人原因离职，客户偏好电话沟通",
    )
    with transaction.atomic():
        case = open_leaver_case(
            advisor=away,
            kind=LeaverCase.Kind.LONG_LEAVE,
            last_day=today - timedelta(days=1),
            returns_on=today + timedelta(days=DAYS_AWAY),
            actor=book.director,
            note="产假",
        )
        lock_books(book.branch)
        clients = away.clients.order_by("pk").values_list("pk", flat=True)
        moves = [Move(pk, away.pk, colleagues[at % 2].pk) for at, pk in enumerate(clients)]
        until = today + timedelta(days=DAYS_AWAY)
        cover(case=case, moves=moves, on=today, until=until, plan=None, actor=book.director)


STEPS = (open_leaver_cases,)
