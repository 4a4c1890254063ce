"""What the pages of the scorecards read: a branch's month with its trends, one statement, what the daily service was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from branch_crm.core.models import Branch, Staff
from servicelog.domain.scorecard import LOGS
from servicelog.models import Contact, FigureRecords, Scorecard, ScorecardDispute

#: Months that a trend shows.
MONTHS = 12


def months_of(user: Staff, branch: Branch | None) -> list[date]:
    """Months that have cards, the newest first."""
    cards = Scorecard.objects.visible_to(user).filter(branch=branch)
    return list(cards.order_by("-month").values_list("month", flat=True).distinct())


def cards_of_month(user: Staff, branch: Branch | None, month: date) -> QuerySet[Scorecard]:
    """With `correction`, `open_disputes` and the advisor."""
    cards = Scorecard.objects.visible_to(user).filter(branch=branch, month=month)
    waiting = Count("disputes", filter=Q(disputes__state=ScorecardDispute.State.OPEN))
    return cards.with_correction().annotate(open_disputes=waiting).select_related("advisor")


def corrected(card: Scorecard) -> float | None:
    """Points with what granted disputes gave back; the card comes from `with_correction`."""
    return None if card.points is None else round(card.points + card.correction, 2)


def trends(user: Staff, branch: Branch | None, *, until: date, advisors: Sequence[int]) -> dict[int, list[Scorecard]]:
    """Advisor -> the cards of the last MONTHS months up to `until`, the oldest first. One query."""
    first = date(until.year - 1, until.month, 1)
    cards = Scorecard.objects.visible_to(user).filter(branch=branch, month__gt=first, month__lte=until)
    found: dict[int, list[Scorecard]] = {}
    for card in cards.with_correction().filter(advisor__in=advisors).order_by("month"):
        found.setdefault(card.advisor_id, []).append(card)
    return found


def value_in(card: Scorecard, code: str) -> float | None:
    """`code` a figure, or `points`."""
    return corrected(card) if code == "points" else card.figures.get(code, {}).get("value")


def middle(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None


@dataclass(frozen=True)
class DailyService:
    """The logs of a month as content: per day, per purpose and per channel, those that count."""

    days: list[tuple[date, int]]
    purposes: list[tuple[str, int]]
    channels: list[tuple[str, int]]
    total: int


def daily_service(scorecard: Scorecard) -> DailyService:
    """Counts only, so that they hold also for clients who have moved on since. Whoever asks may see the card."""
    kept = FigureRecords.objects.filter(scorecard=scorecard, indicator=LOGS).first()
    logs = [int(record) for record, _client, good, _whole, _weight in kept.rows if good] if kept else []
    days: Counter[date] = Counter()
    purposes: Counter[str] = Counter()
    channels: Counter[str] = Counter()
    for held_at, purpose, channel in Contact.objects.filter(pk__in=logs).values_list("held_at", "purpose", "channel"):
        days[timezone.localdate(held_at)] += 1
        purposes[purpose] += 1
        channels[channel] += 1
    return DailyService(sorted(days.items()), purposes.most_common(), channels.most_common(), len(logs))


def disputes_for(user: Staff) -> QuerySet[ScorecardDispute]:
    people = ("scorecard__advisor", "scorecard__policy", "made_by", "answered_by")
    return ScorecardDispute.objects.visible_to(user).select_related(*people)


@dataclass(frozen=True)
class Waiting:
    """What the appraisal asks of the desk: figures in dispute, and the oldest month that is over and not frozen."""

    disputes: int
    month: date | None


def waiting_appraisal(user: Staff, *, today: date) -> Waiting:
    disputes = disputes_for(user).filter(state=ScorecardDispute.State.OPEN).count()
    running = Scorecard.objects.visible_to(user).filter(state=Scorecard.State.DRAFT, month__lt=today.replace(day=1))
    return Waiting(disputes, running.order_by("month").values_list("month", flat=True).first())
