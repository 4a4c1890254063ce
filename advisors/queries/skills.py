"""Skills worked out from the evidence: of the whole branch at once, and of one advisor with reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from advisors.domain.default_rules import DEFAULT_RULES
from advisors.domain.skill_table import SkillTable
from advisors.domain.skills import Evidence, SkillScore, score_skill, skill_table
from advisors.models import Advisor, Leave, SkillEvidence, SkillPolicy
from branch_crm.core.models import Branch


@dataclass(frozen=True)
class ActivePolicy:
    """Version 0 is the built-in default, in force until the firm or the branch publishes one."""

    version: int
    rules: dict[str, Any]


def active_policy(branch: Branch, *, on: date) -> ActivePolicy:
    """The branch's own newest policy valid on that day, else the firm's, else the built-in default."""
    policy = (
        SkillPolicy.objects.filter(Q(branch=branch) | Q(branch__isnull=True), valid_from__lte=on)
        .order_by(F("branch_id").asc(nulls_last=True), "-version")
        .first()
    )
    return ActivePolicy(policy.version, policy.rules) if policy else ActivePolicy(0, DEFAULT_RULES)


def evidence_of(advisor_ids: Sequence[int], *, on: date) -> list[Evidence]:
    """Results up to `on` that nobody has withdrawn."""
    rows = SkillEvidence.objects.filter(advisor_id__in=advisor_ids, held_on__lte=on, withdrawn_at__isnull=True)
    return [
        Evidence(pk, advisor_id, kind, held_on, score, tuple(skills), level or "")
        for pk, advisor_id, kind, held_on, score, skills, level in rows.values_list(
            "pk", "advisor_id", "kind", "held_on", "score", "skills", "contest__level"
        )
    ]


def skill_matrix(branch: Branch, *, on: date, advisor_ids: Sequence[int] | None = None) -> SkillTable:
    """Skills of the branch's advisors (or the given ones, in that order) as they stand on a day. Three queries."""
    if advisor_ids is None:
        advisor_ids = list(Advisor.objects.filter(branch=branch).order_by("pk").values_list("pk", flat=True))
    policy = active_policy(branch, on=on)
    return skill_table(
        advisor_ids, evidence_of(advisor_ids, on=on), on=on, rules=policy.rules, policy_version=policy.version
    )


def skill_matrix_after(
    branch: Branch, *, on: date, advisor_ids: Sequence[int], kinds: Sequence[str], score: float
) -> dict[str, SkillTable]:
    """Kind -> the skills as they would stand if each of the advisors had reached `score` in one event of that kind on `on`."""
    policy = active_policy(branch, on=on)
    known = evidence_of(advisor_ids, on=on)
    return {
        kind: skill_table(
            advisor_ids,
            [*known, *(Evidence(0, pk, kind, on, score, level="branch") for pk in advisor_ids)],
            on=on,
            rules=policy.rules,
            policy_version=policy.version,
        )
        for kind in kinds
    }


def skills_with_reasons(advisor: Advisor, *, on: date) -> tuple[ActivePolicy, list[SkillScore]]:
    """Every skill of one advisor, with the results behind it."""
    policy = active_policy(advisor.branch, on=on)
    evidence = evidence_of([advisor.pk], on=on)
    return policy, [score_skill(skill, evidence, on=on, rules=policy.rules) for skill in policy.rules["skills"]]


@dataclass(frozen=True)
class AdvisorRow:
    """One line of the advisor list: today's state and the three strongest skills with evidence."""

    advisor: Advisor
    serving: bool
    on_leave: bool
    best: tuple[tuple[str, float], ...]


def advisor_rows(advisors: QuerySet[Advisor], *, on: date) -> list[AdvisorRow]:
    """Rows of advisors that share a branch policy; the number of queries does not depend on how many there are."""
    rows = list(
        advisors.annotate(on_leave=Exists(Leave.objects.filter(advisor=OuterRef("pk"), starts__lte=on, ends__gte=on)))
    )
    if not rows:
        return []
    serving = set(Advisor.objects.serving(on).filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
    best: dict[int, tuple[tuple[str, float], ...]] = {}
    for branch in {row.branch_id: row.branch for row in rows}.values():
        table = skill_matrix(branch, on=on, advisor_ids=[row.pk for row in rows if row.branch_id == branch.pk])
        for advisor_id, scores in zip(table.advisor_ids, table.scores):
            order = np.argsort(-np.nan_to_num(scores, nan=-1.0), kind="stable")[:3]
            best[advisor_id] = tuple((table.skills[k], float(scores[k])) for k in order if not np.isnan(scores[k]))
    return [AdvisorRow(row, row.pk in serving, row.on_leave, best[row.pk]) for row in rows]
