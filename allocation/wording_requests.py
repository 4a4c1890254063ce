"""What the page of a request shows of its possible successors: a table of terms, hours and places in the band."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from allocation.domain.successor import Candidate
from allocation.domain.tables import NOBODY
from allocation.forms_request import POOL
from allocation.labels import rule_label
from allocation.models import ChangeRequest
from allocation.queries.suggest_successor import Suggestion
from allocation.wording import term_cells, term_rows


def successor_table(found: Suggestion, change: ChangeRequest) -> dict[str, Any]:
    """Columns: the present holder, the suggested successor, those after it, and the wished one wherever it stands."""
    succession = found.succession
    columns = [_column(found, candidate, _label(found, change, candidate)) for candidate in succession.shown]
    if succession.holder and succession.holder.advisor not in {each.advisor for each in succession.shown}:
        columns.insert(0, _column(found, succession.holder, pgettext("card", "present")))
    return {"columns": columns, "rows": term_rows(columns)}


def successor_choices(found: Suggestion) -> list[tuple[str, str]]:
    """For the form: best first, with the match and what speaks against it; the pool where the policy allows it."""
    choices = []
    for candidate in found.succession.allowed:
        text = f"{found.advisors.names[candidate.advisor]} {found.advisors.staff_nos[candidate.advisor]}"
        notes = [f"{candidate.fit:.2f}"]
        notes += [_("hours full")] if candidate.over_hours else []
        notes += [_("above the band")] if candidate.above_band else []
        choices.append((str(found.advisors.ids[candidate.advisor]), " · ".join([text, *notes])))
    if found.succession.may_wait:
        choices.append((POOL, _("shared pool")))
    return choices


def wish_problem(found: Suggestion, change: ChangeRequest) -> str:
    """Why the wished advisor is not the suggestion; empty where it is, or nobody is wished."""
    if change.wished is None:
        return ""
    rule = found.rule_of(change.wished_id)
    if rule:
        return rule_label(rule)
    wish = next(each for each in found.succession.allowed if found.advisors.ids[each.advisor] == change.wished_id)
    if wish.over_hours:
        return _("the hours are full")
    return _("the book would lie above the fairness band") if wish.above_band else ""


def _column(found: Suggestion, candidate: Candidate, label: str) -> dict[str, Any]:
    at = candidate.advisor
    terms = [
        {"code": part.code, "share": part.share, "score": part.score, "adds": part.adds} for part in candidate.terms
    ]
    return {
        "label": label,
        "name": found.advisors.names[at],
        "advisor": found.advisors.ids[at],
        "fit": candidate.fit,
        "load": candidate.load,
        "hours": candidate.hours,
        "value": candidate.value,
        "over_hours": candidate.over_hours,
        "above_band": candidate.above_band,
        "terms": term_cells(terms),
    }


def _label(found: Suggestion, change: ChangeRequest, candidate: Candidate) -> str:
    holder = found.succession.holder
    parts = []
    if candidate is found.first:
        parts.append(_("suggested"))
    if found.advisors.ids[candidate.advisor] == change.wished_id:
        parts.append(_("wished"))
    if holder is not None and holder.advisor == candidate.advisor != NOBODY:
        parts.append(_("serves now"))
    return " · ".join(parts) or _("also possible")
