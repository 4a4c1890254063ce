"""The MOT policy: its default, and its reading from stored JSON with errors that name the field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from branch_crm.core.domain.rule_table import RuleTable
from servicelog.domain.mot.triggers import MAY, MUST, OFF, TIERS, TRIGGERS, USES, Trigger

#: Tier from which optional moments are aims (paper, row 19: platinum and above do all of them).
AIM_FROM_TIER = 4


@dataclass(frozen=True)
class TriggerRule:
    """A trigger as a policy sets it. uses: must, may or off per tier 1-5; limit and cooldown in trading days."""

    trigger: Trigger
    uses: tuple[str, ...]
    limit: int
    cooldown: int
    parameters: Mapping[str, float]

    @property
    def code(self) -> str:
        return self.trigger.code

    @property
    def is_off(self) -> bool:
        return all(use == OFF for use in self.uses)


@dataclass(frozen=True)
class MotRules:
    """festivals: days on which the festival moment asks, with their names. aim_from_tier: optional tasks from here are aims."""

    triggers: tuple[TriggerRule, ...]
    aim_from_tier: int
    festivals: tuple[tuple[date, str], ...]


def default_rules() -> dict[str, Any]:
    """Version 1: proposals for every branch to edit, not facts of the trade."""
    return {
        "aim_from_tier": AIM_FROM_TIER,
        "festivals": [],
        "triggers": {code: _default_trigger(trigger) for code, trigger in TRIGGERS.items()},
    }


def _default_trigger(trigger: Trigger) -> dict[str, Any]:
    return {
        "uses": list(trigger.uses),
        "limit": trigger.limit,
        "cooldown": trigger.cooldown,
        "parameters": {name: parameter.default for name, parameter in trigger.parameters.items()},
    }


def read_mot_rules(raw: Mapping[str, Any]) -> MotRules:
    """Check a stored policy and freeze it. A trigger that is newer than the policy counts with its defaults.

    Raises RuleFault for the first field that is unknown or out of range.
    """
    whole = RuleTable({"triggers": {}, "aim_from_tier": AIM_FROM_TIER, "festivals": [], **raw})
    triggers = whole.table("triggers")
    triggers.none_but(TRIGGERS, "moment")
    return MotRules(
        triggers=tuple(_trigger(trigger, triggers) for trigger in TRIGGERS.values()),
        aim_from_tier=whole.whole("aim_from_tier", TIERS[0], TIERS[-1]),
        festivals=tuple((row.day("day"), row.text("name")) for row in whole.rows("festivals")),
    )


def _trigger(trigger: Trigger, triggers: RuleTable) -> TriggerRule:
    defaults = _default_trigger(trigger)
    own = triggers.table(trigger.code).rules if trigger.code in triggers.rules else {}
    given = RuleTable({**defaults, **own}, triggers.at(trigger.code))
    uses = given.texts("uses")
    if len(uses) != len(TIERS) or set(uses) - set(USES):
        raise given.fault("uses", f"must name one of {', '.join((MUST, MAY, OFF))} for each of the five tiers")
    parameters = RuleTable({**defaults["parameters"], **given.table("parameters").rules}, given.at("parameters"))
    parameters.none_but(trigger.parameters, "parameter")
    return TriggerRule(
        trigger=trigger,
        uses=uses,
        limit=int(given.number("limit", 0, 60)),
        cooldown=int(given.number("cooldown", 0, 250)),
        parameters={
            name: parameters.number(name, parameter.low, parameter.high)
            for name, parameter in trigger.parameters.items()
        },
    )
