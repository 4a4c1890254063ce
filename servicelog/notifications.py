"""What the service log tells whom, and in which words. Services call the `tell_...` functions in their own transaction."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from branch_crm.core.models import Role, Staff
from branch_crm.core.notifications import notification_kind, notify, people_of
from servicelog.models import Complaint, CountDispute

DESK = (Role.DIRECTOR, Role.ASSISTANT)
AUTHORS = (*DESK, Role.ADVISOR, Role.COUNTER)


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
