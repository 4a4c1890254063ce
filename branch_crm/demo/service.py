"""The service log of the demo: two months of talks with the advisor's own book, a few complaints, and the moments of today."""

from __future__ import annotations

import random
from datetime import datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_noop

from branch_crm.core import trading_calendar
from branch_crm.core.jobs import Progress
from branch_crm.core.models import Role, Staff
from branch_crm.demo.book import Book
from branch_crm.demo.moments import let_things_happen
from clients.models import Client, ClientStatus
from servicelog.models import Channel, Contact, Promise, Purpose
from servicelog.services.enter_complaint import enter_complaint
from servicelog.services.raise_tasks import raise_tasks

#: Trading days back over which talks are spread, and how many of the book were talked to.
SESSIONS = 40
TALKS = 180

OPENINGS = ("电话联系客户", "客户来营业部面谈", "客户来电", "企业微信沟通后回拨", "季度检视时联系客户")
TOPICS = (
    ("谈到近期持仓波动，客户希望降低单一股票占比", Purpose.REVIEW, ("I",)),
    ("客户询问闲置资金的安排，半年内可能用于购房", Purpose.CARE, ("C",)),
    ("提示风险测评即将到期，客户约定下周到柜台重测", Purpose.BUSINESS, ("A",)),
    ("介绍新股申购额度的计算方法，客户表示会留意", Purpose.EDUCATION, ("L", "A")),
    ("了解客户退休后的现金流需求，希望以稳健为主", Purpose.CARE, ("C", "S")),
    ("说明两融担保比例的变化，客户将补充保证金", Purpose.RISK, ("I", "L")),
    ("客户想了解到期产品的后续选择，已说明风险等级匹配要求", Purpose.PRODUCT, ("I",)),
    ("节前问候，客户提到子女准备出国读书", Purpose.CARE, ("S",)),
)
ENDINGS = (
    "约定月底再联系",
    "客户暂无其他需求",
    "已发送书面材料",
    "下次面谈时带上资产配置建议书",
    "客户表示满意",
    "等客户确认时间",
)
PROMISES = ("下周三前给出资产配置建议书", "两个交易日内回复佣金调整结果", "月底前整理持仓检视报告")
COMPLAINTS = (
    ("fees", "佣金比朋友在别处的高，要求说明构成"),
    ("system", "早盘高峰时手机交易多次无响应"),
    ("service", "连续两个月没有人联系过我"),
)


def enter_talks(book: Book, progress: Progress) -> None:
    """Written as if logged on their days, which the service itself refuses; the demo's past has to come from somewhere."""
    author = Staff.objects.filter(branch__code=book.code, role=Role.ADVISOR, advisor__isnull=False).first()
    if author is None or Contact.objects.filter(branch=book.branch).exists():
        return
    clients = list(Client.objects.filter(advisor__account=author).order_by("-figures__value", "pk")[:TALKS])
    progress.step(gettext_noop("Entering the service log"), total=len(clients))
    draw = random.Random(book.seed)  # noqa: S311 - a demo's past, the same every time
    sessions = trading_calendar.load()
    with transaction.atomic():
        contacts = [talk_of(book, client, author, draw, sessions) for client in clients]
        Contact.objects.bulk_create(contacts)
        Contact.objects.filter(author=author).update(logged_at=F("held_at") + timedelta(minutes=12))
        Promise.objects.bulk_create(
            Promise(
                branch=book.branch,
                client=contact.client,
                contact=contact,
                text=draw.choice(PROMISES),
                due_on=sessions.shift(book.as_of, draw.randint(-2, 6)),
            )
            for contact in contacts[::12]
        )
    progress.advance_to(len(clients))


def talk_of(book: Book, client: Client, author: Staff, draw: random.Random, sessions: object) -> Contact:
    day = sessions.shift(book.as_of, -draw.randint(0, SESSIONS))  # type: ignore[attr-defined]
    held_at = timezone.make_aware(datetime.combine(day, time(9 + draw.randint(0, 7), draw.randint(0, 59))))
    topic, purpose, letters = draw.choice(TOPICS)
    reached = draw.random() > 0.08
    summary = f"{draw.choice(OPENINGS)}，{topic}，{draw.choice(ENDINGS)}" if reached else "电话无人接听，改日再打"
    return Contact(
        branch=book.branch,
        client=client,
        advisor=client.advisor,
        author=author,
        token=UUID(int=draw.getrandbits(128), version=4),
        held_at=held_at,
        minutes=draw.randint(3, 25) if reached else None,
        channel=draw.choice((Channel.PHONE, Channel.PHONE, Channel.WECHAT, Channel.MEETING)),
        reached=reached,
        purpose=purpose,
        clas=list(letters) if reached else [],
        summary=summary,
        counts=reached,
        count_reasons=[] if reached else ["not_reached"],
    )


def enter_complaints(book: Book, progress: Progress) -> None:
    counter = Staff.objects.filter(branch__code=book.code, role=Role.COUNTER).first()
    if counter is None:
        return
    served = Client.objects.filter(branch=book.branch, advisor__isnull=False, status=ClientStatus.NORMAL)
    clients = served.order_by("-figures__value", "pk")[20 : 20 + len(COMPLAINTS)]
    for client, (about, text) in zip(clients, COMPLAINTS, strict=False):
        enter_complaint(
            client=client, actor=counter, channel=Channel.PHONE, about=about, text=text, received_on=book.as_of
        )


def raise_moments(book: Book, progress: Progress) -> None:
    progress.step(gettext_noop("Raising MOT tasks"))
    raise_tasks(branch=book.branch, day=book.as_of)


STEPS = (enter_talks, enter_complaints, let_things_happen, raise_moments)
