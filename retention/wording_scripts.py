"""Words for scripts: their parts, what makes one fit, and what is known of a version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from branch_crm.core.templatetags.badges import PERSONAS, TIERS
from retention.domain.scripts import LANGUAGES, PARTS, TELL_BEFORE, Change, Flag, changes, is_usable, lines, read_body
from retention.models import Script, ScriptVersion
from retention.queries.scripts import FittingScript

PART_LABELS: Mapping[str, Any] = {
    "opening": pgettext_lazy("script", "Opening"),
    "questions": pgettext_lazy("script", "Questions"),
    "facts": pgettext_lazy("script", "Facts"),
    "offer": pgettext_lazy("script", "Offer"),
    "close": pgettext_lazy("script", "Close"),
    "must_say": gettext_lazy("Must be said"),
    "never_say": gettext_lazy("Never said"),
}


@dataclass(frozen=True)
class Row:
    """A part side by side: per language its lines. changes: per language, where it is compared with another version."""

    part: str
    label: Any
    texts: tuple[list[str], ...]
    changes: tuple[list[Change], ...] = ()

    @property
    def has_changed(self) -> bool:
        return any(change.kind != "same" for column in self.changes for change in column)


def rows_of(version: ScriptVersion, against: ScriptVersion | None = None) -> list[Row]:
    body, other = read_body(version.body), read_body(against.body) if against else None
    return [
        Row(
            part,
            PART_LABELS[part],
            tuple(lines(body[language][part]) for language in LANGUAGES),
            tuple(changes(other[language][part], body[language][part]) for language in LANGUAGES) if other else (),
        )
        for part in PARTS
    ]


def spoken_parts(version: ScriptVersion) -> list[Row]:
    """In the reader's language, what is empty left out."""
    language = "zh" if (get_language() or "zh-hans").startswith("zh") else "en"
    body = read_body(version.body)[language]
    return [Row(part, PART_LABELS[part], (lines(body[part]),)) for part in PARTS if body[part]]


def title_of(script: Script) -> str:
    return script.title_zh if (get_language() or "zh-hans").startswith("zh") else script.title_en


def why_in_words(fitting: FittingScript) -> list[str]:
    script = fitting.script
    words = {
        "reason": lambda: _("written for the likely reason “%(reason)s”") % {"reason": fitting.reason},
        "reason_above": lambda: (
            _("the likely reason “%(reason)s” belongs to “%(above)s”")
            % {"reason": fitting.reason, "above": script.reason}
        ),
        "no_reason": lambda: _("for clients who tell no reason"),
        "tier": lambda: _("for this tier"),
        "persona": lambda: _("for this behavioural type"),
    }
    return [words[code]() for code in fitting.why]


def for_whom(script: Script) -> str:
    """Tiers and behavioural types in words; empty = everybody."""
    tiers = [str(TIERS[tier]) for tier in script.tiers if tier in TIERS]
    return _(", ").join([*tiers, *(str(PERSONAS[code]) for code in script.personas if code in PERSONAS)])


def flags_in_words(flags: list[Flag]) -> list[str]:
    return [f"{PART_LABELS[flag.part]}: {flag.word}" for flag in flags]


def standing(version: ScriptVersion, *, on: date) -> str:
    """A code for the mark of a version: usable, ending, expired, or its state."""
    if version.state != ScriptVersion.State.APPROVED:
        return str(version.state)
    if not is_usable(version.state, version.expires_on, on=on):
        return "expired"
    return "ending" if version.expires_on and version.expires_on <= on + TELL_BEFORE else "usable"
