"""A card is read by a person before it is played, and taken out of use when it has had its day."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from branch_crm.core import audit
from branch_crm.core.models import Staff
from retention.domain.anonymise import traces
from retention.domain.drill_steps import problems, read_steps, read_text
from retention.domain.scripts import LANGUAGES
from retention.models import DrillCard
from retention.services.errors import RetentionError
from retention.services.write_card import hold_card

State = DrillCard.State
PROBLEMS: Mapping[str, Callable[[], str]] = {
    "empty": lambda: _("The talk needs a first step with answers."),
    "no_words": lambda: _("Step %(step)s: words are missing in one of the languages."),
    "nowhere": lambda: _("Step %(step)s: an answer leads nowhere."),
    "no_good": lambda: _("Step %(step)s: none of the answers is fair or good."),
    "unreachable": lambda: _("Step %(step)s: no answer leads there."),
    "no_end": lambda: _("Step %(step)s: from here the talk never ends."),
}


@transaction.atomic
def check_card(*, card: DrillCard, actor: Staff) -> DrillCard:
    """Ready to be played. Read twice is once.

    Raises RetentionError for what is missing, for what still looks like somebody's number or a day, and for a card from a case
    that is read by whoever made it.
    """
    fresh = hold_card(card, actor)
    if fresh.state == State.READY:
        return fresh
    if fresh.source == DrillCard.Source.CASE and fresh.written_by == actor:
        raise RetentionError(_("A card from a case is read by somebody else than who wrote it."))
    for problem in what_is_missing(fresh):
        raise RetentionError(problem)
    fresh.state, fresh.checked_by, fresh.checked_at = State.READY, actor, timezone.now()
    fresh.save(update_fields=["state", "checked_by", "checked_at"])
    audit.record(action="retention.drill_card_checked", actor=actor, branch=fresh.branch, target=fresh)
    return fresh


@transaction.atomic
def retire_card(*, card: DrillCard, actor: Staff) -> DrillCard:
    """Out of use; drills that were played with it keep what was played. Retired twice is once."""
    if card.state == State.RETIRED:
        return card
    fresh = hold_card(card, actor)
    fresh.state = State.RETIRED
    fresh.save(update_fields=["state"])
    audit.record(action="retention.drill_card_retired", actor=actor, branch=fresh.branch, target=fresh)
    return fresh


def what_is_missing(card: DrillCard) -> Iterator[str]:
    """Why the card cannot be played yet, in words; nothing = it can."""
    text = read_text(card.text)
    if any(not text[language][part] for language in LANGUAGES for part in ("situation", "hidden_need", "goal")):
        yield _("Situation, hidden need and goal are needed in both languages.")
    for code, key in problems(read_steps(card.steps)):
        yield PROBLEMS[code]() % {"step": key}
    if card.source == DrillCard.Source.CASE:
        found = [word for language in LANGUAGES for part in text[language].values() for word in traces(part)]
        if found:
            yield _("This still looks like somebody's number, or a day: %(found)s") % {
                "found": "、".join(dict.fromkeys(found))
            }
