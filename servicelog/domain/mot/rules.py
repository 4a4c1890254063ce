"""The MOT policy: its default, and its reading from stored JSON with errors that name the field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from servicelog.domain.mot.triggers import MAY, MUST, OFF, TIERS, TRIGGERS, USES, Trigger

#: Tier from which optional moments are aims (paper, row 19: platinum and above do all of them).
AIM_FROM_TIER = 4


class MotPolicyError(ValueError):
    """`field` is the path of the field that is wrong, e.g. `triggers.large_outflow.limit`."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


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
        "triggers": {
            code: {
                "uses": list(trigger.uses),
                "limit": trigger.limit,
                "cooldown": trigger.cooldown,
                "parameters": {name: parameter.default for name, parameter in trigger.parameters.items()},
            }
            for code, trigger in TRIGGERS.items()
        },
    }


def read_mot_rules(raw: Mapping[str, Any]) -> MotRules:
    """Check a stored policy and freeze it. A trigger that is newer than the policy counts with its defaults.

    Raises MotPolicyError for the first field that is unknown or out of range.
    """
    given = raw.get("triggers", {})
    if not isinstance(given, Mapping):
        raise MotPolicyError("triggers", "must be a table")
    for unknown in set(given) - set(TRIGGERS):
        raise MotPolicyError(f"triggers.{unknown}", "unknown moment")
    aim = raw.get("aim_from_tier", AIM_FROM_TIER)
    if aim not in TIERS:
        raise MotPolicyError("aim_from_tier", "must be a tier from 1 to 5")
    return MotRules(
        triggers=tuple(_trigger(trigger, given.get(code, {})) for code, trigger in TRIGGERS.items()),
        aim_from_tier=aim,
        festivals=tuple(_festival(at, row) for at, row in enumerate(raw.get("festivals", []))),
    )


def _trigger(trigger: Trigger, given: Mapping[str, Any]) -> TriggerRule:
    path = f"triggers.{trigger.code}"
    uses = tuple(given.get("uses", trigger.uses))
    if len(uses) != len(TIERS) or set(uses) - set(USES):
        raise MotPolicyError(
            f"{path}.uses", f"must name one of {', '.join((MUST, MAY, OFF))} for each of the five tiers"
        )
    parameters = dict(given.get("parameters", {}))
    for unknown in set(parameters) - set(trigger.parameters):
        raise MotPolicyError(f"{path}.parameters.{unknown}", "unknown parameter")
    return TriggerRule(
        trigger=trigger,
        uses=uses,
        limit=int(_number(given.get("limit", trigger.limit), f"{path}.limit", 0, 60)),
        cooldown=int(_number(given.get("cooldown", trigger.cooldown), f"{path}.cooldown", 0, 250)),
        parameters={
            name: _number(
                parameters.get(name, parameter.default), f"{path}.parameters.{name}", parameter.low, parameter.high
            )
            for name, parameter in trigger.parameters.items()
        },
    )


def _festival(at: int, row: object) -> tuple[date, str]:
    path = f"festivals.{at}"
    if not isinstance(row, Mapping) or not str(row.get("name", "")).strip():
        raise MotPolicyError(path, "needs a day and a name")
    try:
        return date.fromisoformat(str(row.get("day"))), str(row["name"]).strip()
    except ValueError:
        raise MotPolicyError(path, "the day must be written like 2026-02-17") from None


def _number(value: object, path: str, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise MotPolicyError(path, f"must be a number from {low:g} to {high:g}, got {value!r}")
    return float(value)
