"""How dated, fading evidence becomes a skill score, and how each score is explained.

score = (prior_weight * prior_score + sum w_i * score_i) / (prior_weight + sum w_i),
w_i = weight(kind) * weight(level) * share(kind, skill) * 0.5 ** (age_i / half_life(kind)), age in calendar days at `on`.
Evidence after `on` does not exist yet, so old profiles can be replayed for any date.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from advisors.domain.default_rules import DEFAULT_RULES
from advisors.domain.skill_table import SkillTable


@dataclass(frozen=True)
class Evidence:
    """One result. `score` 0-100; `skills` empty = the kind's usual skills, else the named ones with full share.

    `level` says how far the field of a contest reached; empty for results without a field.
    """

    pk: int
    advisor_id: int
    kind: str
    held_on: date
    score: float
    skills: tuple[str, ...] = ()
    level: str = ""


@dataclass(frozen=True)
class Contribution:
    """What one result adds to one skill: `weight` after fading, `share_of_score` of the final weighted mean (0-1)."""

    evidence: Evidence
    weight: float
    age_days: int
    share_of_score: float


@dataclass(frozen=True)
class SkillScore:
    """`score` is None where the faded evidence is below the policy's minimum weight."""

    skill: str
    score: float | None
    weight: float
    prior_share: float
    contributions: tuple[Contribution, ...]


def faded_weights(evidence: Evidence, *, on: date, rules: dict[str, Any]) -> dict[str, float]:
    """Skill -> faded weight of one result; empty for kinds the policy does not know and for results after `on`."""
    kind = rules["kinds"].get(evidence.kind)
    age = (on - evidence.held_on).days
    if kind is None or age < 0:
        return {}
    shares = dict.fromkeys(evidence.skills, 1.0) if evidence.skills else kind["skills"]
    # Policies written before there were levels count every field alike.
    fade = kind["weight"] * rules.get("levels", {}).get(evidence.level, 1.0) * 0.5 ** (age / kind["half_life"])
    return {skill: fade * share for skill, share in shares.items() if skill in rules["skills"]}


def score_skill(skill: str, evidence: Iterable[Evidence], *, on: date, rules: dict[str, Any]) -> SkillScore:
    """One skill of one advisor, with every contribution, heaviest first."""
    weighed = [
        (item, weight) for item in evidence if (weight := faded_weights(item, on=on, rules=rules).get(skill, 0.0)) > 0
    ]
    prior = float(rules["prior_weight"])
    evidence_weight = sum(weight for _, weight in weighed)
    total = prior + evidence_weight
    mean = (
        (prior * rules["prior_score"] + sum(weight * item.score for item, weight in weighed)) / total if total else None
    )
    contributions = tuple(
        Contribution(item, weight, (on - item.held_on).days, weight / total)
        for item, weight in sorted(weighed, key=lambda pair: (-pair[1], pair[0].pk))
    )
    enough = mean is not None and evidence_weight >= rules["minimum_weight"]
    return SkillScore(skill, mean if enough else None, evidence_weight, prior / total if total else 0.0, contributions)


def skill_table(
    advisor_ids: Sequence[int],
    evidence: Iterable[Evidence],
    *,
    on: date,
    rules: dict[str, Any],
    policy_version: int,
) -> SkillTable:
    """All skills of all advisors at once; agrees with `score_skill` cell by cell."""
    skills = tuple(rules["skills"])
    row = {advisor_id: index for index, advisor_id in enumerate(advisor_ids)}
    column = {skill: index for index, skill in enumerate(skills)}
    weight = np.zeros((len(row), len(skills)))
    weighted_score = np.zeros_like(weight)
    for item in evidence:
        if item.advisor_id not in row:
            continue
        for skill, faded in faded_weights(item, on=on, rules=rules).items():
            weight[row[item.advisor_id], column[skill]] += faded
            weighted_score[row[item.advisor_id], column[skill]] += faded * item.score
    prior = float(rules["prior_weight"])
    scores = (prior * rules["prior_score"] + weighted_score) / np.maximum(prior + weight, 1e-12)
    scores[weight < rules["minimum_weight"]] = np.nan
    return SkillTable(tuple(advisor_ids), skills, scores, weight, policy_version, on)


def trust_in(weight: npt.NDArray[np.float64], rules: dict[str, Any]) -> npt.NDArray[np.float64]:
    """How far scores rest on results and not on the neutral start: 0 (nothing known) to 1, in the shape of `weight`."""
    return weight / np.maximum(float(rules["prior_weight"]) + weight, 1e-12)


def contest_score(place: int, participants: int) -> float:
    """A place as a score: the winner 100, the last 0 of many, linear between; a lone participant 50.

    Raises ValueError unless 1 <= place <= participants.
    """
    if not 1 <= place <= participants:
        raise ValueError("place must lie between 1 and the number of participants")
    return 50.0 if participants == 1 else 100.0 * (participants - place) / (participants - 1)


@dataclass(frozen=True)
class Qualification:
    """From which score (0-100), trusted how far (0-1), somebody counts as equal to a class of clients."""

    score: float
    trust: float


def qualification(rules: dict[str, Any]) -> Qualification:
    """The policy's own, or the proposal of the default rules where an older policy names none."""
    named = rules.get("qualified", DEFAULT_RULES["qualified"])
    return Qualification(float(named["score"]), float(named["trust"]))
