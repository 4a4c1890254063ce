"""Words for drills: the rubric, outright fails, why a card is proposed, and the story of a case without its client."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import get_language, gettext_lazy, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from branch_crm.core.templatetags.badges import PERSONAS, TIERS
from retention.domain.anonymise import band_of, quarter_of
from retention.domain.drill_choice import Proposal
from retention.domain.drill_steps import read_text
from retention.models import DrillCard, Reason, RetentionCase

ITEMS: Mapping[str, Any] = {
    "greets": gettext_lazy("Greets, says who speaks and makes sure who asks"),
    "listens": gettext_lazy("Listens first, without interrupting"),
    "true_reason": gettext_lazy("Finds the true reason"),
    "approved_only": gettext_lazy("Offers only what is approved"),
    "clean_wording": gettext_lazy("No wording that is banned"),
    "states_right": gettext_lazy("States the right to close and the time limit"),
    "logs": gettext_lazy("Notes the talk completely"),
}
MARKS: Mapping[int, Any] = {
    0: pgettext_lazy("mark of a drill", "not done"),
    1: pgettext_lazy("mark of a drill", "partly"),
    2: pgettext_lazy("mark of a drill", "done well"),
}
FAILS: Mapping[str, Any] = {
    "promise": gettext_lazy("a promise: of gains, or of terms outside the approved table"),
    "disparagement": gettext_lazy("a competitor or a colleague was run down"),
    "delay": gettext_lazy("the request was held back or put off"),
    "unsuitable": gettext_lazy("a product that does not suit the client"),
}
QUALITIES: Mapping[int, Any] = {
    0: pgettext_lazy("answer of a drill", "weak"),
    1: pgettext_lazy("answer of a drill", "fair"),
    2: pgettext_lazy("answer of a drill", "good"),
}
PARTS: Mapping[str, Any] = {
    "situation": pgettext_lazy("drill card", "Situation"),
    "facts": pgettext_lazy("drill card", "Facts known"),
    "hidden_need": pgettext_lazy("drill card", "Hidden need"),
    "goal": pgettext_lazy("drill card", "Goal"),
    "forbidden": pgettext_lazy("drill card", "Forbidden moves"),
}


def language() -> str:
    """Of the reader, as the texts of cards are keyed."""
    return "zh" if (get_language() or "zh-hans").startswith("zh") else "en"


def in_words(words: Mapping[str, str]) -> str:
    """In the reader's language, else in the other one."""
    return words.get(language()) or words.get("zh") or words.get("en") or ""


def parts_of(raw: Any, *names: str) -> list[tuple[Any, str]]:
    """(label, text) of the named parts that say something; all parts without names."""
    text = read_text(raw)
    found = ((part, in_words({key: text[key][part] for key in text})) for part in names or PARTS)
    return [(PARTS[part], words) for part, words in found if words]


def played_client(card: DrillCard) -> str:
    """Tier and behavioural type of the client that is played; empty = any."""
    words = [str(TIERS[card.tier])] if card.tier in TIERS else []
    return _(", ").join([*words, *([str(PERSONAS[card.persona])] if card.persona in PERSONAS else [])])


def why_in_words(proposal: Proposal) -> list[str]:
    words = {
        "failed": lambda: _("the last drill of this was not passed"),
        "due": lambda: _("its turn has come again"),
        "new": lambda: _("not practised yet"),
        "losses": lambda: _("told by leavers of the past 30 days: %(n)s") % {"n": proposal.leavers},
    }
    return [words[code]() for code in proposal.why]


def title_of_case(case: RetentionCase, reason: Reason) -> str:
    return _("%(reason)s: from a case of quarter %(quarter)s") % {
        "reason": reason.name,
        "quarter": quarter_of(case.opened_at),
    }


def story_of(case: RetentionCase, reason: Reason, said: Sequence[str]) -> dict[str, str]:
    """The parts of a card in the active language. said: what was noted, already without names and numbers."""
    came = (
        _("comes to the counter and wants to go")
        if case.source == RetentionCase.Source.REQUEST
        else _("shows signs of leaving and is called by the branch")
    )
    facts = [
        _("Assets: %(band)s") % {"band": _band(case.assets)},
        _("Yearly revenue: %(band)s") % {"band": _band(case.revenue)},
        *([_("How it ended: %(outcome)s") % {"outcome": case.get_outcome_display()}] if case.outcome else []),
        *said,
    ]
    return {
        "situation": _("A client of the branch %(came)s. Spoken of: %(reason)s.")
        % {"came": came, "reason": reason.name},
        "facts": "\n".join(facts),
        "hidden_need": _("To be written: what the client really wanted."),
        "goal": _("Find the true reason, offer only what is approved, and leave the decision to the client."),
        "forbidden": _("No promise, nobody run down, nothing held back, no product that does not suit."),
    }


def _band(amount: Any) -> str:
    band = band_of(amount)
    if band is None:
        return pgettext("band of money", "not known")
    lower, upper = band
    if upper is None:
        return pgettext("band of money", "%(lower)s ten thousand yuan and more") % {"lower": lower}
    return pgettext("band of money", "%(lower)s to %(upper)s ten thousand yuan") % {"lower": lower, "upper": upper}
