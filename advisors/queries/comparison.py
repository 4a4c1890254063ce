"""All advisors beside each other, skill by skill, as they stood on a day; and the branch's range without names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from advisors.domain.skill_table import SkillTable
from advisors.domain.skills import trust_in
from advisors.models import Advisor
from advisors.queries.contests import may_take_part
from advisors.queries.skills import active_policy, skill_matrix
from branch_crm.core.models import Branch, Staff

#: Of fewer people the middle half would say who they are.
LEAST_FOR_RANGE = 5
#: Steps of colour: below 40, then every ten points.
HEAT_FROM = (40, 50, 60, 70, 80)
#: Steps of trust: the share of the score that rests on results, not on the neutral start.
TRUST_FROM = (0.4, 0.6, 0.75)


@dataclass(frozen=True)
class SkillCell:
    """`score` None = not enough evidence. `heat` 0-5 and `trust` 0-3 are steps; `share` 0-1 is the trust itself."""

    skill: str
    score: float | None
    share: float

    @property
    def heat(self) -> int:
        return sum((self.score or 0) >= edge for edge in HEAT_FROM)

    @property
    def trust(self) -> int:
        return sum(self.share >= edge for edge in TRUST_FROM)


@dataclass(frozen=True)
class ComparedAdvisor:
    advisor: Advisor
    cells: tuple[SkillCell, ...]

    def score(self, skill: str) -> float:
        """For sorting: no evidence comes last."""
        return next((cell.score for cell in self.cells if cell.skill == skill and cell.score is not None), -1.0)


@dataclass(frozen=True)
class SkillRange:
    """The middle half of the branch in one skill; None where fewer than LEAST_FOR_RANGE are tested."""

    skill: str
    tested: int
    low: float | None = None
    middle: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Comparison:
    """`people` are those the person who asks may see; `ranges` are of the whole branch."""

    skills: tuple[str, ...]
    people: tuple[ComparedAdvisor, ...]
    ranges: tuple[SkillRange, ...]
    policy_version: int


def compare(branch: Branch, user: Staff, *, on: date, position: str = "", sort: str = "") -> Comparison:
    """Everybody in a serving position that day. `sort`: a skill, the best first; anything else by staff number."""
    everybody = list(may_take_part(branch, on=on))
    policy = active_policy(branch, on=on)
    table = skill_matrix(branch, on=on, advisor_ids=[advisor.pk for advisor in everybody])
    seen = set(Advisor.objects.visible_to(user).filter(branch=branch).values_list("pk", flat=True))
    trust = trust_in(table.weight, policy.rules)
    people = [
        ComparedAdvisor(advisor, _cells(table.skills, scores, shares))
        for advisor, scores, shares in zip(everybody, table.scores, trust, strict=True)
        if advisor.pk in seen and position in ("", advisor.position)
    ]
    if sort in table.skills:
        people.sort(key=lambda row: -row.score(sort))
    return Comparison(table.skills, tuple(people), ranges_of(table), table.policy_version)


def ranges_of(table: SkillTable) -> tuple[SkillRange, ...]:
    ranges = []
    for skill, column in zip(table.skills, table.scores.T, strict=True):
        tested = column[~np.isnan(column)]
        if len(tested) < LEAST_FOR_RANGE:
            ranges.append(SkillRange(skill, len(tested)))
        else:
            low, middle, high = (float(x) for x in np.percentile(tested, (25, 50, 75)))
            ranges.append(SkillRange(skill, len(tested), low, middle, high))
    return tuple(ranges)


def _cells(skills: Sequence[str], scores: np.ndarray, shares: np.ndarray) -> tuple[SkillCell, ...]:
    return tuple(
        SkillCell(skill, None if np.isnan(score) else float(score), float(share))
        for skill, score, share in zip(skills, scores, shares, strict=True)
    )
