"""Who was responsible on a day: exact whatever happened, in whatever order, also by what was known at the time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advisors.models import Advisor
from allocation.models import Assignment, Cover, LeaverCase, Plan
from allocation.queries.as_of import ASSIGNMENT_EVENTS, book_said, books_on, holds_on, who_served
from allocation.services.books import Move, move_clients
from allocation.services.errors import PlanConflict
from allocation.services.publish_plan import publish_plan
from allocation.services.roll_back_plan import roll_back_plan
from clients.models import Client
from tests.allocation.test_race import hand_made_plan
from tests.cast import Cast, profile

pytestmark = pytest.mark.django_db

START = date(2026, 3, 2)
CLIENTS, DAYS = 3, 40


def answers(day: date) -> dict[int, int]:
    rows = Assignment.objects.filter(holds_on(day)).values_list("client_id", "advisor_id")
    found = dict(rows)
    assert len(found) == len(rows), "two advisors for one client"
    return found


@dataclass
class Replay:
    """The plainest model there is: every client has one name on every day; a change writes the name on all days from its own."""

    clients: list[int]
    days: dict[int, list[int | None]] = field(default_factory=dict)
    #: The whole book as it stood at the end of each day on which something was entered.
    known: dict[date, dict[int, list[int | None]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.days = {client: [None] * DAYS for client in self.clients}

    def change(self, client: int, advisor: int | None, on: date) -> None:
        at = (on - START).days
        self.days[client][at:] = [advisor] * (DAYS - at)

    def remember(self, today: date) -> None:
        self.known[today] = {client: list(names) for client, names in self.days.items()}

    def on(self, day: date, known_on: date | None = None) -> dict[int, int]:
        book = self.days
        if known_on is not None:
            told = [when for when in self.known if when <= known_on]
            book = self.known[max(told)] if told else {}
        at = (day - START).days
        return {client: name for client, names in book.items() if (name := names[at]) is not None}


DEEDS = ["plan", "roll back", "request", "cover", "give back", "correct"]
steps = st.lists(
    st.tuples(
        st.sampled_from(DEEDS),
        st.integers(0, 3),  # who takes; 3 = the pool
        st.sets(st.integers(0, CLIENTS - 1), min_size=1),
        st.integers(0, 2),  # days that pass before
        st.integers(0, 3),  # how many days ago a correction holds from
    ),
    min_size=1,
    max_size=9,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_every_day_is_answered_as_a_replay_of_the_deeds_answers_it(
    cast: Cast, steps: list[tuple[str, int, set[int], int, int]]
) -> None:
    with transaction.atomic():
        walk = Walk(cast)
        for step in steps:
            walk.take(*step)
        walk.check()
        transaction.set_rollback(True)


class Walk:
    """The deeds of some weeks through the real books, and the same through the model."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.people = [profile(cast.home, f"W{at}", f"顾问{at}") for at in range(3)]
        self.clients = Client.objects.bulk_create(
            Client(branch=cast.home, client_no=f"{at:06d}", name=f"客户{at}") for at in range(CLIENTS)
        )
        self.today, self.number, self.seen = START, 0, 0
        self.published: list[Plan] = []
        self.model = Replay([client.pk for client in self.clients])
        self.case = LeaverCase.objects.create(
            branch=cast.home, advisor=self.people[0], kind="long_leave", announced_on=START, last_day=START, opened_by=cast.director
        )  # fmt: skip

    def take(self, deed: str, whose: int, which: set[int], passed: int, ago: int) -> None:
        self.today += timedelta(days=passed)
        taker = None if whose == 3 else self.people[whose]
        rows = list(Client.objects.filter(pk__in=[self.clients[at].pk for at in which]).order_by("pk"))
        if deed == "plan":
            self.publish(rows, taker)
        elif deed == "roll back":
            self.roll_back(self.today)
        elif deed == "correct":
            self.correct(rows, taker, self.today - timedelta(days=ago))
        elif deed == "request":
            self.move(rows, taker, self.today, Assignment.Reason.REQUEST)
        else:
            reason = Assignment.Reason.COVER if deed == "cover" else Assignment.Reason.RETURN
            self.move(rows, taker or self.people[1], self.today, reason)
        # One transaction has one clock: each step's versions are given the time of its day.
        moment = timezone.make_aware(datetime.combine(self.today, time(12)))
        fresh = ASSIGNMENT_EVENTS.filter(pgh_id__gt=self.seen)
        self.seen = max(fresh.values_list("pgh_id", flat=True), default=self.seen)
        fresh.update(pgh_created_at=moment)
        self.model.remember(self.today)

    def publish(self, rows: list[Client], taker: Advisor | None) -> None:
        self.number += 1
        plan = hand_made_plan(self.cast, self.number, rows, taker.pk if taker else None)  # type: ignore[arg-type]
        publish_plan(plan=plan, actor=self.cast.director, effective_on=self.today, today=self.today)
        self.published.append(plan)
        for client in rows:
            self.model.change(client.pk, taker.pk if taker else None, self.today)

    def roll_back(self, on: date) -> None:
        if not self.published:
            return
        plan = self.published.pop()
        before = dict(plan.lines.values_list("client_id", "before_id"))
        try:
            roll_back_plan(plan=plan, actor=self.cast.director, on=on)
        except PlanConflict:
            return
        for client, advisor in before.items():
            self.model.change(client, advisor, on)

    def correct(self, rows: list[Client], taker: Advisor | None, on: date) -> None:
        """A change entered late: possible back to the day on which the present interval began, not before the first day."""
        begun = dict(Assignment.objects.filter(ends__isnull=True).values_list("client_id", "starts"))
        last = {}
        for client, ends in Assignment.objects.exclude(ends=None).values_list("client_id", "ends"):
            last[client] = max(ends, last.get(client, ends))
        able = [client for client in rows if max(begun.get(client.pk, START), last.get(client.pk, START)) <= on]
        self.move(able, taker, on, Assignment.Reason.HANDOVER)

    def move(self, rows: list[Client], taker: Advisor | None, on: date, reason: str) -> None:
        after = taker.pk if taker else None
        moves = [Move(client.pk, client.advisor_id, after) for client in rows if client.advisor_id != after]
        covered = reason == Assignment.Reason.COVER
        move_clients(
            branch=self.cast.home, moves=moves, on=on, reason=reason, plan=None, actor=self.cast.director,
            case=self.case if covered else None,
        )  # fmt: skip
        for move in moves:
            self.model.change(move.client, after, on)

    def every_day(self) -> Iterator[date]:
        return (START + timedelta(days=at) for at in range((self.today - START).days + 3))

    def check(self) -> None:
        everybody = [client.pk for client in self.clients]
        for day in self.every_day():
            assert answers(day) == self.model.on(day)
            for known_on in self.every_day():
                assert book_said(everybody, on=day, known_on=known_on) == self.model.on(day, known_on)
        rows = Assignment.objects.all()
        counts = {person.pk: size for person, size in books_on(rows, self.today)}
        assert counts == Counter(self.model.on(self.today).values())


