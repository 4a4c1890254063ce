"""The active filters in words, each with the address of the list without it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import django_filters as filters
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clients.filters import ClientFilter
from clients.list_state import ListState

SENTENCES: dict[str, str | Promise] = {
    "q": _("“%s”"),
    "tier": _("Tier ≥ %s"),
    "assets_min": _("Assets ≥ %s ten thousand"),
    "assets_max": _("Assets ≤ %s ten thousand"),
    "quiet_days": _("No trade for %s days"),
    "opened_after": _("Opened from %s"),
    "opened_before": _("Opened up to %s"),
}


@dataclass(frozen=True)
class Chip:
    text: str
    remove_url: str


def chips(state: ListState) -> list[Chip]:
    form = state.filter.form
    if not form.is_bound:
        return []
    form.is_valid()
    return [
        Chip(words(state.filter, name, value), f"?{state.address(without=[name], view=None)}")
        for name, value in form.cleaned_data.items()
        if value not in (None, "", [])
    ]


def words(chosen: ClientFilter, name: str, value: Any) -> str:
    """One filter as a person would say it: "Tier ≥ Platinum", "Persona: Mixed / Active Accumulator"."""
    field = chosen.filters[name]
    if isinstance(field, filters.ModelChoiceFilter):
        shown = str(field.extra["null_label"]) if value == field.null_value else value.name
    elif isinstance(field, filters.ChoiceFilter | filters.TypedChoiceFilter | filters.MultipleChoiceFilter):
        labels = {str(code): str(label) for code, label in chosen.form.fields[name].choices}
        codes = value if isinstance(value, list) else [value]
        shown = " / ".join(labels.get(str(code), str(code)) for code in codes)
    elif isinstance(field, filters.NumberFilter):
        shown = f"{value.normalize():f}"
    else:
        shown = str(value)
    if name in SENTENCES:
        return str(SENTENCES[name]) % shown
    return gettext("%(filter)s: %(value)s") % {"filter": field.label, "value": shown}
