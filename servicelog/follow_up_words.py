"""The codes of the follow-up policy in words, and a version of it as lines that people read and compare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from branch_crm.core.models import Role
from branch_crm.core.templatetags.badges import TIERS as TIER_NAMES
from clients.models import ClientStatus, RiskLevel
from servicelog.domain.follow_up import EXECUTOR_ROLES, STATUSES, FollowUpRules, read_follow_up_rules
from servicelog.models import FollowUp

Words = str | Promise

ANSWER_WORDS: dict[str, Words] = {"yes": _("yes"), "no": _("no"), "unsure": _("cannot say")}
STRATA_WORDS: dict[str, Words] = {"tier": _("tier"), "risk_level": _("risk level")}
STATUS_WORDS: dict[str, Words] = {status: ClientStatus(status).label for status in STATUSES}
EXECUTOR_WORDS: dict[str, Words] = {role: Role(role).label for role in EXECUTOR_ROLES}
CITED_WORDS: dict[str, Words] = {
    "ratio": _("yearly ratio"),
    "new_client_days": _("new clients"),
    "permission_days": _("new trading permissions"),
    "leaver_days": _("clients of leavers"),
    "advised_days": _("advised clients"),
    "unusual_days": _("unusual business"),
    "questions": _("compulsory questions"),
    "executors": _("who asks"),
}


def stratum_words(strata: tuple[str, ...], name: str) -> str:
    """`4/C3` as `Platinum · C3 steady`."""
    words = []
    for stratum, value in zip(strata, name.split("/"), strict=False):
        if value == "-":
            words.append(now("none known"))
        elif stratum == "tier":
            words.append(str(TIER_NAMES[int(value)]))
        else:
            words.append(str(RiskLevel(value).label) if value in RiskLevel.values else value)
    return " · ".join(words) or now("all clients")


def policy_lines(raw: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Every rule as heading, what it says, and the source cited for it."""
    rules = read_follow_up_rules(raw)
    return [(str(label), text, rules.citations.get(cited, "")) for label, text, cited in _lines(rules)]


def policy_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Pairs of sentences, as on the other desks; "" where one of the two says nothing."""
    old, new = read_follow_up_rules(before), read_follow_up_rules(after)
    lines = [(was, is_) for was, is_ in zip(_lines(old), _lines(new), strict=True) if was[1] != is_[1]]
    changes = [(f"{was[0]}: {was[1]}", f"{is_[0]}: {is_[1]}") for was, is_ in lines]
    asked = {one.code: one for one in old.questions}
    asks = {one.code: one for one in new.questions}
    for code in dict.fromkeys([*asked, *asks]):
        if asked.get(code) != asks.get(code):
            changes.append((_question_text(asked.get(code)), _question_text(asks.get(code))))
    for name, label in CITED_WORDS.items():
        if old.citations[name] != new.citations[name]:
            title = f"{now('Sources cited')}, {label}"
            changes.append((f"{title}: {old.citations[name]}", f"{title}: {new.citations[name]}"))
    return changes


@dataclass(frozen=True)
class AskedLine:
    """One question as it was asked, the answer in words, what was said beside it, and whether that is in order."""

    text: str
    answer: Words
    note: str
    in_order: bool
    is_alarm: bool


def asked_lines(follow_up: FollowUp) -> list[AskedLine]:
    """The answers under the questions of the version that was asked; empty while nobody has."""
    lines = []
    for question in read_follow_up_rules(follow_up.policy.rules).questions:
        given = follow_up.answers.get(question.code)
        if given is not None:
            good = given["answer"] == question.good
            words = ANSWER_WORDS.get(given["answer"], given["answer"])
            lines.append(AskedLine(question.text, words, given["note"], good, question.alarm and not good))
    return lines


def _question_text(question: Any) -> str:
    if question is None:
        return ""
    alarm = f" · {now('alarm at once')}" if question.alarm else ""
    return f"{question.text} · {now('In order when')}: {ANSWER_WORDS[question.good]}{alarm}"


def _lines(rules: FollowUpRules) -> Iterator[tuple[Words, str, str]]:
    yield _("Share of last year-end's clients"), f"{rules.ratio * 100:.4g}%", "ratio"
    yield _("The yearly sample is done by"), "{:02d}-{:02d}".format(*rules.finish_by), ""
    yield _("Stratified by"), _listed(STRATA_WORDS, rules.strata), ""
    yield _("Client states left out"), _listed(STATUS_WORDS, rules.left_out), ""
    for kind, label in (
        ("new_client", _("new clients")),
        ("permission", _("new trading permissions")),
        ("leaver", _("clients of leavers")),
        ("advised", _("advised clients")),
        ("unusual", _("unusual business")),
    ):
        days = rules.days[kind]
        yield label, now("within %(days)s days") % {"days": days} if days else now("not asked"), f"{kind}_days"
    yield (
        _("People who ask"),
        " · ".join(filter(None, [_listed(EXECUTOR_WORDS, rules.executor_roles), *rules.executor_staff_nos])),
        "executors",
    )
    yield (
        _("Whoever served the client within so many months does not ask"),
        now("%(months)s months") % {"months": rules.apart_months},
        "",
    )
    yield _("Attempts before a client may be given up"), str(rules.attempts), ""
    yield (
        _("A recording is needed when asked by way of"),
        _listed(dict(FollowUp.Form.choices), rules.recording_needed),
        "",
    )


def _listed(words: Mapping[str, Words], codes: tuple[str, ...]) -> str:
    return " · ".join(str(words[code]) for code in codes)
