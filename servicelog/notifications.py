"""What the service log tells whom, and in which words. Services call the `tell_...` functions in their own transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from advisors.models import Advisor
from branch_crm.core.models import Branch, Role, Staff
from branch_crm.core.notifications import notification_kind, notify, notify_each, people_of
from servicelog.models import Complaint, CountDispute, FollowUp, Scorecard, ScorecardDispute

DESK = (Role.DIRECTOR, Role.ASSISTANT)
AUTHORS = (*DESK, Role.ADVISOR, Role.COUNTER)
OVERSEERS = (Role.COMPLIANCE, Role.MANAGER)


@notification_kind(
    "servicelog.morning", label=_("What the day asks of you, every trading morning"), roles=(Role.ADVISOR,)
)
def morning(*, due: int, overdue: int) -> str:
    words = {"due": due, "overdue": overdue}
    if not overdue:
        return ngettext("%(due)d mandatory task today.", "%(due)d mandatory tasks today.", due) % words
    return (
        ngettext(
            "%(due)d mandatory task today, %(overdue)d overdue.",
            "%(due)d mandatory tasks today, %(overdue)d of them overdue.",
            due,
        )
        % words
    )


@notification_kind("servicelog.complaint_received", label=_("A client complains"), roles=(*DESK, Role.ADVISOR))
def complaint_received() -> str:
    return gettext("A complaint has been received. It waits for an answer to the client.")


@notification_kind("servicelog.dispute_raised", label=_("A log's count is disputed"), roles=DESK)
def dispute_raised() -> str:
    return gettext("A log that does not count is disputed and waits for your answer.")


@notification_kind("servicelog.dispute_answered", label=_("Your disputes of logs are answered"), roles=AUTHORS)
def dispute_answered(*, granted: int) -> str:
    if granted:
        return gettext("Your dispute was granted: the log counts now.")
    return gettext("Your dispute was declined: the log still does not count. The answer says why.")


@notification_kind("servicelog.follow_up_alarm", label=_("An alarming answer in a follow-up"), roles=OVERSEERS)
def follow_up_alarm() -> str:
    return gettext("A client has given an alarming answer in a follow-up. Look at it now.")


@notification_kind(
    "servicelog.follow_ups_assigned",
    label=_("Follow-ups to ask"),
    roles=(Role.COUNTER, Role.COMPLIANCE, Role.ASSISTANT, Role.MANAGER),
)
def follow_ups_assigned(*, count: int) -> str:
    return ngettext("%(count)d new follow-up is yours to ask.", "%(count)d new follow-ups are yours to ask.", count) % {
        "count": count
    }


@notification_kind("servicelog.follow_ups_behind", label=_("Follow-ups behind the ratio"), roles=OVERSEERS)
def follow_ups_behind(*, done: int, expected: int) -> str:
    return gettext("The year's follow-ups are behind: %(done)d asked, %(expected)d expected by now.") % {
        "done": done,
        "expected": expected,
    }


def tell_complaint(complaint: Complaint, actor: Staff) -> None:
    """The desk, and the advisor who serves the client."""
    advisor = complaint.advisor.account if complaint.advisor else None
    notify(
        recipients=[advisor, *people_of(complaint.branch, *DESK)],
        kind="servicelog.complaint_received",
        key=f"complaint:{complaint.pk}",
        branch=complaint.branch,
        url=reverse("servicelog:complaint_list"),
        actor=actor,
    )


def tell_dispute(dispute: CountDispute, actor: Staff) -> None:
    notify(
        recipients=people_of(dispute.contact.branch, *DESK),
        kind="servicelog.dispute_raised",
        key=f"dispute:{dispute.pk}",
        branch=dispute.contact.branch,
        url=reverse("servicelog:dispute_list"),
        actor=actor,
    )


def tell_dispute_answered(dispute: CountDispute, actor: Staff) -> None:
    notify(
        recipients=[dispute.made_by],
        kind="servicelog.dispute_answered",
        key=f"dispute-answer:{dispute.pk}",
        branch=dispute.contact.branch,
        url=reverse("servicelog:contact_detail", args=[dispute.contact_id]),
        actor=actor,
        granted=int(dispute.state == CountDispute.State.GRANTED),
    )


def tell_alarm(follow_up: FollowUp, actor: Staff) -> None:
    """Compliance and manager, unless one of them serves the client. Asked again and alarming again is told again."""
    notify(
        recipients=people_of(follow_up.branch, *OVERSEERS).exclude(advisor__clients=follow_up.client_id),
        kind="servicelog.follow_up_alarm",
        key=f"follow_up:{follow_up.pk}:{follow_up.attempts}",
        branch=follow_up.branch,
        url=reverse("servicelog:follow_up_detail", args=[follow_up.pk]),
        actor=actor,
    )


def tell_assigned(branch: Branch, counts: Mapping[int, int], *, today: date, actor: Staff | None) -> None:
    """`counts`: account -> new follow-ups. Once a day; the page holds them all."""
    notify_each(
        params_of={person: {"count": count} for person, count in counts.items()},
        kind="servicelog.follow_ups_assigned",
        key=f"follow_ups:{today.isoformat()}",
        branch=branch,
        url=reverse("servicelog:follow_up_list"),
        actor=actor,
    )


def tell_behind(branch: Branch, *, done: int, expected: int, day: date) -> None:
    """Once a month."""
    notify(
        recipients=people_of(branch, *OVERSEERS),
        kind="servicelog.follow_ups_behind",
        key=f"follow_ups_behind:{day:%Y-%m}",
        branch=branch,
        url=reverse("servicelog:follow_up_overview"),
        done=done,
        expected=expected,
    )


@notification_kind("servicelog.figure_disputed", label=_("A figure of a scorecard is disputed"), roles=(Role.DIRECTOR,))
def figure_disputed(*, month: str) -> str:
    return gettext("A figure of the scorecards of %(month)s is disputed and waits for your answer.") % {"month": month}


@notification_kind(
    "servicelog.figure_answered", label=_("Your disputes of scorecards are answered"), roles=(Role.ADVISOR,)
)
def figure_answered(*, month: str, granted: int) -> str:
    words = {"month": month}
    if granted:
        return gettext("Your dispute of a figure of %(month)s was granted; points were given back.") % words
    return gettext("Your dispute of a figure of %(month)s was declined. The answer says why.") % words


@notification_kind("servicelog.month_frozen", label=_("Your scorecard of a month is frozen"), roles=(Role.ADVISOR,))
def month_frozen(*, month: str) -> str:
    return gettext("Your scorecard of %(month)s is frozen. Its figures may still be disputed for a while.") % {
        "month": month
    }


def tell_figure_disputed(dispute: ScorecardDispute, actor: Staff) -> None:
    card = dispute.scorecard
    notify(
        recipients=people_of(card.branch, Role.DIRECTOR),
        kind="servicelog.figure_disputed",
        key=f"scorecard-dispute:{dispute.pk}",
        branch=card.branch,
        url=reverse("servicelog:scorecard_dispute_list"),
        actor=actor,
        month=f"{card.month:%Y-%m}",
    )


def tell_figure_answered(dispute: ScorecardDispute, card: Scorecard, actor: Staff) -> None:
    notify(
        recipients=[dispute.made_by],
        kind="servicelog.figure_answered",
        key=f"scorecard-dispute-answer:{dispute.pk}",
        branch=card.branch,
        url=reverse("servicelog:scorecard_detail", args=[card.pk]),
        actor=actor,
        month=f"{card.month:%Y-%m}",
        granted=int(dispute.state == ScorecardDispute.State.GRANTED),
    )


def tell_month_frozen(branch: Branch, month: date, advisors: Iterable[Advisor], actor: Staff) -> None:
    notify(
        recipients=[advisor.account for advisor in advisors],
        kind="servicelog.month_frozen",
        key=f"scorecards:{month:%Y-%m}",
        branch=branch,
        url=reverse("servicelog:my_scorecard"),
        actor=actor,
        month=f"{month:%Y-%m}",
    )
