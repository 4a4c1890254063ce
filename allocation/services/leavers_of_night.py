"""What a night does about people who go: those the counter names, those who come back, those whose last day is over."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from advisors.models import Advisor
from allocation.models import LeaverCase
from allocation.notifications_leaver import tell_late, tell_waiting
from allocation.services.close_leaver_case import close_leaver_case
from allocation.services.give_back_covers import give_back_covers
from allocation.services.open_leaver_case import open_leaver_case
from branch_crm.core.models import Branch
from clients.models import ClientStatus
from clients.services.alarm_personal_data import find_spikes

State, Kind = LeaverCase.State, LeaverCase.Kind


def look_after_leavers(branch: Branch, *, day: date, books_on: date) -> dict[str, Any]:
    """`day`: the business day whose looks at personal data are weighed; `books_on`: the day that begins behind the night."""
    return {
        "opened": open_cases_of_gone(branch, books_on),
        "returned": give_back_due(branch, books_on),
        **close_due(branch, books_on),
        "spikes": find_spikes(branch, day),
    }


def open_cases_of_gone(branch: Branch, on: date) -> list[int]:
    """The counter's extract says that somebody has left: that is a fact, and the clients still need a home."""
    gone = Advisor.objects.filter(branch=branch, left__lte=on, clients__isnull=False)
    gone = gone.exclude(clients__status=ClientStatus.CLOSED).exclude(leaver_cases__state=State.OPEN)
    opened = []
    for person in gone.distinct().order_by("pk"):
        case = open_leaver_case(
            advisor=person, kind=Kind.RESIGNATION, last_day=person.left - timedelta(days=1), actor=None, announced_on=on
        )
        opened.append(case.pk)
    return opened


def give_back_due(branch: Branch, on: date) -> int:
    """Clients given back. Those who have to wait are told of once a day of return."""
    given_back = 0
    away = LeaverCase.objects.filter(branch=branch, kind=Kind.LONG_LEAVE, state=State.OPEN, returns_on__lte=on)
    for case in away.select_related("branch").order_by("pk"):
        counts = give_back_covers(case=case, on=on, actor=None)
        given_back += counts["returned"]
        if counts["waiting"]:
            tell_waiting(case, clients=counts["waiting"])
    return given_back


def close_due(branch: Branch, on: date) -> dict[str, list[int]]:
    """`closed` and `late`: ids of the cases whose last day lies before that day, by whether anything is missing."""
    done: dict[str, list[int]] = {"closed": [], "late": []}
    goers = LeaverCase.objects.filter(branch=branch, state=State.OPEN, last_day__lt=on).exclude(kind=Kind.LONG_LEAVE)
    for case in goers.select_related("branch").order_by("pk"):
        closing = close_leaver_case(case=case, actor=None, today=on)
        done["late" if closing.problem else "closed"].append(case.pk)
        if closing.left:
            tell_late(case, kinds=len(closing.left), night=on.isoformat())
    return done
