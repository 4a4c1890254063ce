"""Retention cases of the demo: some running, with a countdown and an offer that waits, some ended and looked at again later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from uuid import uuid4

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop

from branch_crm.core import trading_calendar
from branch_crm.core.jobs import Progress
from branch_crm.core.models import Notification, Role, Staff
from branch_crm.demo.book import Book
from clients.models import CashFlow, Client, ClientStatus, Trade
from retention.models import LeavingRequest, Offer, Reason, RetentionCase
from retention.services.answer_offer import answer_offer, decide_offer
from retention.services.close_case import close_case
from retention.services.finish_part import finish_part
from retention.services.make_offer import make_offer
from retention.services.open_case import open_case, open_cases_of_new_requests
from retention.services.take_part import take_part
from retention.services.verify_cases import verify_cases
from servicelog.models import Contact

#: A rate that waits for the director.
CHEAP = Decimal("0.000130")
#: A case is talked through and ended this long after its opening.
LASTED = timedelta(hours=3)
QUIET = timedelta(days=120)
#: Days with trades within that time.
OFTEN = 12


@dataclass(frozen=True)
class Story:
    """days: since the opening. who: `active`, `quiet` (no trades for long), or which request of the demo it is about.

    offer: code of the table. granted: the director's word; taken: the client's. outcome empty: still open.
    """

    days: int
    who: str = "active"
    talk: str = ""
    offer: str = ""
    granted: bool | None = None
    taken: bool | None = None
    outcome: str = ""
    reason: str = ""
    note: str = ""


STORIES = (
    Story(130, talk="客户在比较两家的佣金，费用逐项看过后愿意留下", offer="rate", granted=True, taken=True, outcome="stays",
          reason="rate", note="调整佣金率，季度复盘一次"),
    Story(105, "quiet", talk="客户说最近没时间看盘，账户先留着", outcome="stays", reason="idle", note="约定下季度再联系"),
    Story(60, talk="客户希望有专人接电话，已说明服务热线的开通方式", offer="vip_line", taken=True, outcome="stays",
          reason="service"),
    Story(48, "move", talk="客户准备搬到外地，当时表示先不转", outcome="stays", note="搬家时间未定"),
    Story(30, talk="客户对近期亏损不满，不愿多谈，已告知随时可以办理", outcome="declined"),
    Story(22, talk="资金转出用于购房，没有离开的打算", outcome="false_alarm", reason="cash_need"),
    Story(14, outcome="not_reached", note="三次拨打均无人接听"),
    Story(8, "staff_left", outcome="left", reason="staff_left"),
    Story(2, talk="客户提出万1.3，已说明需要负责人审批", offer="rate", granted=False),
    Story(1, talk="客户觉得佣金高于朋友，约定明天答复", offer="rate", granted=True),
    Story(0, talk="客户收到别家的费率邀约，希望当天有答复", offer="rate"),
    Story(0),
)  # fmt: skip


@transaction.atomic
def work_on_cases(book: Book, progress: Progress) -> None:
    """Through the product's own services, then moved to their days, which the services refuse."""
    progress.step(gettext_noop("Opening retention cases"))
    advisor = Staff.objects.filter(branch=book.branch, role=Role.ADVISOR, advisor__isnull=False).first()
    if advisor is None or RetentionCase.objects.filter(branch=book.branch).exclude(outcome="").exists():
        return
    clients = {"active": _served_by(advisor, quiet=False), "quiet": _served_by(advisor, quiet=True)}
    for story in STORIES:
        waiting = clients.get(story.who)
        request = None if waiting is not None else _done_for(book, story.who)
        client = request.client if request else waiting.pop(0) if waiting else None
        if client is not None:
            _tell(story, client, request if story.outcome == "left" else None, advisor, book.director)
    open_cases_of_new_requests()
    verify_cases(branch=book.branch, on=timezone.localdate())


