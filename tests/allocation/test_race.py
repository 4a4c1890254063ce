"""Sixteen directors at once, over the same clients, on real transactions: one history, no overlap, clear losers."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import date

import pytest
from django.db import connection
from django.utils import timezone

from advisors.models import Advisor
from allocation.models import Assignment, ChangeRequest, ClientRefusal, Plan, PlanLine
from allocation.services.adopt_counter_holders import adopt_counter_holders
from allocation.services.ask_for_change import ask_for_change
from allocation.services.decide_change import change_advisor, keep_advisor
from allocation.services.ensure_match_policy import ensure_match_policy
from allocation.services.errors import PlanConflict
from allocation.services.publish_plan import publish_plan
from allocation.services.roll_back_plan import roll_back_plan
from allocation.services.withdraw_change import withdraw_change
from branch_crm.core.models import AuditEntry, Role, Staff
from clients.models import Client
from tests.cast import Cast, account, make_cast, profile

pytestmark = pytest.mark.django_db(transaction=True)

THREADS, CLIENTS = 16, 200


def hand_made_plan(cast: Cast, number: int, clients: list[Client], target: int) -> Plan:
    """A proposal that gives all these clients to one advisor; every line accepted."""
    policy = ensure_match_policy(branch=cast.home, on=date(2026, 1, 1))
    plan = Plan.objects.create(branch=cast.home, number=number, title=f"P{number}", state="proposed", policy=policy)
    PlanLine.objects.bulk_create(
        PlanLine(
            plan=plan, client=client, before_id=client.advisor_id, proposed_id=target, after_id=target,
            decision="accepted", value=1, tier=1, load=1, gain=1, reason="care",
        )
        for client in clients
        if client.advisor_id != target
    )  # fmt: skip
    return plan


def branch_of(cast: Cast) -> tuple[list[Client], list[int]]:
    advisors = [profile(cast.home, f"R{at:02d}", f"顾问{at}").pk for at in range(THREADS)]
    Client.objects.bulk_create(
        Client(branch=cast.home, client_no=f"{at:06d}", name=f"客户{at}", counter_service_no="A001")
        for at in range(CLIENTS)
    )
    adopt_counter_holders(branch=cast.home, on=date(2026, 1, 5))
    return list(Client.objects.filter(branch=cast.home).order_by("pk")), advisors


def at_once(jobs: list[object]) -> list[str]:
    """Run every job in its own thread and connection, all let go together; what each came to."""
    gate, outcome = threading.Barrier(len(jobs)), [""] * len(jobs)

    def run(at: int) -> None:
        try:
            gate.wait()
            outcome[at] = jobs[at]()  # type: ignore[operator]
        except PlanConflict as error:
            outcome[at] = error.code
        except Exception as error:
            outcome[at] = f"{type(error).__name__}: {error}"
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(at,)) for at in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcome


def overlaps() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*) FROM allocation_assignment a JOIN allocation_assignment b
            ON a.client_id = b.client_id AND a.id < b.id
            AND daterange(a.starts, a.ends) && daterange(b.starts, b.ends)
            """
        )
        return int(cursor.fetchone()[0])


def test_sixteen_overlapping_plans_of_which_one_wins() -> None:
    cast = make_cast()
    clients, advisors = branch_of(cast)
    plans = [hand_made_plan(cast, at + 1, clients, target) for at, target in enumerate(advisors)]
    directors = [account(f"d{at}", name=f"总监{at}", role=Role.DIRECTOR, branch=cast.home) for at in range(THREADS)]

    def publisher(plan: Plan, actor: Staff) -> object:
        def go() -> str:
            return f"moved {publish_plan(plan=plan, actor=actor, effective_on=timezone.localdate()).moved}"

        return go

    outcome = at_once([publisher(plan, actor) for plan, actor in zip(plans, directors, strict=True)])
    assert Counter(outcome) == {f"moved {CLIENTS}": 1, "conflicts": THREADS - 1}
    assert overlaps() == 0
    winner = Plan.objects.get(state=Plan.State.PUBLISHED)
    assert set(Client.objects.filter(branch=cast.home).values_list("advisor_id", flat=True)) == {
        winner.lines.first().after_id
    }
    # One row a change: the counter's interval, closed, and the winner's, open.
    assert Counter(Assignment.objects.values_list("plan_id", "ends")) == {
        (None, timezone.localdate()): CLIENTS,
        (winner.pk, None): CLIENTS,
    }