def test_the_day_of_a_change_belongs_to_the_successor(cast: Cast) -> None:
    client = Client.objects.create(branch=cast.home, client_no="1", name="韩冰")
    _serve(cast, client, cast.advisor_profile, START)
    _serve(cast, client, cast.colleague_profile, START + timedelta(days=10))
    before, after = (who_served(client, on=START + timedelta(days=at)) for at in (9, 10))
    assert before.interval is not None and before.interval.advisor == cast.advisor_profile
    assert after.interval is not None and after.interval.advisor == cast.colleague_profile
    assert who_served(client, on=START - timedelta(days=1)).interval is None


def test_what_was_undone_on_the_same_day_answers_for_no_day(cast: Cast) -> None:
    client = Client.objects.create(branch=cast.home, client_no="1", name="韩冰")
    _serve(cast, client, cast.advisor_profile, START)
    day = START + timedelta(days=5)
    _serve(cast, client, cast.colleague_profile, day)
    _serve(cast, client, cast.advisor_profile, day)
    assert Assignment.objects.filter(client=client).count() == 3
    assert answers(day) == {client.pk: cast.advisor_profile.pk}


def test_the_stand_in_is_responsible_and_the_owner_is_named(cast: Cast) -> None:
    client = Client.objects.create(branch=cast.home, client_no="1", name="韩冰")
    _serve(cast, client, cast.advisor_profile, START)
    day = START + timedelta(days=5)
    case = LeaverCase.objects.create(
        branch=cast.home, advisor=cast.advisor_profile, kind="long_leave", announced_on=START, last_day=day, opened_by=cast.director
    )  # fmt: skip
    Cover.objects.create(
        case=case, branch=cast.home, client=client, owner=cast.advisor_profile, stand_in=cast.colleague_profile,
        starts=day, until=day + timedelta(days=30),
    )  # fmt: skip
    _serve(cast, client, cast.colleague_profile, day, reason=Assignment.Reason.COVER, case=case)
    answer = who_served(client, on=day)
    assert answer.interval is not None and answer.interval.advisor == cast.colleague_profile
    assert answer.interval.owner_name == cast.advisor_profile.name


def test_a_correction_entered_later_shows_both_answers(cast: Cast) -> None:
    client = Client.objects.create(branch=cast.home, client_no="1", name="韩冰")
    _serve(cast, client, cast.advisor_profile, START)
    ASSIGNMENT_EVENTS.update(pgh_created_at=timezone.make_aware(datetime.combine(START, time(9))))
    # Entered now, for a day in March.
    day = START + timedelta(days=10)
    _serve(cast, client, cast.colleague_profile, day)
    answer = who_served(client, on=day)
    assert answer.interval is not None and answer.interval.advisor == cast.colleague_profile
    assert answer.then == cast.advisor_profile and answer.differs
    now = who_served(client, on=day, known_on=timezone.localdate())
    assert now.then == cast.colleague_profile and not now.differs
    assert not who_served(client, on=day - timedelta(days=1)).differs


def _serve(
    cast: Cast, client: Client, advisor: Advisor, on: date, *, reason: str = "handover", case: LeaverCase | None = None
) -> None:
    client.refresh_from_db()
    moves = [Move(client.pk, client.advisor_id, advisor.pk)]
    move_clients(branch=cast.home, moves=moves, on=on, reason=reason, plan=None, actor=cast.director, case=case)
