"""Contests with their results, as the person who asks may see them, and who takes part in what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Avg, Count, Max, Q, QuerySet

from advisors.models import SERVING_POSITIONS, Advisor, Contest, SkillEvidence
from branch_crm.core.models import Branch, Staff


def contest_rows(user: Staff) -> QuerySet[Contest]:
    """Visible contests, the newest first, with `taken_part` (results that count) and `mean` (their mean score)."""
    counting = Q(results__withdrawn_at__isnull=True)
    contests: QuerySet[Contest] = Contest.objects.visible_to(user).annotate(
        taken_part=Count("results", filter=counting), mean=Avg("results__score", filter=counting)
    )
    return contests.order_by("-held_on", "-pk")


def contests_of_year(user: Staff, year: int, *, kind: str = "") -> list[tuple[date, list[Contest]]]:
    """The twelve months with the visible contests held or announced in each, by day; withdrawn ones are left out."""
    rows = contest_rows(user).filter(held_on__year=year).exclude(state=Contest.State.WITHDRAWN)
    by_month: dict[int, list[Contest]] = defaultdict(list)
    for contest in (rows.filter(kind=kind) if kind else rows).order_by("held_on", "pk"):
        by_month[contest.held_on.month].append(contest)
    return [(date(year, month, 1), by_month[month]) for month in range(1, 13)]


def ranking(contest: Contest, user: Staff) -> QuerySet[SkillEvidence]:
    """The results that count and that the person may see, the best first; an advisor sees the own one."""
    standing: QuerySet[SkillEvidence] = SkillEvidence.objects.visible_to(user).filter(
        contest=contest, withdrawn_at__isnull=True
    )
    return standing.select_related("advisor").order_by("place", "-score", "advisor__staff_no")


def corrections(contest: Contest, user: Staff) -> QuerySet[SkillEvidence]:
    """Results of the contest that no longer count, the last withdrawn first; `corrected_by` is what replaced one."""
    gone: QuerySet[SkillEvidence] = SkillEvidence.objects.visible_to(user).filter(
        contest=contest, withdrawn_at__isnull=False
    )
    return gone.select_related("advisor", "withdrawn_by", "entered_by", "corrected_by").order_by("-withdrawn_at", "pk")


def may_take_part(branch: Branch, *, on: date) -> QuerySet[Advisor]:
    """Those who could have taken part that day: in a serving position and employed; licence and leave do not matter."""
    return (
        Advisor.objects.filter(branch=branch, position__in=SERVING_POSITIONS)
        .filter(Q(left__isnull=True) | Q(left__gt=on), Q(joined__isnull=True) | Q(joined__lte=on))
        .order_by("staff_no")
    )


@dataclass(frozen=True)
class Participation:
    """How often one advisor took part in events of each kind since a day; `last` None = never."""

    advisor: Advisor
    counts: tuple[int, ...]
    last: date | None

    @property
    def total(self) -> int:
        return sum(self.counts)


def participation(branch: Branch, kinds: Sequence[str], *, since: date, on: date) -> list[Participation]:
    """Everybody who may take part, those who did least first. Two queries."""
    rows = (
        SkillEvidence.objects.filter(
            advisor__branch=branch, kind__in=kinds, held_on__gte=since, held_on__lte=on, withdrawn_at__isnull=True
        )
        .order_by()
        .values("advisor_id", "kind")
        .annotate(times=Count("pk"), latest=Max("held_on"))
    )
    counts: dict[tuple[int, str], int] = {}
    last: dict[int, list[date]] = defaultdict(list)
    for row in rows:
        counts[row["advisor_id"], row["kind"]] = row["times"]
        last[row["advisor_id"]].append(row["latest"])
    people = [
        Participation(
            advisor,
            tuple(counts.get((advisor.pk, kind), 0) for kind in kinds),
            max(last[advisor.pk], default=None),
        )
        for advisor in may_take_part(branch, on=on)
    ]
    return sorted(people, key=lambda row: (row.total, row.advisor.staff_no))
