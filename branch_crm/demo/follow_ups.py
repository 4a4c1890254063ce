"""The demo's year of compliance follow-up: drawn in February, asked and read over since, with a few answers to clear up."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from branch_crm.core.jobs import Progress
from branch_crm.core.models import Role, Staff
from branch_crm.demo.book import Book
from servicelog.domain.follow_up import Question, read_follow_up_rules
from servicelog.models import FollowUp, FollowUpPlan
from servicelog.services.draw_follow_ups import draw_follow_ups
from servicelog.services.raise_follow_ups import raise_follow_ups

#: What a client said where the answer is not the usual one, and what compliance found.
SAYINGS = {
    "identity": ("手机号已换，尚未到柜台更新", "已通知客户携证件到柜台更新联系方式"),
    "account": ("不记得开过创业板权限", "已调取开户录像，确认系本人办理"),
    "traded": ("曾请客户经理帮忙看过账户，没有给过密码", "已约谈客户经理，未发现代客操作"),
    "risk": ("只记得签过字，没有细看风险揭示书", "已安排补充风险揭示并留痕"),
    "mandate": ("说不清，签过一份协议", "已核对为投顾服务协议，不涉及全权委托"),
}


def hold_follow_ups(book: Book, progress: Progress) -> None:
    """Written as if asked on their days, which the service itself refuses."""
    compliance = Staff.objects.filter(branch__code=book.code, role=Role.COMPLIANCE).first()
    if compliance is None or FollowUpPlan.objects.filter(branch=book.branch).exists():
        return
    progress.step(gettext_noop("Drawing compliance follow-ups"))
    with transaction.atomic():
        drawn_on = min(date(book.as_of.year, 2, 10), book.as_of)
        draw_follow_ups(branch=book.branch, seed=book.seed, actor=compliance, today=drawn_on)
        FollowUpPlan.objects.filter(branch=book.branch).update(made_at=_at(drawn_on))
        raise_follow_ups(branch=book.branch, day=book.as_of)
        _ask(book, compliance)


def _ask(book: Book, compliance: Staff) -> None:
    """Whatever is due is asked but for the last few; the last two weeks' talks wait to be read over."""
    draw = random.Random(book.seed)  # noqa: S311 - a demo's past, the same every time
    due = FollowUp.objects.filter(branch=book.branch, executor__isnull=False, due_on__lte=book.as_of)
    rows = list(due.select_related("policy").order_by("due_on", "pk"))[:-8]
    questions = read_follow_up_rules(rows[0].policy.rules).questions if rows else ()
    for row in rows:
        asked_on = row.due_on - timedelta(days=draw.randint(0, 6))
        fate = draw.random()
        if fate < 0.03:
            row.state, row.attempts, row.outcome = FollowUp.State.GIVEN_UP, 3, "三次拨打均无人接听，已发送短信"
            continue
        odd = draw.choice(questions) if fate > 0.96 else None
        row.answers = {question.code: _answer(question, is_odd=question is odd) for question in questions}
        row.form, row.recording, row.attempts = FollowUp.Form.PHONE, f"HF{row.pk:08d}", draw.choice((1, 1, 1, 2))
        row.asked_at, row.state = _at(asked_on), FollowUp.State.ASKED
        if asked_on < book.as_of - timedelta(days=14):
            row.reviewer, row.reviewed_at = compliance, _at(asked_on + timedelta(days=3))
            row.state = FollowUp.State.PROBLEM if odd and draw.random() < 0.3 else FollowUp.State.PASSED
            row.review_note = SAYINGS[odd.code][1] if odd else ""
    fields = ["state", "attempts", "outcome", "answers", "form", "recording", "asked_at"]
    FollowUp.objects.bulk_update(rows, [*fields, "reviewer", "reviewed_at", "review_note"], batch_size=500)


def _answer(question: Question, *, is_odd: bool) -> dict[str, str]:
    if is_odd:
        return {"answer": "unsure", "note": SAYINGS[question.code][0]}
    return {"answer": question.good, "note": ""}


def _at(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(10, 30)))


STEPS = (hold_follow_ups,)
