"""Who takes part in drills, and how each person's drills went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import fmean

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from branch_crm.core.models import Branch, Role, Staff
from retention.domain.drill_rubric import ITEMS
from retention.domain.drill_spacing import Standing
from retention.models import Drill, DrillPart, DrillScore, Reason
from retention.queries.drills import standings_of_all

#: Roles that speak with clients who may leave.
PRACTISING = (Role.ADVISOR, Role.COUNTER, Role.MANAGER, Role.ASSISTANT, Role.DIRECTOR)
WINDOW = timedelta(days=90)
Part = DrillPart.Role


@dataclass(frozen=True)
class Taking:
    """One person's part in the drills of the window. share: mean of the practised ones; due: reasons whose turn it is."""

    person: Staff
    practised: int
    helped: int
    last: datetime | None
    share: float | None
    passed: int
    due: Sequence[Reason]


@dataclass(frozen=True)
class Practised:
    """A drill in which the person practised."""

    drill: Drill
    day: date
    share: float


def participation(branch: Branch, *, today: date) -> list[Taking]:
    """Everybody who speaks with clients, those who have practised least on top."""
    people = list(people_of_drills(branch))
    since = timezone.make_aware(datetime.combine(today - WINDOW, datetime.min.time()))
    done = Q(drill__state=Drill.State.DONE, drill__finished_at__gte=since)
    rows = DrillPart.objects.filter(done, person__in=people).values("person")
    counted = {
        row["person"]: row
        for row in rows.annotate(
            practised=Count("pk", Q(role=Part.STAFF)),
            helped=Count("pk", ~Q(role=Part.STAFF)),
            passed=Count("pk", Q(role=Part.STAFF, drill__passed=True)),
            last=Max("drill__finished_at"),
        )
    }
    shares = {person: [row.share for row in rows] for person, rows in _practised_by(people, since=since).items()}
    standings = standings_of_all(people)
    tops = {reason.code: reason for reason in Reason.objects.filter(parent__isnull=True, branch__isnull=True)}
    nothing = {"practised": 0, "helped": 0, "passed": 0, "last": None}
    found = [
        Taking(
            person=person,
            share=fmean(shares[person.pk]) if shares.get(person.pk) else None,
            due=[tops[code] for code in due_codes(standings.get(person.pk, {}), today) if code in tops],
            **{name: counted.get(person.pk, nothing)[name] for name in nothing},
        )
        for person in people
    ]
    return sorted(found, key=lambda row: (row.practised, row.person.role, row.person.name))


def people_of_drills(branch: Branch) -> QuerySet[Staff]:
    """Who may be asked to a drill of the branch."""
    return Staff.objects.filter(branch=branch, is_active=True, role__in=PRACTISING).order_by("role", "name")


def due_codes(standings: dict[str, Standing], today: date) -> list[str]:
    """What was not passed first, then what has waited longest."""
    due = [code for code, each in standings.items() if each.is_due(today)]
    return sorted(due, key=lambda code: (standings[code].last_passed, standings[code].due, code))


def practised_by(person: Staff) -> list[Practised]:
    """All drills of one person, the oldest first."""
    return _practised_by([person]).get(person.pk, [])


def item_means(person: Staff) -> dict[str, float]:
    """Mean mark of every item of the rubric over all who scored this person; empty without a drill."""
    scores = DrillScore.objects.filter(
        part__drill__state=Drill.State.DONE,
        part__drill__parts__in=DrillPart.objects.filter(person=person, role=Part.STAFF),
    )
    marks = list(scores.values_list("marks", flat=True))
    return {item: fmean(each[item] for each in marks) for item in ITEMS} if marks else {}


def _practised_by(people: Sequence[Staff], *, since: datetime | None = None) -> dict[int, list[Practised]]:
    parts = DrillPart.objects.filter(person__in=people, role=Part.STAFF, drill__state=Drill.State.DONE)
    if since is not None:
        parts = parts.filter(drill__finished_at__gte=since)
    found: dict[int, list[Practised]] = {}
    for part in parts.select_related("drill__card__reason__parent").order_by("drill__finished_at", "pk"):
        drill = part.drill
        found.setdefault(part.person_id, []).append(
            Practised(drill, timezone.localdate(drill.finished_at), drill.share or 0.0)
        )
    return found
