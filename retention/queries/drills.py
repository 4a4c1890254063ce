"""Drills that wait and that are over, how a person stands with each reason, and which cards come next."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone

from branch_crm.core.models import Branch, Staff
from retention.domain.drill_choice import Playable, Proposal, propose
from retention.domain.drill_spacing import Standing, Try, standing
from retention.models import Drill, DrillCard, DrillPart, LeavingRequest, Reason
from retention.queries.cases import LEAVING

State = Drill.State
OPEN = (State.PLANNED, State.RUNNING, State.SCORING)
#: Of reasons told in so many days the next drills are made.
LOSS_DAYS = 30
SHOWN_PROPOSALS = 4


@dataclass(frozen=True)
class Proposed:
    card: DrillCard
    proposal: Proposal


def drill_rows(user: Staff) -> QuerySet[Drill]:
    """As lists show them, with `people`: the parts in the order client, observer, staff."""
    parts = Prefetch("parts", DrillPart.objects.select_related("person").order_by("role", "pk"), to_attr="people")
    drills = Drill.objects.visible_to(user).select_related("card", "card__reason__parent", "planned_by")
    return drills.prefetch_related(parts)


def open_drills(user: Staff) -> QuerySet[Drill]:
    """The next one first."""
    return drill_rows(user).filter(state__in=OPEN).order_by("planned_for", "pk")


def done_drills(user: Staff) -> QuerySet[Drill]:
    """The newest first, by key."""
    return drill_rows(user).filter(state=State.DONE).order_by("-pk")


def losses_of(branch: Branch, *, today: date) -> Mapping[str, int]:
    """How many of the clients who asked to leave in the past 30 days told which reason of the upper level."""
    since = timezone.make_aware(datetime.combine(today - timedelta(days=LOSS_DAYS), datetime.min.time()))
    told = LeavingRequest.objects.filter(
        branch=branch, kind__in=LEAVING, reason__isnull=False, applied_at__gte=since
    ).exclude(state=LeavingRequest.State.WITHDRAWN)
    return Counter(above or code for above, code in told.values_list("reason__parent__code", "reason__code"))


def standings_of(person: Staff) -> dict[str, Standing]:
    """By code of the reason of the upper level, for those that the person has practised."""
    return standings_of_all([person]).get(person.pk, {})


def standings_of_all(people: list[Staff]) -> dict[int, dict[str, Standing]]:
    """The same for many: primary key -> code -> standing."""
    parts = DrillPart.objects.filter(person__in=people, role=DrillPart.Role.STAFF, drill__state=State.DONE)
    rows = parts.order_by("drill__finished_at", "pk").values_list(
        "person",
        "drill__card__reason__parent__code",
        "drill__card__reason__code",
        "drill__finished_at",
        "drill__passed",
    )
    tries: dict[int, dict[str, list[Try]]] = defaultdict(lambda: defaultdict(list))
    for person, above, code, finished, passed in rows:
        tries[person][above or code].append(Try(timezone.localdate(finished), passed))
    return {
        person: {code: found for code, each in by_reason.items() if (found := standing(each)) is not None}
        for person, by_reason in tries.items()
    }


def proposals_for(person: Staff, branch: Branch, *, today: date) -> list[Proposed]:
    """What this person should play next, each with why; the cards are those the branch may play."""
    mine = Count("drills", Q(drills__state=State.DONE, drills__parts__person=person, drills__parts__role="staff"))
    cards = {card.pk: card for card in ready_cards(branch).annotate(practised=mine)}
    found = propose(
        [Playable(card.pk, top_of(card.reason).code, card.practised) for card in cards.values()],
        standings=standings_of(person),
        losses=losses_of(branch, today=today),
        today=today,
        most=SHOWN_PROPOSALS,
    )
    return [Proposed(cards[proposal.key], proposal) for proposal in found]


def ready_cards(branch: Branch) -> QuerySet[DrillCard]:
    """Read by somebody; the branch's own and the firm's."""
    own = DrillCard.objects.filter(Q(branch=branch) | Q(branch__isnull=True), state=DrillCard.State.READY)
    return own.filter(reason__is_active=True).select_related("reason", "reason__parent")


def top_of(reason: Reason) -> Reason:
    """What is practised, counted and told is compared on the upper level."""
    return reason.parent or reason
