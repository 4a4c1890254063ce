"""Words for the codes that the domain returns: fit terms, hard rules, reasons, notes, why there is no plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from advisors.labels import skill_label
from branch_crm.core.templatetags.badges import PERSONAS, VALUE_TYPES

Words = str | Promise

TERMS: Mapping[str, Words] = {
    "value_type": _("value type and expertise"),
    "persona": _("persona and style"),
    "care": _("patience and warmth"),
    "large_assets": _("large assets and allocation advice"),
    "permissions": _("trading permissions and knowledge"),
    "wishes": _("client's wishes"),
    "continuity": _("years together"),
}
RULES: Mapping[str, Words] = {
    "left": _("advisor has left"),
    "not_serving": _("not in a serving position"),
    "licence": _("no valid licence"),
    "on_leave": _("on leave"),
    "no_hours": _("no hours in this run"),
    "leaving": _("leaves in this scenario"),
    "adviser_required": _("needs a registered investment adviser"),
    "refusal": _("client refuses this advisor"),
    "asked_away": _("to be changed at request"),
}
REASONS: Mapping[str, Words] = {
    **TERMS,
    **RULES,
    "unserved": _("had no advisor"),
    "pool": _("hours go to higher value"),
    "capacity": _("present book is full"),
    "fairness": _("value spread more evenly"),
    "bid": _("asked for in the notice"),
}
#: Classes of the policy's terms that are neither a value type nor a persona.
CLASSES: Mapping[str, Words] = {"leverage": _("margin and options"), "growth_boards": _("growth boards")}

NOTES: Mapping[str, Words] = {
    "pool_first": _("The hours do not suffice for everybody: %(clients)s clients wait in the shared pool."),
    "band_widened": _("Books outside the scope do not allow the band of ±%(wanted)s; ±%(used)s was used."),
    "band_dropped": _("Books outside the scope do not allow the band of ±%(wanted)s; it was left out."),
    "overloaded_book": _(
        "%(advisor)s already carries %(load)s hours of clients who stay, more than the %(hours)s planned."
    ),
    "locks_ignored": _("%(locks)s locks point to advisors who may not take the client; they were ignored."),
    "guarded": _(
        "%(clients)s clients changed hands too often or complained a short while ago; they stay where they are."
    ),
    "move_budget": _(
        "At most %(allowed)s clients may change hands; %(used)s do. Who had no advisor to stay with does not count: %(free)s more."
    ),
    "band_budget": _(
        "%(moves)s moves cannot keep the band of ±%(wanted)s; ±%(used)s is the narrowest that was found with them."
    ),
    "budget_hours": _(
        "%(moves)s moves cannot bring every book under its hours; none gets heavier. Still above: %(advisors)s."
    ),
    "decisions_left_out": _("%(decisions)s decided moves concern clients outside this run; those stay as they are."),
    "guard_off": _("The transfer guard was switched off for this run."),
    "closing_left_alone": _("%(clients)s clients are closing their accounts and were left as they are."),
    "on_leave_kept": _("%(clients)s clients of advisors on leave stay with them."),
    "not_published": _(
        "The plan could not be published on %(day)s: %(clients)s clients had changed meanwhile. Look again and approve anew."
    ),
}

FAILURES: Mapping[str, tuple[Words, Words]] = {
    "empty_scope": (
        _("No client is in this scope."),
        _("Choose a wider scope."),
    ),
    "nobody_serves": (
        _("No advisor can take clients today."),
        _("Check positions, licences, leave and the hours given for this run."),
    ),
    "no_advisor": (
        _("Client %(client)s may not wait in the pool, and no advisor may take this client."),
        _("Look at the refusals and at the licences required."),
    ),
    "load_too_large": (
        _("Client %(client)s needs %(needed)s hours a month; the advisors allowed have %(available)s at most."),
        _("Raise the hours of an advisor."),
    ),
    "decided_overload": (
        _("What was decided gives %(advisor)s %(needed)s hours; the advisor has %(available)s."),
        _("Take some of these decisions back, redirect them, or raise the hours in a new run."),
    ),
    "pinned_forbidden": (
        _("Client %(client)s is locked or decided to %(advisor)s, who may not take this client."),
        _("Remove the lock, or take the decision back."),
    ),
    "pinned_gone": (
        _("A decision gives client %(client)s to an advisor who no longer serves here."),
        _("Take the decision back or redirect the client."),
    ),
    "pinned_twice": (
        _("Client %(client)s is locked to two advisors, %(advisor)s and %(other)s."),
        _("Remove one of the locks."),
    ),
    "pinned_overload": (
        _("The clients who stay with %(advisor)s need %(needed)s hours, the advisor has %(available)s."),
        _("Raise the hours or remove locks."),
    ),
    "capacity_total": (
        _(
            "%(clients)s clients may not wait in the pool and need %(needed)s hours a month; all advisors have %(available)s."
        ),
        _("Raise the hours, lower the hours per tier, or let more clients wait in the pool."),
    ),
    "capacity_group": (
        _(
            "Clients who may not wait in the pool need %(needed)s hours of %(advisors)s, who together have %(available)s."
        ),
        _("Raise the hours of these advisors, or look at the rules that keep the clients from others."),
    ),
    "capacity_whole": (
        _("The hours suffice in sum, but whole clients cannot be divided among the advisors."),
        _("Raise the hours a little."),
    ),
    "fairness_below": (
        _("%(advisor)s must carry a value of %(needed)s at least; the clients and hours possible reach %(available)s."),
        _("Widen the fairness band, or plan fewer hours for this advisor."),
    ),
    "fairness_total": (
        _("The lower limits of all advisors add up to a value of %(needed)s; their hours can carry %(available)s."),
        _("Widen the fairness band or raise the hours."),
    ),
    "fairness_pinned": (
        _("The clients who stay with %(advisor)s are worth %(needed)s, above the upper limit of %(available)s."),
        _("Widen the fairness band, raise the advisor's hours or remove locks."),
    ),
    "fairness_client": (
        _("Client %(client)s is worth %(needed)s alone; the highest upper limit allowed is %(available)s."),
        _("Widen the fairness band."),
    ),
    "fairness_group": (
        _("No plan keeps %(advisors)s within their limits of value and hours at once."),
        _("Widen the fairness band."),
    ),
    "fairness_whole": (
        _("The limits hold in sum, but whole clients cannot be divided to stay inside them."),
        _("Widen the fairness band a little."),
    ),
    "budget_short": (
        _("Hours and rules need more moves than the %(moves)s allowed."),
        _("Allow more moves."),
    ),
    "not_found": (
        _("No plan that keeps every rule was found in the time given. This is not a proof that none exists."),
        _("Widen the fairness band, raise the hours, or allow more time."),
    ),
}


def term_label(code: str) -> str:
    return str(TERMS.get(code, code))


def rule_label(code: str) -> str:
    return str(RULES.get(code, code))


def reason_label(code: str) -> str:
    return str(REASONS.get(code, code))


def class_label(code: str) -> str:
    return str(VALUE_TYPES.get(code) or PERSONAS.get(code) or CLASSES.get(code, code))


#: Classes of clients as the page of gaps names them; value types and personas have their own names.
GAP_CLASSES: Mapping[str, Words] = {
    "care": _("elderly and cautious clients"),
    "large_assets": _("clients with large assets"),
    "leverage": _("clients with margin or options"),
    "growth_boards": _("clients on the growth boards"),
}


def gap_class_label(term: str, code: str) -> str:
    """The name of a class; a wish names the skill wished for."""
    if term == "wishes":
        return str(_("clients who wish for: %(skill)s")) % {"skill": skill_label(code)}
    return str(GAP_CLASSES.get(code) or class_label(code))


def note_text(code: str, params: Mapping[str, Any]) -> str:
    return str(NOTES[code]) % params if code in NOTES else code


def failure_text(code: str, params: Mapping[str, Any]) -> tuple[str, str]:
    """What cannot hold, and what to try."""
    sentence, advice = FAILURES.get(code, FAILURES["not_found"])
    return str(sentence) % params, str(advice)
