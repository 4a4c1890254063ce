"""What a request asks for besides a record: the branch and the day."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from branch_crm.core.models import Branch


def branch_of(request: HttpRequest) -> Branch:
    """The branch whose advisors a page shows; people of the firm see the first one."""
    branch: Branch | None = request.user.branch or Branch.objects.visible_to(request.user).first()
    if branch is None:
        raise Http404
    return branch


def day_asked(request: HttpRequest) -> tuple[date, str]:
    """`?on=` as a day, today without it; and what is wrong with it, in words."""
    today = timezone.localdate()
    text = request.GET.get("on", "")
    if not text:
        return today, ""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today, _("%(text)s is no date; today is shown. Write 2026-06-30.") % {"text": text[:20]}
    if day > today:
        return today, _("Skills of a day to come are not known; today is shown.")
    return day, ""
