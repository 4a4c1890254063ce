"""Sentences about one plan: its scope, its notes, why it failed, what its card says. Codes and ids in, words out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from advisors.models import Advisor
from allocation.labels import failure_text, note_text
from allocation.models import Plan
from branch_crm.core.templatetags.badges import PERSONAS, TIERS, VALUE_TYPES
from clients.models import Client


def scope_text(scope: Mapping[str, Any], names: Mapping[int, str]) -> str:
    """A scope in one line; `names` of advisors by id."""
    kind = scope.get("kind")
    if kind == "unassigned":
        return _("clients without an advisor")
    if kind == "advisor":
        return _("book of %(name)s") % {"name": names.get(scope.get("advisor", 0), "?")}
    if kind != "filter":
        return _("whole branch")
    query = scope.get("query", {})
    low, high = query.get("tier_from", 1), query.get("tier_to", 5)
    parts = []
    if (low, high) != (1, 5):
        parts.append(str(TIERS[low]) if low == high else f"{TIERS[low]}–{TIERS[high]}")
    parts += [str(VALUE_TYPES[code]) for code in query.get("types", ())]
    parts += [str(PERSONAS.get(code, _("unknown persona"))) for code in query.get("personas", ())]
    if query.get("core_only"):
        parts.append(_("core clients"))
    parts += [names.get(pk, "?") for pk in query.get("holders", ())]
    return " · ".join(parts) or _("all clients")


def advisor_names(branch_id: int) -> dict[int, str]:
    return {pk: f"{name} {number}" for pk, name, number in _people(branch_id)}


def _people(branch_id: int) -> Any:
    return Advisor.objects.filter(branch_id=branch_id).values_list("pk", "name", "staff_no")


def notes_of(plan: Plan, names: Mapping[int, str]) -> list[str]:
    """What the director must know about the run."""
    texts = []
    for note in plan.outcome.get("notes", ()):
        code, params = note["code"], dict(note["params"])
        if code == "band_widened" and params.get("used") is None:
            code = "band_dropped"
        for name in ("wanted", "used"):
            if isinstance(params.get(name), float):
                params[name] = f"{params[name] * 100:g}%"
        texts.append(note_text(code, shown_params(params, names)))
    return texts


def failure_of(plan: Plan, names: Mapping[int, str]) -> tuple[str, str]:
    """Why no plan was found, and what to try."""
    reason = plan.outcome.get("reason") or {"code": "not_found", "params": {}}
    params = dict(reason["params"])
    if "client" in params:
        params["client"] = Client.objects.filter(pk=params["client"]).values_list("client_no", flat=True).first() or "?"
    return failure_text(reason["code"], shown_params(params, names))


def shown_params(params: dict[str, Any], names: Mapping[int, str]) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for name, value in params.items():
        if name in ("advisor", "other"):
            shown[name] = names.get(value, "?")
        elif name == "advisors":
            shown[name] = ", ".join(names.get(pk, "?") for pk in value[:8]) + (" …" if len(value) > 8 else "")
        else:
            shown[name] = f"{value:,.1f}" if isinstance(value, float) else value
    return shown


def book_mixes(book: Mapping[str, Any]) -> list[tuple[str, list[tuple[str, Any, int]]]]:
    """The mix of a book for the share bars: title and (css, label, count) by tier, value type and persona."""
    unknown = _("unknown")
    tiers = [(f"fill-tier-{tier}", TIERS[tier], count) for tier, count in enumerate(book["tier_counts"], start=1)]
    types = zip(
        [f"fill-{code}" for code in VALUE_TYPES] + ["fill-none"], [*VALUE_TYPES.values(), unknown], book["type_counts"]
    )
    personas = zip(
        [f"fill-{code.lower()}" for code in PERSONAS] + ["fill-none"],
        [*PERSONAS.values(), unknown],
        book["persona_counts"],
    )
    return [(_("Tiers"), tiers[::-1]), (_("Value types"), list(types)), (_("Personas"), list(personas))]


def card_table(card: Mapping[str, Any]) -> dict[str, Any]:
    """The card as a table: a column for the proposed advisor, the present holder and the runner-up, a row per term."""
    titles = [
        ("chosen", pgettext("card", "proposed")),
        ("holder", pgettext("card", "present")),
        ("runner_up", _("runner-up")),
    ]
    if card["holder"] is not None and card["holder"]["advisor"] == card["chosen"]["advisor"]:
        titles = [("chosen", pgettext("card", "present")), ("runner_up", _("runner-up"))]
    elif card["holder"] and card["runner_up"] and card["holder"]["advisor"] == card["runner_up"]["advisor"]:
        titles = [("chosen", pgettext("card", "proposed")), ("holder", _("present and runner-up"))]
    columns = [_column(card, card[name], label) for name, label in titles if card[name] is not None]
    return {"columns": columns, "rows": term_rows(columns)}


def _column(card: Mapping[str, Any], option: Mapping[str, Any], label: str) -> dict[str, Any]:
    at = option["advisor"]
    return {
        **option,
        "label": label,
        "name": card["names"][at] if at >= 0 else _("shared pool"),
        "gross": card["weight"] * option["fit"] if option["fit"] is not None else 0.0,
        "rule": option.get("forbidden", ""),
        "terms": term_cells(option["terms"]),
    }


def term_cells(terms: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Terms of a match by code, with the widths of their bars."""
    return {term["code"]: {**term, "width": 100 * term["adds"], "share_width": 100 * term["share"]} for term in terms}


def term_rows(columns: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """A row per term that counts in any of the columns."""
    codes = list(dict.fromkeys(term for column in columns for term in column["terms"]))
    return [{"code": code, "cells": [column["terms"].get(code) for column in columns]} for code in codes]