def _served_by(advisor: Staff, *, quiet: bool) -> list[Client]:
    """Of the advisor's book, those who can be offered something and have asked for nothing; the most valuable first."""
    since = timezone.localdate() - QUIET
    traded = Trade.objects.filter(client__advisor__account=advisor, day__gte=since).values("client")
    often = traded.annotate(days=Count("day", distinct=True)).filter(days__gte=OFTEN)
    asked = LeavingRequest.objects.filter(client=OuterRef("pk"))
    book = Client.objects.filter(advisor__account=advisor, status=ClientStatus.NORMAL, commission_rate__gt=CHEAP)
    brings = book.filter(figures__revenue_12m__gte=1_000, figures__total_assets__gt=0).exclude(Exists(asked))
    rows = brings.exclude(pk__in=traded) if quiet else brings.filter(pk__in=often.values("client"))
    return list(rows.select_related("figures").order_by("-figures__value", "pk")[3 : 3 + len(STORIES)])


def _done_for(book: Book, reason: str) -> LeavingRequest | None:
    done = LeavingRequest.objects.filter(branch=book.branch, reason__code=reason, state=LeavingRequest.State.DONE)
    return done.select_related("client", "client__figures").first()


def _tell(story: Story, client: Client, request: LeavingRequest | None, advisor: Staff, director: Staff) -> None:
    opened = _morning(story.days) if story.days else timezone.localtime()
    source = RetentionCase.Source.REQUEST if request else RetentionCase.Source.SIGNAL
    case = open_case(client=client, source=source, request=request, now=opened)
    if case is None:
        return
    part = case.tasks.filter(role=Role.ADVISOR, assignee=advisor).first()
    if part is not None and story.talk:
        taken = take_part(part=part, actor=advisor, now=opened + timedelta(minutes=4))
        finish_part(part=taken, actor=advisor, token=uuid4(), channel="phone", summary=story.talk, minutes=9)
    if story.offer:
        _offer(story, case, advisor, director)
    if story.outcome:
        reason = Reason.objects.filter(branch__isnull=True, code=story.reason).first()
        by = None if story.outcome == RetentionCase.Outcome.LEFT else advisor
        close_case(case=case, outcome=story.outcome, actor=by, note=story.note, reason=reason, now=opened + LASTED)
    if story.days:
        _move_back(case, opened)


def _offer(story: Story, case: RetentionCase, advisor: Staff, director: Staff) -> None:
    rate = CHEAP if story.offer == "rate" else None
    offer = make_offer(case=case, concession=story.offer, rate=rate, actor=advisor)
    if story.granted is not None and offer.state == Offer.State.WAITING:
        offer = decide_offer(offer=offer, approved=story.granted, actor=director)
    if story.taken is not None:
        answer_offer(offer=offer, accepted=story.taken, actor=advisor)


def _move_back(case: RetentionCase, opened: datetime) -> None:
    """What the services stamped with the present moment; a case that is over rings no bell."""
    since = CashFlow.objects.filter(client=case.client_id, is_external=True, day__gt=opened.date())
    flows = since.aggregate(net=Sum("amount"))["net"] or Decimal(0)
    RetentionCase.objects.filter(pk=case.pk).update(opened_at=opened, assets=F("assets") - flows)
    talked, ended = opened + timedelta(minutes=30), opened + LASTED
    case.tasks.filter(ended_at__isnull=False).update(ended_at=talked)
    case.offers.update(made_at=talked)
    case.offers.filter(approved_at__isnull=False).update(approved_at=talked + timedelta(minutes=20))
    case.offers.filter(answered_at__isnull=False).update(answered_at=ended)
    talks = case.tasks.filter(contact__isnull=False).values("contact")
    Contact.objects.filter(pk__in=talks).update(held_at=talked, logged_at=talked)
    if case.outcome or case.tasks.filter(state="done").exists():
        address = reverse("retention:case_detail", args=[case.pk])
        Notification.objects.filter(kind__startswith="retention.", url=address).delete()


def _morning(days: int) -> datetime:
    day = trading_calendar.load().on_or_before(timezone.localdate() - timedelta(days=days))
    return timezone.make_aware(datetime.combine(day, time(10, 20)))


STEPS = (work_on_cases,)
