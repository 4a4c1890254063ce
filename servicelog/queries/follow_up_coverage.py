"""How far the year's follow-ups are: against the ratio, by kind, by month, by person, and what the answers say."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import ExtractMonth

from branch_crm.core.models import Branch, Staff
from servicelog.domain.follow_up import FollowUpRules, expected_by, read_follow_up_rules, wanted
from servicelog.models import FollowUp, FollowUpPlan, FollowUpPolicy
from servicelog.queries.follow_up_clients import sample_population

State = FollowUp.State
ASKED = (State.ASKED, State.PASSED, State.PROBLEM)


@dataclass(frozen=True)
class Progress:
    """The yearly sample against the ratio. `done` of `wanted` clients of `base`; `expected` by today at an even pace."""

    year: int
    base: int
    ratio: float
    wanted: int
    drawn: int
    done: int
    given_up: int
    expected: int

    @property
    def share(self) -> float:
        return self.done / self.base if self.base else 0.0

    @property
    def is_behind(self) -> bool:
        return self.done < self.expected

    @property
    def still_to_draw(self) -> int:
        return max(self.wanted - (self.drawn - self.given_up), 0)


@dataclass(frozen=True)
class Line:
    """Follow-ups due in the year under one heading. `read` of `asked` are read over, `problems` of them not yet in order."""

    name: Any
    raised: int
    asked: int
    read: int
    problems: int
    given_up: int
    overdue: int


def due_in(user: Staff, branch: Branch, year: int) -> QuerySet[FollowUp]:
    found: QuerySet[FollowUp] = FollowUp.objects.visible_to(user).filter(branch=branch, due_on__year=year)
    return found


def next_to_ask(user: Staff) -> int | None:
    """The open follow-up that this person should ask next: the earliest deadline, the fewest attempts."""
    mine = FollowUp.objects.visible_to(user).filter(executor=user, state=State.OPEN)
    found: int | None = mine.order_by("attempts", "due_on", "pk").values_list("pk", flat=True).first()
    return found


def progress_of(branch: Branch, *, year: int, rules: FollowUpRules, today: date) -> Progress:
    """Given-up ones do not count: the sample is drawn again until enough are asked."""
    plan = FollowUpPlan.objects.filter(branch=branch, year=year).order_by("-pk").first()
    base = plan.eligible if plan else sample_population(branch, year=year, rules=rules).base
    sample = FollowUp.objects.filter(branch=branch, happening=f"sample:{year}").aggregate(
        drawn=Count("pk"),
        done=Count("pk", filter=Q(state__in=ASKED)),
        given_up=Count("pk", filter=Q(state=State.GIVEN_UP)),
    )
    aim = wanted(rules.ratio, base)
    pace = expected_by(today, year=year, last=rules.last_day_of(year), count=aim)
    return Progress(year=year, base=base, ratio=rules.ratio, wanted=aim, expected=pace, **sample)


def by_kind(rows: QuerySet[FollowUp], *, today: date) -> list[Line]:
    return _lines(rows, "kind", today)


def by_month(rows: QuerySet[FollowUp], *, today: date) -> list[Line]:
    """By the month in which they are due."""
    return _lines(rows.annotate(month=ExtractMonth("due_on")), "month", today)


def by_executor(rows: QuerySet[FollowUp], *, today: date) -> list[Line]:
    """Named by the person, None = nobody yet."""
    lines = _lines(rows, "executor", today)
    people = Staff.objects.in_bulk([line.name for line in lines if line.name])
    return [Line(**{**vars(line), "name": people.get(line.name)}) for line in lines]


def _lines(rows: QuerySet[FollowUp], name: str, today: date) -> list[Line]:
    counted = (
        rows.order_by()
        .values(name)
        .annotate(
            raised=Count("pk"),
            asked=Count("pk", filter=Q(state__in=ASKED)),
            read=Count("pk", filter=Q(state__in=(State.PASSED, State.PROBLEM))),
            problems=Count("pk", filter=Q(state=State.PROBLEM)),
            given_up=Count("pk", filter=Q(state=State.GIVEN_UP)),
            overdue=Count("pk", filter=Q(state=State.OPEN, due_on__lt=today)),
        )
    )
    return [Line(name=row.pop(name), **row) for row in counted.order_by(name)]


@dataclass(frozen=True)
class QuestionLine:
    """One wording of one question: how often each answer was given, and how many were not the good one."""

    text: str
    yes: int
    no: int
    unsure: int
    wrong: int


def by_question(rows: QuerySet[FollowUp]) -> list[QuestionLine]:
    """What the clients answered, by question and by the version that was asked."""
    asked = rows.filter(state__in=ASKED)
    counts: dict[tuple[int, str], Counter[str]] = {}
    for policy, answers in asked.values_list("policy", "answers"):
        for code, given in answers.items():
            counts.setdefault((policy, code), Counter())[given["answer"]] += 1
    policies = FollowUpPolicy.objects.in_bulk({policy for policy, _code in counts})
    lines = []
    for pk in sorted(policies, reverse=True):
        for question in read_follow_up_rules(policies[pk].rules).questions:
            found = counts.get((pk, question.code), Counter())
            wrong = sum(number for answer, number in found.items() if answer != question.good)
            lines.append(QuestionLine(question.text, found["yes"], found["no"], found["unsure"], wrong))
    return lines
