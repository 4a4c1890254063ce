"""Half a year of the demo branch before today: who served whom earlier, a plan, one rolled back, requests, a long leave covered.

The books of today stay as they are: some of today's holders came to their clients during that time. Written as if entered on its
days, by both clocks of the history, which the services themselves refuse.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from advisors.models import Advisor
from allocation.models import Assignment, ChangeRequest, Cover, LeaverCase, Plan, PlanLine
from allocation.services.ensure_match_policy import ensure_match_policy
from branch_crm.core import trading_calendar
from branch_crm.core.jobs import Progress
from branch_crm.demo.book import Book
from clients.models import Client, ScoringRun

Reason = Assignment.Reason

#: How long ago the books were taken over from the counter.
BEGUN = timedelta(days=182)
#: Share of a book that came by the plan; never more clients than this from one taker.
MOST = 70
TAKERS = 4
#: Clients of the smaller deeds.
REQUESTS, COVERED, UNDONE, LATE = 8, 60, 30, 3


@dataclass
class Past:
    """The branch's people by the size of their books, and the clients that are still free to have had a past."""

    book: Book
    begun: date
    people: list[Advisor]
    free: dict[int, list[int]]
    #: Deeds of one day in the order of the days: clients, who serves from then on, how it is told.
    deeds: list[dict[str, Any]] = field(default_factory=list)

    def take(self, holder: Advisor, number: int) -> list[int]:
        """Clients of today's holder, spread over the book."""
        mine = self.free[holder.pk]
        step = max(len(mine) // max(number, 1), 1)
        chosen = mine[::step][: min(number, len(mine) // 2)]
        self.free[holder.pk] = [client for client in mine if client not in set(chosen)]
        return chosen

    def session(self, ago: int) -> date:
        day: date = trading_calendar.load().on_or_before(self.book.as_of - timedelta(days=ago))
        return day

    def move(self, on: date, clients: Sequence[int], taker: Advisor, reason: str, **told: Any) -> None:
        self.deeds.append({"on": on, "clients": list(clients), "taker": taker.pk, "reason": reason, **told})


def live_half_a_year(book: Book, progress: Progress) -> None:
    """One transaction; a branch that has a past keeps it."""
    if Assignment.objects.filter(branch=book.branch).exclude(reason=Reason.COUNTER).exists():
        return
    progress.step(gettext_noop("Remembering the past half year"))
    with transaction.atomic():
        past = _open(book)
        if len(past.people) <= TAKERS + 3:
            return
        first: dict[int, int] = {}
        for tell in (_plan, _rolled_back, _requests, _long_leave, _entered_late):
            first |= tell(past)
        _begin(past, first)
        for deed in sorted(past.deeds, key=lambda each: (each["on"], each["reason"] == Reason.ROLLBACK)):
            _carry_out(past, deed)


def _open(book: Book) -> Past:
    begun = trading_calendar.load().on_or_before(book.as_of - BEGUN)
    people = list(Advisor.objects.serving(book.as_of).filter(branch=book.branch, joined__lte=begun))
    free: dict[int, list[int]] = {person.pk: [] for person in people}
    rows = Client.objects.filter(branch=book.branch, advisor__in=people, opened_on__lt=begun).order_by(
        "-figures__value", "pk"
    )
    for client, holder in rows.values_list("pk", "advisor_id"):
        free[holder].append(client)
    people.sort(key=lambda person: (-len(free[person.pk]), person.staff_no))
    return Past(book, begun, [person for person in people if len(free[person.pk]) > 20], free)


def _made_plan(past: Past, title: str, on: date, moves: Sequence[tuple[int, Advisor, Advisor]], **told: Any) -> Plan:
    """A plan as it stands after its publication, without the engine's tables."""
    branch, director = past.book.branch, past.book.director
    when = _morning(on)
    plan = Plan.objects.create(
        branch=branch,
        number=Plan.objects.filter(branch=branch).count() + 1,
        title=title,
        scope={"kind": "branch"},
        policy=ensure_match_policy(branch=branch, on=past.begun),
        scoring_run=ScoringRun.objects.filter(branch=branch, is_current=True).first(),
        data_as_of=trading_calendar.load().shift(on, -1),
        created_by=director,
        approved_by=director,
        approved_at=when,
        effective_on=on,
        published_at=when,
        **{"state": Plan.State.PUBLISHED, **told},
    )
    Plan.objects.filter(pk=plan.pk).update(created_at=when - timedelta(days=3))
    rows = Client.objects.filter(pk__in=[client for client, _giver, _taker in moves])
    known = {
        client: (value or 0, tier or 1)
        for client, value, tier in rows.values_list("pk", "figures__value", "figures__tier")
    }
    PlanLine.objects.bulk_create(
        PlanLine(
            plan=plan, client_id=client, before=giver, proposed=taker, after=taker, decision=PlanLine.Decision.ACCEPTED,
            decided_by=director, decided_at=when, value=known[client][0], weight=known[client][0], tier=known[client][1],
            load=1, gain=0, reason="capacity",
        )
        for client, giver, taker in moves
    )  # fmt: skip
    return plan


def _plan(past: Past) -> dict[int, int]:
    """The largest books gave to the smaller ones, four months ago."""
    on, moves = past.session(125), []
    for at, taker in enumerate(past.people[4 : 4 + TAKERS]):
        giver = past.people[at % 2]
        moves += [(client, giver, taker) for client in past.take(taker, MOST)]
    plan = _made_plan(past, "半年度客户分配", on, moves)
    for taker in past.people[4 : 4 + TAKERS]:
        past.move(on, [client for client, _giver, to in moves if to == taker], taker, Reason.PLAN, plan=plan.pk)
    return {client: giver.pk for client, giver, _taker in moves}


def _rolled_back(past: Past) -> dict[int, int]:
    """A small plan that the director took back three days later."""
    holder, other = past.people[2], past.people[-1]
    clients, on = past.take(holder, UNDONE), past.session(70)
    back = trading_calendar.load().shift(on, 3)
    plan = _made_plan(
        past, "试点：集中服务", on, [(client, holder, other) for client in clients], state=Plan.State.ROLLED_BACK,
        rolled_back_by=past.book.director, rolled_back_at=_morning(back),
    )  # fmt: skip
    past.move(on, clients, other, Reason.PLAN, plan=plan.pk)
    past.move(back, clients, holder, Reason.ROLLBACK, plan=plan.pk)
    return dict.fromkeys(clients, holder.pk)


def _requests(past: Past) -> dict[int, int]:
    """Clients who asked for another advisor, week by week."""
    holder, giver = past.people[3], past.people[1]
    clients, sessions = past.take(holder, REQUESTS), trading_calendar.load()
    for at, client in enumerate(clients):
        asked = past.session(110 - 12 * at)
        on = sessions.shift(asked, 2)
        change = ChangeRequest.objects.create(
            branch=past.book.branch, client_id=client, origin=ChangeRequest.Origin.CLIENT, present=giver, asked_on=asked,
            due_on=sessions.shift(asked, 5), entered_by=past.book.director, state=ChangeRequest.State.CHANGED,
            successor=holder, decided_by=past.book.director, decided_at=_morning(on),
        )  # fmt: skip
        past.move(on, [client], holder, Reason.REQUEST, request=change.pk)
    return dict.fromkeys(clients, giver.pk)


def _long_leave(past: Past) -> dict[int, int]:
    """Six weeks away: a colleague stood in, and the night gave the clients back."""
    owner, stand_in = past.people[-2], past.people[-3]
    clients, on, until = past.take(owner, COVERED), past.session(100), past.session(58)
    director = past.book.director
    case = LeaverCase.objects.create(
        branch=past.book.branch, advisor=owner, kind=LeaverCase.Kind.LONG_LEAVE, announced_on=past.session(112),
        last_day=on - timedelta(days=1), returns_on=until, state=LeaverCase.State.RETURNED, opened_by=director,
        closed_by=director, closed_at=_morning(until),
    )  # fmt: skip
    LeaverCase.objects.filter(pk=case.pk).update(opened_at=_morning(case.announced_on))
    Cover.objects.bulk_create(
        Cover(
            case=case, branch=past.book.branch, client_id=client, owner=owner, stand_in=stand_in, starts=on, until=until,
            state=Cover.State.GIVEN_BACK, ended_on=until,
        )
        for client in clients
    )  # fmt: skip
    past.move(on, clients, stand_in, Reason.COVER, case=case.pk)
    past.move(until, clients, owner, Reason.RETURN, case=case.pk)
    return dict.fromkeys(clients, owner.pk)


def _entered_late(past: Past) -> dict[int, int]:
    """Changed on a day and only entered a week later: the two clocks of the history differ."""
    holder, giver = past.people[4], past.people[0]
    clients, on = past.take(holder, LATE), past.session(40)
    past.move(on, clients, holder, Reason.HANDOVER, entered=trading_calendar.load().shift(on, 5))
    return dict.fromkeys(clients, giver.pk)


#: The first intervals begin when the books were taken over, or when the person or the account came.
BEGIN = """
    UPDATE allocation_assignment a
    SET starts = greatest(%(begun)s::date, coalesce(d.joined, %(begun)s), coalesce(c.opened_on, %(begun)s)),
        advisor_id = coalesce(f.advisor_id, a.advisor_id), created_at = %(entered)s
    FROM clients_client c, advisors_advisor d,
         (SELECT x.client_id, x.advisor_id FROM unnest(%(clients)s::bigint[], %(givers)s::bigint[]) x(client_id, advisor_id)
          UNION ALL SELECT id, NULL FROM clients_client WHERE branch_id = %(branch)s AND NOT id = ANY(%(clients)s)) f
    WHERE a.branch_id = %(branch)s AND a.ends IS NULL AND c.id = a.client_id AND f.client_id = a.client_id
        AND d.id = coalesce(f.advisor_id, a.advisor_id)
"""
#: ... and of their versions only the present one is kept, as of that day.
FORGET = "DELETE FROM allocation_assignmentevent WHERE branch_id = %(branch)s AND pgh_label = 'insert'"
REMEMBER = """
    UPDATE allocation_assignmentevent SET pgh_created_at = greatest(%(entered)s, starts::timestamptz), pgh_label = 'insert'
    WHERE branch_id = %(branch)s
"""
END = """
    UPDATE allocation_assignment SET ends = %(on)s, end_reason = %(reason)s, end_plan_id = %(plan)s
    WHERE client_id = ANY(%(clients)s) AND ends IS NULL
"""
CARRY_ON = """
    INSERT INTO allocation_assignment (branch_id, client_id, advisor_id, starts, reason, end_reason, plan_id, request_id, case_id,
        decided_by_id, created_at)
    SELECT %(branch)s, client, %(taker)s, %(on)s, %(reason)s, '', %(plan)s, %(request)s, %(case)s, %(actor)s, %(entered)s
    FROM unnest(%(clients)s::bigint[]) client
"""
DATE_BACK = "UPDATE allocation_assignmentevent SET pgh_created_at = %(entered)s WHERE pgh_id > %(seen)s"


def _begin(past: Past, first: dict[int, int]) -> None:
    params = {
        "branch": past.book.branch.pk,
        "begun": past.begun,
        "entered": _morning(past.begun),
        "clients": list(first),
        "givers": list(first.values()),
    }
    with connection.cursor() as cursor:
        for statement in (BEGIN, FORGET, REMEMBER):
            cursor.execute(statement, params)


def _carry_out(past: Past, deed: dict[str, Any]) -> None:
    entered = _morning(deed.get("entered", deed["on"]))
    params = {
        "plan": None, "request": None, "case": None, **deed, "entered": entered, "branch": past.book.branch.pk,
        "actor": None if deed["reason"] == Reason.RETURN else past.book.director.pk,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(pgh_id), 0) FROM allocation_assignmentevent")
        params["seen"] = cursor.fetchone()[0]
        for statement in (END, CARRY_ON, DATE_BACK):
            cursor.execute(statement, params)


def _morning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(9, 30)))


STEPS = (live_half_a_year,)
