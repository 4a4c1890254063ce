"""Try a policy on today's data. Writes no value; at most it keeps blocks of facts that were missing."""

from __future__ import annotations

from typing import Any

from branch_crm.core.models import Branch
from clients.domain.value.rules import DEFAULT_RULES, parse_rules
from clients.queries.value import data_as_of, policy_in_force
from clients.queries.value_facts import windows
from clients.queries.value_preview import Preview, compare
from clients.services.collect_facts import collect_facts


def preview_value_policy(*, branch: Branch, rules: dict[str, Any]) -> Preview | None:
    """None where nothing has been imported yet. Raises RulesError naming the fields."""
    wanted = parse_rules(rules)
    day = data_as_of(branch)
    if day is None:
        return None
    policy = policy_in_force(branch)
    in_force = policy.rules if policy else DEFAULT_RULES
    facts = collect_facts(branch, windows(day, wanted)).facts
    before = collect_facts(branch, windows(day, parse_rules(in_force))).facts
    return compare(before, in_force, facts, rules)
