"""Service reviews in words: what was found, why nobody is to blame, which step was taken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from allocation.domain import service_review as process
from allocation.models import ReviewStep, ServiceReview

#: Codes of allocation.queries.service_findings.
EXCUSES: Mapping[str, str | Promise] = {
    "account": _("the account is not in normal use"),
    "no_contact": _("the client wishes no contact"),
    "cover": _("covered for a colleague"),
    "leaving": _("the advisor's departure or long leave is under way"),
    "leave": _("the advisor is or has just been on leave"),
    "request": _("a request for another advisor is open"),
    "complaint": _("a complaint is open or was settled lately"),
    "watched": _("decided: stays under watch"),
    "new_advisor": _("has had this advisor for a short time only"),
}
STEPS: Mapping[str, str | Promise] = {
    process.NOTICE: _("advisor told"),
    process.REPLY: _("advisor replied"),
    process.ASK: _("advisor asks for a decision"),
    process.TIME_OVER: _("time is over"),
    process.CURE: _("standard met again"),
    process.EXTEND: _("more time given"),
    process.DISMISS: _("dismissed"),
    process.UPHOLD: _("upheld"),
    process.APPLY: pgettext_lazy("review", "in force"),
    process.UNDO: _("move undone with its plan"),
    process.REOPEN: _("effect taken back, to be decided anew"),
    process.LAPSE: pgettext_lazy("review", "no longer applies"),
}


def finding_text(kind: str, figures: Mapping[str, Any]) -> str:
    """One sentence with the figures it rests on; `figures` are those of the evidence."""
    if kind == ServiceReview.Finding.PERFUNCTORY:
        words = now(
            "%(formal)d of %(logs)d logs are short, copied or one of a burst; %(held)d of %(wanted)d contacts count"
        )
    elif kind == ServiceReview.Finding.NO_OUTPUT:
        return now("%(talks)d contacts count; no need, promise, product, task or trade came of them") % figures
    else:
        words = now("%(held)d of %(wanted)d contacts of the standard in %(days)d days")
    return words % figures


def standard_text(standard: Mapping[str, int]) -> str:
    words = ngettext(
        "%(contacts)d counted contact within %(days)d days",
        "%(contacts)d counted contacts within %(days)d days",
        standard["contacts"],
    )
    return words % standard


def timeline(steps: list[ReviewStep]) -> list[dict[str, Any]]:
    """For components/_timeline.html; the night has no name."""
    return [
        {
            "at": step.at,
            "title": STEPS.get(step.step, step.step),
            "by": step.by.name if step.by else now("the night"),
            "detail": step.note,
            "is_now": at == 0,
        }
        for at, step in enumerate(steps)
    ]
