"""A dossier in words: the first call point by point, codes as their own models name them, evidence as its policy shows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from allocation.models import Assignment, LeaverCase
from branch_crm.core.templatetags.badges import persona_name
from clients.labels_persona import ADVICE, PROXIES, WARNINGS
from clients.models import Client, ClientStatus, InvestorClass, RiskLevel
from clients.models.profile import LiquidityNeed, WealthSource
from servicelog.labels import moment_label
from servicelog.models import Channel, Complaint, Direction, Promise, Purpose, Recommendation

#: Kind of code -> its words.
WORDS: Mapping[str, Mapping[str, Any]] = {
    "status": dict(ClientStatus.choices),
    "risk_level": dict(RiskLevel.choices),
    "investor_class": dict(InvestorClass.choices),
    "channel": dict(Channel.choices),
    "direction": dict(Direction.choices),
    "purpose": dict(Purpose.choices),
    "promise": dict(Promise.State.choices),
    "complaint": dict(Complaint.State.choices),
    "about": dict(Complaint.About.choices),
    "result": dict(Recommendation.Result.choices),
    "reason": dict(Assignment.Reason.choices),
    "case": dict(LeaverCase.Kind.choices),
    "wealth_source": dict(WealthSource.choices),
    "liquidity_need": dict(LiquidityNeed.choices),
}


def said(code: str | None, kind: str) -> str:
    """A code that this version no longer knows is shown as it is."""
    return str(WORDS[kind].get(code, code)) if code else ""


def permission_names(names: list[str]) -> str:
    return " · ".join(str(Client._meta.get_field(name).verbose_name) for name in names)


def _promise(point: Mapping[str, Any]) -> str:
    text = (
        _("Keep what was promised by %(day)s, which is past: %(text)s")
        if point["late"]
        else _("Keep what was promised by %(day)s: %(text)s")
    )
    return text % {"day": point["due"], "text": point["text"]}


def _next_step(point: Mapping[str, Any]) -> str:
    if point["on"]:
        return _("Take up what was agreed for %(day)s: %(text)s") % {"day": point["on"], "text": point["text"]}
    return _("Take up what was agreed: %(text)s") % {"text": point["text"]}


POINTS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "introduce": lambda p: (
        _("Introduce yourself and say openly why the advisor changes: %(reason)s")
        % {"reason": said(p["reason"], "reason")}
    ),
    "answer_complaint": lambda p: (
        _("A complaint of %(day)s about %(about)s is not settled: ask how it stands before anything else")
        % {"day": p["on"], "about": said(p["about"], "about")}
    ),
    "keep_promise": _promise,
    "next_step": _next_step,
    "long_silence": lambda p: (
        _("Nobody has reached this client since %(day)s: ask how things are, bring nothing") % {"day": p["since"]}
    ),
    "moment": lambda p: _("%(moment)s: due on %(day)s") % {"moment": moment_label(p["kind"]), "day": p["due"]},
    "risk_expired": lambda p: (
        _("The risk assessment ended on %(day)s: nothing may be recommended before it is done again") % {"day": p["on"]}
    ),
    "risk_expiring": lambda p: _("The risk assessment ends on %(day)s: arrange the next one") % {"day": p["on"]},
    "do": lambda p: str(ADVICE.get(p["line"], p["line"])),
    "dont": lambda p: str(WARNINGS.get(p["line"], p["line"])),
    "channel": lambda p: _("Wishes to be reached by: %(channel)s") % {"channel": said(p["channel"], "channel")},
    "no_marketing": lambda p: _("Wants no marketing contacts: say nothing of products unasked"),
}


def first_call(dossier: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Code and sentence of every point, in order."""
    known = [point for point in dossier["first_call"] if point["code"] in POINTS]
    return [(point["code"], POINTS[point["code"]](point)) for point in known]


def change_words(dossier: Mapping[str, Any]) -> str:
    """Why the client changed hands, and who decided."""
    change = dossier["change"]
    parts = [said(change["reason"], "reason")]
    if change["case"]:
        parts.append(said(change["case"], "case"))
    if change["plan"]:
        parts.append(f"#{change['plan']['number']} {change['plan']['title']}")
    if change["decided_by"]:
        parts.append(_("decided by %(name)s") % {"name": change["decided_by"]})
    return " · ".join(parts)


def evidence(dossier: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Figures of behaviour as the persona policy named them: label, value, place within the branch (0-100)."""
    rows = []
    for name, value, place in (dossier["persona"] or {}).get("figures", ()):
        label, meaning, unit = PROXIES.get(name, (name, "", "ratio"))
        if value is not None:
            shown = {"percent": f"{value * 100:.1f}%", "number": f"{value:.1f}"}.get(unit, f"{value:.2f}")
            rows.append(
                {"label": label, "meaning": meaning, "shown": shown, "place": None if place is None else 100 * place}
            )
    return rows


def persona_words(dossier: Mapping[str, Any]) -> str:
    persona = dossier["persona"] or {}
    return str(persona_name(persona.get("persona", "")) or "")


def trading_sums(dossier: Mapping[str, Any]) -> dict[str, Any] | None:
    """The twelve months in all; None where nothing was ever traded or moved."""
    part = dossier["trading"]
    if part is None:
        return None
    money = ("net_commission", "bought", "sold", "products_bought", "products_redeemed", "inflow", "outflow")
    sums: dict[str, Any] = {name: sum((Decimal(month[name]) for month in part["months"]), Decimal(0)) for name in money}
    return sums | {"trades": sum(month["trades"] for month in part["months"])}


def shown(dossier: Mapping[str, Any]) -> dict[str, Any]:
    """What the sheet of a dossier needs beside the dossier itself."""
    return {
        "points": first_call(dossier),
        "why": change_words(dossier),
        "permissions": permission_names(dossier["permissions"]),
        "evidence": evidence(dossier),
        "persona": persona_words(dossier),
        "sums": trading_sums(dossier),
    }
