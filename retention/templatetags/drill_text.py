"""Words and marks of the drill pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from retention.domain.drill_steps import Choice
from retention.models import Drill, DrillCard
from retention.queries.drills import Proposed
from retention.wording_drills import FAILS, ITEMS, QUALITIES, in_words, parts_of, played_client, why_in_words

register = template.Library()
register.filter("in_words", in_words)
register.filter("played_client", played_client)
DRILL_MARKS = {"running": "state-active", "scoring": "state-active", "cancelled": ""}


@register.filter
def why_next(proposed: Proposed) -> list[str]:
    return why_in_words(proposed.proposal)


@register.filter
def part_words(text: Any, part: str) -> list[tuple[Any, str]]:
    """Parts of a card's text, several names divided by commas."""
    return parts_of(text, *part.split(","))


@register.filter
def fail_words(code: str) -> str:
    return str(FAILS.get(code, code))


@register.filter
def item_words(code: str) -> str:
    return str(ITEMS.get(code, code))


@register.filter
def answer_mark(choice: Choice) -> SafeString:
    """How good an answer was; an outright fail says which."""
    if choice.fail:
        return format_html('<span class="state state-danger">{}</span>', FAILS[choice.fail])
    css = {2: "state-done", 0: "state-caution"}.get(choice.quality, "")
    return format_html('<span class="state {}">{}</span>', css, QUALITIES[choice.quality])


@register.filter
def drill_state(drill: Drill) -> SafeString:
    """Passed or not, once it is done."""
    if drill.state != Drill.State.DONE:
        return format_html(
            '<span class="state {}">{}</span>', DRILL_MARKS.get(drill.state, ""), drill.get_state_display()
        )
    if drill.fails:
        return format_html('<span class="state state-danger">{}</span>', gettext("failed outright"))
    css, words = ("state-done", gettext("passed")) if drill.passed else ("state-caution", gettext("not passed"))
    return format_html('<span class="state {}">{}</span>', css, words)


@register.filter
def card_state(card: DrillCard) -> SafeString:
    css = {"ready": "state-done", "draft": "state-caution"}.get(card.state, "")
    return format_html('<span class="state {}">{}</span>', css, card.get_state_display())


@register.filter
def mark_of(marks: Mapping[str, Any], item: str) -> Any:
    return marks.get(item, "–")
