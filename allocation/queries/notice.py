"""What the pages of a notice period read: is it open, what was put forward, what became of it."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from allocation.models import Answer, Bid, Notice, Objection, Plan


def open_notice_of(plan: Plan) -> Notice | None:
    """The notice that runs today; None before, between and after."""
    return Notice.objects.filter(plan=plan).running(timezone.localdate()).first()


def blocks_publication(plan: Plan) -> str:
    """Why the plan may not be published yet, in words: a notice that runs, or something nobody has answered. Empty = free."""
    notice = open_notice_of(plan)
    if notice is not None:
        return _("The plan lies open to the advisors until %(day)s.") % {"day": notice.ends.isoformat()}
    waiting = Objection.objects.filter(notice__plan=plan, answer=Answer.OPEN).count()
    waiting += Bid.objects.filter(notice__plan=plan, answer=Answer.OPEN).count()
    if waiting:
        return _("%(count)d objections and self-nominations still wait for an answer.") % {"count": waiting}
    return ""
