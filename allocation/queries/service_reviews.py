"""The queue of service reviews, one of them with its steps, and what stands behind a plan's move."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Count, F, QuerySet

from allocation.domain.service_review import Finding, Standing, find, kinds_found
from allocation.models import ReviewStep, ServiceReview
from allocation.queries.service_findings import standings
from branch_crm.core.models import Branch, Staff
from clients.queries.book import HEAVY
from servicelog.domain.service_rules import ServiceRules

State = ServiceReview.State
#: Tabs of the queue: the states each shows, in the order in which somebody has to act.
TABS: dict[str, tuple[str, ...]] = {
    "due": (State.DUE,),
    "running": (State.NOTICED,),
    "upheld": (State.UPHELD,),
    "closed": (State.CURED, State.DISMISSED, State.APPLIED, State.LAPSED),
}


def reviews_for(user: Staff) -> QuerySet[ServiceReview]:
    """Every review the person may see, with client, figures and people."""
    people = ("branch", "client__figures", "advisor", "policy", "replied_by", "decided_by", "refusal", "lock")
    heavy = [f"client__{name}" for name in HEAVY]
    rows: QuerySet[ServiceReview] = ServiceReview.objects.visible_to(user).select_related(*people).defer(*heavy)
    return rows


def queue(user: Staff, tab: str) -> QuerySet[ServiceReview]:
    """To be decided: the most valuable client first; under way: the first to end; closed: the newest."""
    rows = reviews_for(user).filter(state__in=TABS[tab])
    if tab == "closed":
        return rows.order_by("-closed_on", "-pk")
    if tab == "running":
        return rows.order_by("cure_until", "pk")
    return rows.order_by(F("client__figures__value").desc(nulls_last=True), "pk")


def tab_counts(user: Staff) -> dict[str, int]:
    found = ServiceReview.objects.visible_to(user).order_by().values_list("state").annotate(n=Count("pk"))
    by_state: dict[str, int] = dict(found)
    return {tab: sum(by_state.get(state, 0) for state in states) for tab, states in TABS.items()}


def steps_of(review: ServiceReview) -> list[ReviewStep]:
    """The newest first."""
    return list(review.steps.select_related("by").order_by("-pk"))


def upheld_reviews(client_id: int, advisor_id: int | None) -> QuerySet[ServiceReview]:
    """Reviews that take this client from this advisor: a reason of a plan's move."""
    return ServiceReview.objects.filter(
        client=client_id,
        advisor=advisor_id,
        state__in=(State.UPHELD, State.APPLIED),
        decision=ServiceReview.Decision.REASSIGN,
    ).select_related("decided_by")


def coming_up(
    branch: Branch, *, on: date, rules: ServiceRules, advisors: Sequence[int]
) -> tuple[list[Finding], list[Standing]]:
    """What the next night would find with these advisors by the very rule of the night, the most valuable first, without what
    is under review; and the clients for whom nobody is to blame at present, although the figures say so."""
    known = standings(branch, on=on, rules=rules, advisors=advisors)
    running = ServiceReview.objects.filter(branch=branch, state__in=(State.NOTICED, State.DUE, State.UPHELD))
    passed = set(running.values_list("client_id", "advisor_id"))
    rows = [each for each in known if (each.client, each.advisor) not in passed]
    found = sorted(find(rows, rules), key=lambda each: (-each.standing.value, each.standing.client))
    return found, [each for each in rows if each.excused and kinds_found(each, rules)]
