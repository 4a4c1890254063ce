"""Try a match policy on today's branch; nothing is written and no plan is solved."""

from __future__ import annotations

from datetime import date

from allocation.domain.fit.policy import MatchRules
from allocation.domain.policy_effect import Effect, compare
from allocation.queries.snapshot import load_branch
from branch_crm.core.models import Branch
from clients.models import BehaviourRun, ScoringRun


def effect_of(branch: Branch, before: MatchRules, after: MatchRules, *, on: date) -> Effect | None:
    """None before the branch has been scored."""
    scoring = ScoringRun.objects.filter(branch=branch, is_current=True).first()
    if scoring is None:
        return None
    behaviour = BehaviourRun.objects.filter(branch=branch, is_current=True).first()
    snapshot = load_branch(branch, on=on, scoring_run=scoring, behaviour_run=behaviour)
    return compare(snapshot.case(before), snapshot.case(after))