def test_the_same_plan_clicked_sixteen_times() -> None:
    cast = make_cast()
    clients, advisors = branch_of(cast)
    plan = hand_made_plan(cast, 1, clients, advisors[0])

    def click() -> str:
        done = publish_plan(plan=plan, actor=cast.director, effective_on=timezone.localdate())
        return "changed" if done.changed else "again"

    assert Counter(at_once([click] * THREADS)) == {"changed": 1, "again": THREADS - 1}
    assert Assignment.objects.filter(plan=plan).count() == CLIENTS

    def undo() -> str:
        return "changed" if roll_back_plan(plan=plan, actor=cast.director).changed else "again"

    assert Counter(at_once([undo] * THREADS)) == {"changed": 1, "again": THREADS - 1}
    assert overlaps() == 0
    assert set(Client.objects.filter(branch=cast.home).values_list("advisor_id", flat=True)) == {
        cast.advisor_profile.pk
    }


def asked_change(cast: Cast) -> tuple[ChangeRequest, list[int]]:
    """A client's request against 李文, and the advisors who could follow."""
    clients, advisors = branch_of(cast)
    ensure_match_policy(branch=cast.home, on=date(2026, 1, 1))
    return ask_for_change(client=clients[0], actor=cast.counter, origin=ChangeRequest.Origin.COUNTER).change, advisors


def test_a_request_decided_by_sixteen_directors_who_each_choose_another_successor() -> None:
    cast = make_cast()
    change, advisors = asked_change(cast)
    directors = [account(f"d{at}", name=f"总监{at}", role=Role.DIRECTOR, branch=cast.home) for at in range(THREADS)]

    def decider(actor: Staff, successor: Advisor) -> object:
        def go() -> str:
            done = change_advisor(change=change, actor=actor, successor=successor, seen_holder=cast.advisor_profile.pk)
            return f"by {done.change.decided_by_id} to {done.change.successor_id}"

        return go

    people = [Advisor.objects.get(pk=pk) for pk in advisors]
    outcome = Counter(at_once([decider(actor, to) for actor, to in zip(directors, people, strict=True)]))
    change.refresh_from_db()
    assert outcome == {
        f"by {change.decided_by_id} to {change.successor_id}": 1,
        ChangeRequest.State.CHANGED: THREADS - 1,
    }
    assert Client.objects.get(pk=change.client_id).advisor_id == change.successor_id
    rows = (
        Assignment.objects.filter(client=change.client_id)
        .order_by("pk")
        .values_list("advisor_id", "ends", "request_id")
    )
    assert list(rows) == [
        (cast.advisor_profile.pk, timezone.localdate(), None),
        (change.successor_id, None, change.pk),
    ]
    assert overlaps() == 0
    assert AuditEntry.objects.filter(action="allocation.change_decided").count() == 1


def test_change_consent_and_withdrawal_at_once_leave_one_answer() -> None:
    cast = make_cast()
    change, advisors = asked_change(cast)
    successor, holder = Advisor.objects.get(pk=advisors[0]), cast.advisor_profile.pk

    def move() -> str:
        change_advisor(change=change, actor=cast.director, successor=successor, seen_holder=holder)
        return "done"

    def stay() -> str:
        keep_advisor(change=change, actor=cast.assistant, seen_holder=holder, note="电话中同意")
        return "done"

    def take_back() -> str:
        withdraw_change(change=change, actor=cast.counter)
        return "done"

    outcome = at_once([move, stay, take_back] * 4)
    change.refresh_from_db()
    winner = {"changed": 0, "kept": 1, "withdrawn": 2}[change.state]
    # Whoever won may have clicked again: the same answer once more is no conflict.
    assert [code for at, code in enumerate(outcome) if at % 3 == winner] == ["done"] * 4
    assert {code for at, code in enumerate(outcome) if at % 3 != winner} == {change.state}
    client = Client.objects.get(pk=change.client_id)
    assert client.advisor_id == (successor.pk if change.state == ChangeRequest.State.CHANGED else holder)
    assert Assignment.objects.filter(client=client, ends=None).get().advisor_id == client.advisor_id
    refused = ClientRefusal.objects.filter(client=client, withdrawn_at=None).count()
    assert refused == (change.state == ChangeRequest.State.CHANGED)
    assert overlaps() == 0
