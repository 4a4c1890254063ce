"""The two policies of the service log in words: what a version says, and what it says differently from another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from branch_crm.core.templatetags.badges import TIERS as TIER_NAMES
from servicelog.domain.mot.rules import MotRules, TriggerRule
from servicelog.domain.mot.triggers import MANDATORY, TIERS, Parameter
from servicelog.labels import USES, moment_label, parameter_label, unit_label

Change = tuple[str, str]


@dataclass(frozen=True)
class MomentText:
    """One moment as a version asks it."""

    code: str
    uses: tuple[tuple[int, str, str | Promise], ...]
    limit: str
    cooldown: str
    parameters: str


def moment_texts(rules: MotRules) -> list[tuple[str, list[MomentText]]]:
    """Headed as the desk heads them."""
    mandatory = {trigger.code for trigger in MANDATORY}
    texts = [(rule.code in mandatory, _moment(rule)) for rule in rules.triggers]
    return [
        (_("Mandatory by default"), [text for is_first, text in texts if is_first]),
        (_("Optional by default"), [text for is_first, text in texts if not is_first]),
    ]


def _moment(rule: TriggerRule) -> MomentText:
    return MomentText(
        rule.code,
        tuple((tier, use, USES[use]) for tier, use in zip(TIERS, rule.uses, strict=True)),
        limit_text(rule.limit),
        cooldown_text(rule.cooldown),
        parameters_text(rule),
    )


def limit_text(limit: int) -> str:
    return _("%(days)s trading days") % {"days": limit} if limit > 1 else _("next trading day")


def cooldown_text(cooldown: int) -> str:
    return _("after %(days)s trading days") % {"days": cooldown} if cooldown else _("with the next happening")


def parameters_text(rule: TriggerRule) -> str:
    known = rule.trigger.parameters
    return " · ".join(f"{parameter_label(n)} {amount_text(value, known[n])}" for n, value in rule.parameters.items())


def amount_text(value: float, parameter: Parameter) -> str:
    """The figure with its unit; shares in per cent."""
    shown = value * 100 if parameter.unit == "share" else value
    space = "" if parameter.unit in ("share", "percent") else " "
    return f"{shown:,.10g}{space}{unit_label(parameter.unit)}"


def mot_changes(before: MotRules, after: MotRules) -> list[Change]:
    """Pairs of sentences; "" where one of the two says nothing."""
    changes: list[Change] = []
    for old, new in zip(before.triggers, after.triggers, strict=True):
        name = moment_label(new.code)
        changes += [(f"{name}: {was}", f"{name}: {now}") for was, now in _differences(old, new)]
    if before.aim_from_tier != after.aim_from_tier:
        text = _("Optional moments are aims from")
        changes.append((f"{text} {TIER_NAMES[before.aim_from_tier]}", f"{text} {TIER_NAMES[after.aim_from_tier]}"))
    gone = [row for row in before.festivals if row not in after.festivals]
    new_ones = [row for row in after.festivals if row not in before.festivals]
    changes += [(f"{_('Festivals')}: {day} {name}", "") for day, name in gone]
    changes += [("", f"{_('Festivals')}: {day} {name}") for day, name in new_ones]
    return changes


def _differences(old: TriggerRule, new: TriggerRule) -> Iterator[Change]:
    for tier, was, now in zip(TIERS, old.uses, new.uses, strict=True):
        if was != now:
            yield f"{TIER_NAMES[tier]} {USES[was]}", f"{TIER_NAMES[tier]} {USES[now]}"
    if old.limit != new.limit:
        yield f"{_('Limit')} {limit_text(old.limit)}", f"{_('Limit')} {limit_text(new.limit)}"
    if old.cooldown != new.cooldown:
        text = _("Asks again")
        yield f"{text} {cooldown_text(old.cooldown)}", f"{text} {cooldown_text(new.cooldown)}"
    for name, value in new.parameters.items():
        if old.parameters[name] != value:
            parameter, label = new.trigger.parameters[name], parameter_label(name)
            yield f"{label} {amount_text(old.parameters[name], parameter)}", f"{label} {amount_text(value, parameter)}"
