"""Who was responsible on a day, by two clocks: what was true on the day, and what the book said at a past moment.

Intervals are half-open: the day of a change belongs to the successor, an interval of no length answers for no day. During a cover
the stand-in is responsible; the owner is named beside. The second clock reads the events that every write of an
assignment leaves behind (pghistory), so that a correction entered later for an earlier day can be told from what was known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Case, Count, OuterRef, Q, QuerySet, Subquery, When
from django.utils import timezone

from advisors.models import Advisor
from allocation.models import Assignment, Cover
from clients.models import Client

#: Every version of every assignment, with the moment it was written.
ASSIGNMENT_EVENTS: QuerySet[Any] = Assignment.pgh_event_model.objects.all()


def holds_on(day: date) -> Q:
    """Of an assignment (or one of its versions): it names who is responsible on the day."""
    return Q(starts__lte=day) & (Q(ends__isnull=True) | Q(ends__gt=day))


def end_of(day: date) -> datetime:
    """The first moment after a day, in the branch's time."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def with_owner(rows: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """`owner_name`, `owner_no`: in whose place a stand-in serves; null where nobody's."""
    covers = Cover.objects.filter(
        case=OuterRef("case_id"), client=OuterRef("client_id"), stand_in=OuterRef("advisor_id")
    )
    covers = covers.order_by("-pk")
    stands_in = Q(reason=Assignment.Reason.COVER)
    return rows.annotate(
        owner_name=Case(When(stands_in, then=Subquery(covers.values("owner__name")[:1])), default=None),
        owner_no=Case(When(stands_in, then=Subquery(covers.values("owner__staff_no")[:1])), default=None),
    )


@dataclass(frozen=True)
class Answer:
    """Who was responsible for a client on a day. `interval` None: nobody.

    `then`: whom the book named at the end of `known_on`, None = nobody; `differs`: it was corrected since.
    """

    client: Client
    on: date
    known_on: date
    interval: Assignment | None
    then: Advisor | None

    @property
    def differs(self) -> bool:
        return (self.interval.advisor_id if self.interval else None) != (self.then.pk if self.then else None)


def who_served(client: Client, *, on: date, known_on: date | None = None) -> Answer:
    """`known_on` is the day whose book is compared; without one the day itself, or today for a day to come. Three queries."""
    known = known_on or min(on, timezone.localdate())
    people = ("advisor", "plan__policy", "plan__approved_by", "request", "decided_by", "case")
    rows = with_owner(Assignment.objects.filter(holds_on(on), client=client)).select_related(*people)
    interval = rows.first()
    said = book_said([client.pk], on=on, known_on=known).get(client.pk)
    then = Advisor.objects.filter(pk=said).first() if said else None
    return Answer(client, on, known, interval, then)


def book_said(client_ids: Sequence[int], *, on: date, known_on: date) -> dict[int, int]:
    """Client -> advisor responsible on `on` by the book as it stood at the end of `known_on`; clients of nobody are left out."""
    told = ASSIGNMENT_EVENTS.filter(client__in=client_ids, pgh_created_at__lt=end_of(known_on))
    # Later versions of one row have higher numbers, whatever the clocks of their transactions said.
    last = told.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id").values("pgh_id")
    rows = ASSIGNMENT_EVENTS.filter(holds_on(on), pgh_id__in=last)
    return dict(rows.values_list("client_id", "advisor_id"))


def books_on(rows: QuerySet[Assignment], day: date) -> list[tuple[Advisor, int]]:
    """How many clients each advisor was responsible for on the day, the largest book first. Two queries."""
    counted = dict(rows.filter(holds_on(day)).order_by().values_list("advisor_id").annotate(n=Count("pk")))
    people = Advisor.objects.filter(pk__in=counted)
    return sorted(((person, counted[person.pk]) for person in people), key=lambda book: (-book[1], book[0].staff_no))
