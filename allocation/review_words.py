"""Words of the review: filters as chips, titles of groups and orders, what a decision did, why solving again failed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from allocation.labels import failure_text, reason_label
from allocation.models import Plan, PlanLine
from allocation.queries.review import NOBODY, UNKNOWN
from allocation.wording import advisor_names, shown_params
from branch_crm.core.templatetags.badges import PERSONAS, TIERS, VALUE_TYPES
from clients.models import Client

Decision = PlanLine.Decision


def lock_reasons() -> list[str]:
    """Reasons to choose from; own words are as good."""
    return [
        _("Long relation, the client asked to stay"),
        _("Business with the client under way"),
        _("Family of one advisor's clients"),
        _("Complaint or retention case open"),
    ]


def bulk_actions(*, may_lock: bool) -> list[dict[str, str]]:
    """Buttons under the chosen moves, the most used first."""
    actions = [
        (Decision.ACCEPTED, _("Accept the chosen moves")),
        (Decision.REJECTED, _("Reject the chosen moves")),
        (Decision.REDIRECTED, _("Redirect")),
        (Decision.LOCKED, _("Lock")),
        (Decision.PENDING, _("Take decisions back")),
    ]
    return [{"name": str(name), "label": label} for name, label in actions if may_lock or name != Decision.LOCKED]


def decided_text(decision: str, count: int) -> str:
    texts = {
        Decision.ACCEPTED: ngettext("%(count)d move accepted.", "%(count)d moves accepted.", count),
        Decision.REJECTED: ngettext("%(count)d move rejected.", "%(count)d moves rejected.", count),
        Decision.REDIRECTED: ngettext("%(count)d move redirected.", "%(count)d moves redirected.", count),
        Decision.LOCKED: ngettext("%(count)d client locked.", "%(count)d clients locked.", count),
        Decision.PENDING: ngettext("%(count)d decision taken back.", "%(count)d decisions taken back.", count),
    }
    return texts[Decision(decision)] % {"count": count}


def group_label(level: str, key: str, name: str) -> str:
    """The title of a group: `level` is the filter it narrows by, `name` the advisor's where it is one."""
    if level == "from":
        return name or _("nobody")
    if level == "to":
        return name or _("shared pool")
    if level == "tier":
        return str(TIERS.get(int(key), key))
    return reason_label(key)


def sort_titles(sort: str, rising: bool) -> list[dict[str, Any]]:
    """Orders of the list: name, title, whether it is the present one, and what a click on its head asks for."""
    titles = {
        "gain": pgettext("order", "gain"),
        "value": pgettext("order", "value"),
        "tier": pgettext("order", "tier"),
        "rise": pgettext("order", "change of match"),
    }
    return [
        {
            "name": name,
            "title": title,
            "on": name == sort,
            "ask": f"-{name}" if name == sort and not rising else name,
            "aria": ("ascending" if rising else "descending") if name == sort else "none",
        }
        for name, title in titles.items()
    ]


def filter_chips(active: Mapping[str, str], names: Mapping[int, str], query: QueryDict) -> list[dict[str, str]]:
    """Every filter in words, with the address that takes it off."""
    chips = []
    for name, value in active.items():
        rest = query.copy()
        for gone in (name, "after"):
            rest.pop(gone, None)
        chips.append({"text": _chip(name, value, names), "remove_url": f"?{rest.urlencode()}"})
    return chips


def _chip(name: str, value: str, names: Mapping[int, str]) -> str:
    person = names.get(int(value), "?") if value.isdecimal() else "?"
    unknown = _("unknown")
    words = {
        "q": _("Client: %s") % value,
        "from": _("from %s") % (_("nobody") if value == NOBODY else person),
        "to": _("to %s") % (_("shared pool") if value == NOBODY else person),
        "giver": _("leaves %s") % (_("shared pool") if value == NOBODY else person),
        "receiver": _("goes to %s") % (_("shared pool") if value == NOBODY else person),
        "reason": reason_label(value),
        "tier": str(TIERS.get(int(value), value)) if value.isdecimal() else value,
        "decision": str(Decision(value).label) if value in Decision.values else value,
        "type": unknown if value == UNKNOWN else str(VALUE_TYPES.get(value, value)),
        "persona": unknown if value == UNKNOWN else str(PERSONAS.get(value, value)),
        "value_from": _("value ≥ %s") % value,
        "value_to": _("value ≤ %s") % value,
        "commented": _("with comments"),
        "objected": _("objection waits for an answer") if value == "open" else _("with objections"),
        "step": _("decided in one go"),
        "changed": _("changed by solving again"),
    }
    return words[name]


def keys_of_review(*, may_decide: bool) -> list[tuple[str, str]]:
    """Keys and what they do, for the overview that `?` opens."""
    look = [
        ("j k", _("Next and previous move; the reason card follows")),
        ("Enter o", _("Into the reason card; Esc comes back")),
        ("c", _("Comment")),
        ("g g", _("To the groups")),
        ("n", _("Next move nobody has reviewed")),
    ]
    decide = [
        ("a", _("Accept")),
        ("r", _("Reject")),
        ("d", _("Redirect to another advisor")),
        ("l", _("Lock, with its price")),
        ("u", _("Take the decision back")),
        ("s", _("Solve again around the decisions")),
    ]
    return [*look[:2], *decide, *look[2:]] if may_decide else look


def again_failure(plan: Plan) -> dict[str, Any] | None:
    """Why the last solving again found nothing, in words, with the moves whose decisions cannot stand together."""
    job = plan.again_job
    reason = job.result.get("failed") if job is not None else None
    if job is None or not reason:
        return None
    params = dict(reason["params"])
    if "client" in params:
        params["client"] = Client.objects.filter(pk=params["client"]).values_list("client_no", flat=True).first() or "?"
    sentence, advice = failure_text(reason["code"], shown_params(params, advisor_names(plan.branch_id)))
    lines = plan.lines.filter(client__in=job.result.get("clients", [])).exclude(decision=Decision.PENDING)
    people = ("client", "before", "proposed", "after", "decided_by")
    rows = sorted(lines.select_related(*people).defer("card"), key=lambda line: (-line.load, line.pk))
    return {"sentence": sentence, "advice": advice, "lines": rows}
