"""The settings of a scenario in words, one line each, so that two scenarios can be read side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allocation.models import Plan
from allocation.wording import scope_text


def settings_of(plan: Plan, names: Mapping[int, str]) -> dict[str, str]:
    """Label -> text, in the order in which the form asks. `names` of advisors by id."""
    options = plan.options
    fairness = options.get("fairness")
    return {
        _("Scope"): scope_text(plan.scope, names),
        _("Fairness band"): _("none") if fairness is None else f"±{fairness * 100:g}%",
        _("Switch penalty"): f"{options.get('switch_penalty', 0):g}",
        _("Move budget"): budget_text(options.get("move_budget")),
        _("Transfer guard"): _("on") if options.get("transfer_guard", True) else _("off"),
        _("Leaves"): _people(options.get("leaving", ()), names),
        _("Hours changed"): "; ".join(
            f"{names.get(int(pk), '?')} {hours:g}" for pk, hours in sorted(options.get("hours", {}).items())
        )
        or "–",
        _("Locks left out"): str(len(options.get("locks_off", ())) or "–"),
        _("Match policy"): f"v{plan.policy.version}",
        _("Data as of"): plan.data_as_of.isoformat() if plan.data_as_of else "–",
    }


def budget_text(budget: Mapping[str, Any] | None) -> str:
    if budget is None:
        return _("none")
    if budget.get("share") is not None:
        return _("%(share)s%% of the clients in scope") % {"share": f"{budget['share'] * 100:g}"}
    count = budget.get("moves", 0)
    return ngettext("at most %(count)s client", "at most %(count)s clients", count) % {"count": f"{count:,}"}


def chips_of(plan: Plan, names: Mapping[int, str]) -> list[str]:
    """What is out of the ordinary in this scenario, for the head of its page."""
    options, chips = plan.options, []
    if options.get("leaving"):
        chips.append(_("%(names)s leaves") % {"names": _people(options["leaving"], names)})
    if options.get("move_budget") is not None:
        chips.append(_("budget: %(budget)s") % {"budget": budget_text(options["move_budget"])})
    if not options.get("transfer_guard", True):
        chips.append(_("transfer guard off"))
    if options.get("hours"):
        count = len(options["hours"])
        chips.append(
            ngettext("hours of %(n)d advisor changed", "hours of %(n)d advisors changed", count) % {"n": count}
        )
    if options.get("locks_off"):
        count = len(options["locks_off"])
        chips.append(ngettext("%(n)d lock left out", "%(n)d locks left out", count) % {"n": count})
    return chips


def _people(ids: Any, names: Mapping[int, str]) -> str:
    return ", ".join(names.get(pk, "?") for pk in ids) or "–"
