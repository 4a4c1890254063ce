"""What a service review tells whom: the advisor first, the director when it is his turn, the advisor again of the ruling."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from allocation.models import ServiceReview
from branch_crm.core.models import Branch, Role, Staff
from branch_crm.core.notifications import notification_kind, notify, notify_each, people_of


@notification_kind(
    "allocation.review_notice", label=_("Your service of a client is under review"), roles=(Role.ADVISOR,)
)
def review_notice(*, count: int, until: str) -> str:
    words = ngettext(
        "Your service of %(count)d client is under review. Put it right or reply until %(until)s.",
        "Your service of %(count)d clients is under review. Put it right or reply until %(until)s.",
        count,
    )
    return words % {"count": count, "until": until}


@notification_kind("allocation.reviews_due", label=_("Service reviews wait for your ruling"), roles=(Role.DIRECTOR,))
def reviews_due(*, count: int) -> str:
    words = ngettext(
        "%(count)d service review waits for your ruling.", "%(count)d service reviews wait for your ruling.", count
    )
    return words % {"count": count}


@notification_kind("allocation.review_decided", label=_("A review of your service is decided"), roles=(Role.ADVISOR,))
def review_decided(*, number: int, decision: str) -> str:
    words = {"number": number, "decision": ServiceReview.Decision(decision).label}
    return gettext("Service review no. %(number)d: %(decision)s.") % words


def tell_notices(branch: Branch, reviews: Sequence[ServiceReview], accounts: Iterable[tuple[int, int]]) -> None:
    """Once a night, each advisor the number of the own ones. `accounts`: advisor, account."""
    if not reviews:
        return
    own = {account: sum(each.advisor_id == advisor for each in reviews) for advisor, account in accounts}
    first = reviews[0]
    notify_each(
        params_of={pk: {"count": n, "until": first.cure_until.isoformat()} for pk, n in own.items()},
        kind="allocation.review_notice",
        key=f"service-reviews:{first.found_on}",
        branch=branch,
        url=reverse("allocation:service_reviews"),
    )


def tell_due(branch: Branch, count: int, key: str, actor: Staff | None = None) -> None:
    notify(
        recipients=people_of(branch, Role.DIRECTOR),
        kind="allocation.reviews_due",
        key=f"service-reviews-due:{key}",
        branch=branch,
        url=reverse("allocation:service_reviews"),
        actor=actor,
        count=count,
    )


def tell_decided(review: ServiceReview, actor: Staff, decision: str) -> None:
    step = review.steps.count()
    notify(
        recipients=[review.advisor.account],
        kind="allocation.review_decided",
        key=f"service-review:{review.pk}:{step}",
        branch=review.branch,
        url=reverse("allocation:service_review", args=[review.pk]),
        actor=actor,
        number=review.pk,
        decision=decision,
    )
