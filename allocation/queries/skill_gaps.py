"""The gaps of a branch's team as of its current scoring, with the clients behind each figure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from advisors.domain.skill_table import SkillTable
from advisors.domain.skills import qualification, trust_in
from advisors.queries import ActivePolicy, active_policy, skill_matrix_after
from allocation.domain.fit.policy import DEFAULT_RULES, MatchRules, read_rules
from allocation.domain.skill_gaps import TRAINED_SCORE, Bar, Gap, TeamSkills, skill_gaps
from allocation.domain.tables import AdvisorTable, ClientTable, Floats
from allocation.models import MatchPolicy
from allocation.queries.policy import current_policy
from allocation.queries.snapshot import load_advisors, load_clients
from branch_crm.core.models import Branch
from clients.models import BehaviourRun, ScoringRun

#: What a person cannot train for: the director's judgement and the own word.
NO_TRAINING = ("director_assessment", "self_nomination")


@dataclass(frozen=True, eq=False)
class GapReport:
    """`as_of`: the day of the client figures; skills are of `on`. `policy` None: the built-in rules, until the first plan."""

    gaps: list[Gap]
    clients: ClientTable
    advisors: AdvisorTable
    rules: MatchRules
    policy: MatchPolicy | None
    bar: Bar
    skill_policy_version: int
    as_of: date
    on: date

    def find(self, term: str, name: str) -> Gap | None:
        return next((gap for gap in self.gaps if (gap.term, gap.name) == (term, name)), None)


def load_gaps(branch: Branch, *, on: date) -> GapReport | None:
    """None before the first scoring. A dozen queries whatever the size of the book."""
    scoring = ScoringRun.objects.filter(branch=branch, is_current=True).first()
    if scoring is None:
        return None
    policy = current_policy(branch, on=on)
    advisors = load_advisors(branch, on=on, hours={})
    clients, closing = load_clients(
        branch,
        on=on,
        scoring_run=scoring,
        behaviour_run=BehaviourRun.objects.filter(branch=branch, is_current=True).first(),
        advisor_ids=advisors.ids,
    )
    clients = clients.take(~closing)
    rules = read_rules(policy.rules if policy else DEFAULT_RULES)
    skill_policy = active_policy(branch, on=on)
    needed = qualification(skill_policy.rules)
    bar = Bar(needed.score, needed.trust)
    team = _team(branch, advisors, skill_policy, on)
    gaps = skill_gaps(clients, advisors, team, rules, bar)
    return GapReport(gaps, clients, advisors, rules, policy, bar, skill_policy.version, scoring.as_of, on)


def _team(branch: Branch, advisors: AdvisorTable, policy: ActivePolicy, on: date) -> TeamSkills:
    kinds = [kind for kind in policy.rules["kinds"] if kind not in NO_TRAINING]
    after = skill_matrix_after(branch, on=on, advisor_ids=advisors.ids, kinds=kinds, score=TRAINED_SCORE)
    score, trust = _known(advisors.skills, policy)
    return TeamSkills(
        advisors.skills.skills, score, trust, {kind: _known(table, policy) for kind, table in after.items()}
    )


def _known(table: SkillTable, policy: ActivePolicy) -> tuple[Floats, Floats]:
    """Without enough evidence: the neutral start, trusted not at all."""
    untested = np.isnan(table.scores)
    score = np.where(untested, float(policy.rules["prior_score"]), table.scores)
    return score, np.where(untested, 0.0, trust_in(table.weight, policy.rules))
