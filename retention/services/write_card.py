"""Write a drill card: its story, and the talk step by step. Whatever changes in a card is read by somebody before it is played."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from branch_crm.core import audit
from branch_crm.core.models import Branch, Staff
from retention.domain.drill_steps import MOST_STEPS, read_steps, read_text, stored
from retention.models import DrillCard, Reason
from retention.services.errors import RetentionError

State = DrillCard.State


@transaction.atomic
def write_card(
    *,
    branch: Branch | None,
    actor: Staff | None,
    reason: Reason,
    title_zh: str,
    title_en: str,
    text: Mapping[str, Any],
    card: DrillCard | None = None,
    tier: int | None = None,
    persona: str = "",
    steps: Sequence[Mapping[str, Any]] = (),
    source: str = DrillCard.Source.HAND,
) -> DrillCard:
    """A new card, or the story of one changed; `steps` and `source` are of a new one.

    Raises RetentionError for a title that the same reason has already, and for a card of the firm changed in a branch.
    """
    title_zh, title_en = title_zh.strip(), title_en.strip()
    same = DrillCard.objects.filter(branch=branch, reason=reason, title_zh=title_zh).exclude(state=State.RETIRED)
    if same.exclude(pk=card.pk if card else None).exists():
        raise RetentionError(_("This reason has a card with that title already."), field="title_zh")
    target = (
        hold_card(card, actor) if card else DrillCard(branch=branch, source=source, steps=stored(read_steps(steps)))
    )
    target.reason, target.title_zh, target.title_en = reason, title_zh, title_en
    target.tier, target.persona, target.text = tier, persona, read_text(text)
    return _saved(target, actor)


@transaction.atomic
def write_step(
    *, card: DrillCard, key: str, says: Mapping[str, str], choices: Sequence[Mapping[str, Any]], actor: Staff
) -> str:
    """A step of the talk changed, or the next one where the card has none of this key. Returns its key."""
    fresh = hold_card(card, actor)
    steps = read_steps(fresh.steps)
    key = key if key in steps else _next_key(steps)
    steps |= read_steps([{"key": key, "says": says, "choices": choices}])
    if len(steps) > MOST_STEPS:
        raise RetentionError(_("A talk has %(n)s steps at most.") % {"n": MOST_STEPS})
    fresh.steps = stored(steps)
    _saved(fresh, actor)
    return key


@transaction.atomic
def remove_step(*, card: DrillCard, key: str, actor: Staff) -> None:
    """Answers that led there lead nowhere until they are given another step. Removed twice is once."""
    fresh = hold_card(card, actor)
    steps = read_steps(fresh.steps)
    if steps.pop(key, None) is not None:
        fresh.steps = stored(steps)
        _saved(fresh, actor)


def hold_card(card: DrillCard, actor: Staff | None) -> DrillCard:
    """The card's row, locked. Raises RetentionError when somebody of a branch changes what is the firm's, or it is out of use."""
    fresh: DrillCard = (
        DrillCard.objects.select_for_update(of=("self",)).select_related("branch", "reason").get(pk=card.pk)
    )
    if fresh.branch_id is None and actor is not None and not actor.is_firm_level:
        raise RetentionError(_("This card is the firm's; write one of your branch."))
    if fresh.state == State.RETIRED:
        raise RetentionError(_("This card is out of use."))
    return fresh


def _next_key(steps: Mapping[str, Any]) -> str:
    taken = [int(key) for key in steps if key.isdecimal()]
    return str(max([len(steps), *taken]) + 1)


def _saved(card: DrillCard, actor: Staff | None) -> DrillCard:
    card.state, card.checked_by, card.checked_at = State.DRAFT, None, None
    card.written_by = actor
    card.save()
    audit.record(
        action="retention.drill_card_saved",
        actor=actor,
        branch=card.branch,
        target=card,
        detail={"source": card.source, "steps": len(card.steps)},
    )
    return card
