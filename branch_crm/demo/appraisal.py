"""Three months of service before today, their scorecards, two of them frozen, and a figure in dispute."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from branch_crm.core import trading_calendar
from branch_crm.core.jobs import Progress
from branch_crm.core.models import Role, Staff
from branch_crm.core.trading_calendar import TradingCalendar
from branch_crm.demo.book import Book
from branch_crm.demo.service import ENDINGS, OPENINGS, TOPICS
from clients.models import Client
from servicelog.domain.scorecard import LOGS
from servicelog.models import Channel, Contact, MotTask, Scorecard, ScorecardDispute
from servicelog.queries.scorecard.figures import end_of
from servicelog.services.dispute_scorecard import dispute_scorecard
from servicelog.services.freeze_scorecards import freeze_scorecards
from servicelog.services.mot_policies import ensure_mot_policy
from servicelog.services.work_out_scorecards import work_out_scorecards

#: Complete months before today's, and how many of the oldest are frozen.
MONTHS, FROZEN = 3, 2
#: One client in so many was spoken to in a month.
SHARE = 8
KINDS = ("risk_expiring", "large_outflow", "product_maturing", "id_expiring", "large_inflow")
DISPUTE = "本月有两条记录因“内容过短”未计入，当时已与客户当面确认方案，请核对后计入"


def past_months(as_of: date) -> list[date]:
    """The oldest first."""
    first, found = as_of.replace(day=1), []
    for _ in range(MONTHS):
        first = (first - timedelta(days=1)).replace(day=1)
        found.append(first)
    return found[::-1]


def enter_past_service(book: Book, progress: Progress) -> None:
    """Talks of every advisor, and the tasks that some of them closed. Written as if logged on their days, as in demo.service."""
    desk = Staff.objects.filter(branch=book.branch, role__in=(Role.ASSISTANT, Role.DIRECTOR)).first()
    if desk is None or MotTask.objects.filter(branch=book.branch, happening__startswith="demo:").exists():
        return
    progress.step(gettext_noop("Entering the service of past months"))
    draw = random.Random(book.seed + 7)  # noqa: S311 - a demo's past, the same every time
    served = Client.objects.filter(branch=book.branch, advisor__isnull=False, figures__tier__isnull=False)
    clients = list(served.select_related("advisor__account", "figures").order_by("pk"))
    sessions = trading_calendar.load()
    with transaction.atomic():
        talks = [
            _talk(book, client, month, desk, draw, sessions)
            for month in past_months(book.as_of)
            for client in clients
            if draw.randrange(SHARE) < 1 + ((client.figures.tier or 1) >= 4)
        ]
        Contact.objects.bulk_create(talks)
        MotTask.objects.bulk_create(_tasks(book, talks, draw, sessions))


def _talk(
    book: Book, client: Client, month: date, desk: Staff, draw: random.Random, sessions: TradingCalendar
) -> Contact:
    day = sessions.on_or_before(month + timedelta(days=draw.randint(7, end_of(month).day - 1)))
    topic, purpose, letters = draw.choice(TOPICS)
    counts = draw.random() < 0.7 + (client.advisor_id or 0) % 6 * 0.05
    return Contact(
        branch=book.branch,
        client=client,
        advisor=client.advisor,
        author=client.advisor.account or desk,
        token=UUID(int=draw.getrandbits(128), version=4),
        held_at=timezone.make_aware(datetime.combine(day, time(9 + draw.randint(0, 7), draw.randint(0, 59)))),
        minutes=draw.randint(3, 25),
        channel=draw.choice((Channel.PHONE, Channel.PHONE, Channel.WECHAT, Channel.MEETING)),
        purpose=purpose,
        clas=list(letters),
        summary=f"{draw.choice(OPENINGS)}，{topic}，{draw.choice(ENDINGS)}" if counts else "已联系",
        counts=counts,
        count_reasons=[] if counts else ["short"],
    )


def _tasks(book: Book, talks: list[Contact], draw: random.Random, sessions: TradingCalendar) -> Iterator[MotTask]:
    """Every third talk closed a task: most in time, some a day late."""
    policy = ensure_mot_policy(branch=book.branch, on=book.as_of)
    for at, talk in enumerate(talks[::3]):
        day, tier = timezone.localdate(talk.held_at), talk.client.figures.tier or 1
        aim = tier >= 4 and at % 3 == 0
        late = draw.random() > 0.75 + (talk.advisor_id or 0) % 5 * 0.05
        yield MotTask(
            branch=book.branch,
            client=talk.client,
            kind="birthday" if aim else KINDS[at % len(KINDS)],
            happening=f"demo:{at}",
            mandatory=not aim,
            aim=aim,
            advisor=talk.advisor,
            tier=tier,
            raised_on=sessions.shift(day, -3),
            due_on=sessions.shift(day, -1) if late else day,
            at_stake=draw.randint(5, 80) * 10_000,
            policy=policy,
            state=MotTask.State.DONE,
            contact=talk,
            closed_on=day,
            closed_by=talk.author,
        )


def appraise(book: Book, progress: Progress) -> None:
    director = Staff.objects.filter(branch=book.branch, role=Role.DIRECTOR).first()
    if director is None:
        return
    progress.step(gettext_noop("Working out scorecards"))
    months = past_months(book.as_of)
    for month in (*months, book.as_of):
        work_out_scorecards(branch=book.branch, month=month, as_of=book.as_of)
    for month in months[:FROZEN]:
        if Scorecard.objects.filter(branch=book.branch, month=month).exists():
            freeze_scorecards(branch=book.branch, month=month, actor=director)
    card = Scorecard.objects.filter(branch=book.branch, month=months[-1], advisor__account__isnull=False).first()
    asked = ScorecardDispute.objects.filter(scorecard__branch=book.branch).exists()
    if card is not None and card.figures[LOGS]["value"] is not None and not asked:
        dispute_scorecard(scorecard=card, indicator=LOGS, text=DISPUTE, actor=card.advisor.account)


STEPS = (enter_past_service, appraise)
