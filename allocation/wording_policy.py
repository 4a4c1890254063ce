"""A match policy, the change between two versions, and what one run was told, in sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from advisors.labels import skill_label
from allocation.domain.fit.policy import MatchRules
from allocation.domain.policy_words import SECTIONS, WHOLE_TERMS, Clause, clauses, differences
from allocation.labels import class_label, term_label
from allocation.models import Plan
from branch_crm.core.templatetags.badges import TIERS
from branch_crm.core.templatetags.money import short_amount

SECTION_TITLES: Mapping[str, str | Promise] = {
    "match": gettext_lazy("How a match is worked out"),
    "service": gettext_lazy("Hours, pool, licences"),
    "fairness": gettext_lazy("Fairness"),
    "moves": gettext_lazy("Changes of advisor"),
    "process": gettext_lazy("Notice, approval, requests"),
}

SENTENCES: Mapping[str, str | Promise] = {
    "term": gettext_lazy("%(term)s: weight %(weight)s, %(share)s of all weights."),
    "term_off": gettext_lazy("%(term)s does not count."),
    "skills": gettext_lazy("%(name)s asks for: %(skills)s."),
    "care_ages": gettext_lazy(
        "Patience and warmth matter from age %(low)s on and fully from %(high)s; for cautious risk levels they count"
        " %(cautious)s at least."
    ),
    "large_assets": gettext_lazy(
        "Large assets matter from %(low)s on and fully from %(high)s; the adviser's licence makes up %(licence)s of the term."
    ),
    "continuity": gettext_lazy("Years together count fully after %(years)s years with the same advisor."),
    "missing_evidence": gettext_lazy("A skill without evidence counts as %(score)s, with a weight of %(trust)s."),
    "hours": gettext_lazy("Service hours a month: %(hours)s."),
    "pool": gettext_lazy("Clients up to %(tier)s who are not core may wait in the shared pool."),
    "pool_core": gettext_lazy("Clients up to %(tier)s, core clients included, may wait in the shared pool."),
    "pool_never": gettext_lazy("Nobody may wait in the shared pool."),
    "adviser": gettext_lazy("From %(tier)s on only a registered investment adviser may hold a client."),
    "adviser_never": gettext_lazy("No tier requires a registered investment adviser."),
    "band": gettext_lazy("The value per hour of each advisor stays within ±%(band)s of the branch's mean."),
    "band_none": gettext_lazy("No fairness band."),
    "value_exponent": gettext_lazy("A client's weight is the value V to the power of %(exponent)s."),
    "switch_penalty": gettext_lazy("A change of advisor costs %(penalty)s of match."),
    "guard": gettext_lazy("A client changes advisors at most %(transfers)s times in %(days)s days."),
    "guard_none": gettext_lazy("How often a client changes advisors is not limited."),
    "complaint": gettext_lazy("After a complaint a client is not moved for %(days)s days."),
    "budget": gettext_lazy("A run moves at most %(share)s of the clients in scope."),
    "budget_none": gettext_lazy("A run may move as many clients as it likes."),
    "notice": gettext_lazy("A notice period lasts %(days)s trading days unless chosen otherwise."),
    "second_moves": gettext_lazy("More than %(limit)s moves need a second approval."),
    "second_value_share": gettext_lazy("More than %(limit)s of the branch's value need a second approval."),
    "second_tier": gettext_lazy("Moving a client of %(limit)s or above needs a second approval."),
    "second_never": gettext_lazy("No plan needs a second approval."),
    "requests": gettext_lazy("A request for another advisor is decided within %(days)s trading days."),
    "review": gettext_lazy(
        "The night points to clients from %(tier)s on whom somebody would match better by %(gain)s or more."
    ),
}


def _percent(share: float) -> str:
    return f"{round(share * 100, 2):g}%"


def _yuan(amount: float) -> str:
    return short_amount(Decimal(str(amount)))


def _tier(tier: int) -> str:
    return str(TIERS[tier])


def _number(number: float) -> str:
    return f"{number:,.10g}"


def _skills(shares: Mapping[str, float]) -> str:
    """The weightiest first."""
    ordered = sorted(shares.items(), key=lambda item: -item[1])
    return _("; ").join(f"{skill_label(skill)} {share:.0%}" for skill, share in ordered)


#: How a parameter of a clause is written, by its name or by the kind of clause and its name; else as a number.
SHOWN: Mapping[str, Callable[[Any], str]] = {
    "term": term_label,
    "tier": _tier,
    "share": _percent,
    "term.share": "{:.0%}".format,
    "band": _percent,
    "cautious": _percent,
    "licence": _percent,
    "skills": _skills,
    "hours": lambda hours: _("; ").join(f"{TIERS[tier]} {_number(each)}" for tier, each in hours.items()),
    "large_assets.low": _yuan,
    "large_assets.high": _yuan,
    "second_value_share.limit": _percent,
    "second_tier.limit": _tier,
}


def policy_sections(rules: MatchRules) -> list[tuple[str, list[str]]]:
    """The whole policy: title and sentences of each section."""
    found = clauses(rules)
    return [
        (str(SECTION_TITLES[section]), [clause_text(clause) for clause in found if clause.section == section])
        for section in SECTIONS
    ]


def policy_changes(old: MatchRules, new: MatchRules) -> list[tuple[str, str]]:
    """What the new version says differently: sentence before and after, empty where a version is silent."""
    return [
        (clause_text(each.before) if each.before else "", clause_text(each.after) if each.after else "")
        for each in differences(old, new)
    ]


def clause_text(clause: Clause) -> str:
    params = {name: _shown(clause, name, value) for name, value in clause.params.items()}
    text = str(SENTENCES[clause.kind]) % params
    return text[:1].upper() + text[1:]


def _shown(clause: Clause, name: str, value: Any) -> str:
    if name == "name":
        return term_label(value) if clause.params["term"] in WHOLE_TERMS else class_label(value)
    write = SHOWN.get(f"{clause.kind}.{name}") or SHOWN.get(name) or _number
    return write(value)


def run_words(plan: Plan, names: Mapping[int, str], scope: str, locks: int = 0) -> list[str]:
    """What this run was told beyond its policy: scope, band, penalty, budget, guard, hours, who leaves, how many locks."""
    options = plan.options
    words = [_("Scope: %(scope)s.") % {"scope": scope}]
    band, used = options.get("fairness"), plan.outcome.get("fairness")
    if band is None:
        words.append(_("No fairness band."))
    else:
        words.append(_("Fairness band wanted: ±%(band)s.") % {"band": f"{band * 100:g}%"})
        if used is not None and used != band:
            words.append(_("Fairness band used: ±%(band)s.") % {"band": f"{used * 100:g}%"})
    words.append(
        _("A change of advisor costs %(penalty)s of match.") % {"penalty": f"{options.get('switch_penalty', 0):g}"}
    )
    words += _budget_words(options.get("move_budget"))
    if options.get("transfer_guard") is False:
        words.append(_("The transfer guard was switched off for this run."))
    for pk in options.get("leaving", ()):
        words.append(_("%(name)s leaves: the whole book is given to others.") % {"name": names.get(int(pk), "?")})
    for pk, hours in options.get("hours", {}).items():
        text = _("%(name)s was planned with %(hours)s hours a month.")
        words.append(text % {"name": names.get(int(pk), "?"), "hours": f"{hours:g}"})
    if locks:
        words.append(_("%(locks)s clients were locked to their advisors.") % {"locks": f"{locks:,}"})
    return words


def _budget_words(budget: Mapping[str, Any] | None) -> list[str]:
    if not budget:
        return []
    if budget.get("share") is not None:
        return [_("A run moves at most %(share)s of the clients in scope.") % {"share": f"{budget['share'] * 100:g}%"}]
    return [_("At most %(moves)s clients were to change hands.") % {"moves": f"{budget['moves']:,}"}]
