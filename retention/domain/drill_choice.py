"""Which cards a person should play next: reasons that went badly and are due, then what clients leave for this month."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from retention.domain.drill_spacing import Standing

#: failed: due, and the last drill of it was not passed; due: it is its turn; losses: told by leavers of late;
#: new: never practised.
WHY = ("failed", "due", "losses", "new")
WEIGHTS = {"failed": 4.0, "due": 2.0, "new": 0.5}
#: What a reason gains that every leaver of the month told.
OF_LOSSES = 3.0


@dataclass(frozen=True)
class Playable:
    """key: primary key of the card. reason: code of the upper level. played: how often this person practised it."""

    key: int
    reason: str
    played: int = 0


@dataclass(frozen=True)
class Proposal:
    """leavers: how many told the reason this month."""

    key: int
    reason: str
    score: float
    why: tuple[str, ...]
    leavers: int


def propose(
    cards: Iterable[Playable],
    *,
    standings: Mapping[str, Standing],
    losses: Mapping[str, int],
    today: date,
    most: int,
) -> list[Proposal]:
    """At most one card a reason, the least played one. standings, losses: by code of the upper level.

    What is not due rests, however many leave for it: practised yesterday and passed, it would teach nothing today.
    """
    least: dict[str, Playable] = {}
    for card in sorted(cards, key=lambda card: (card.played, card.key)):
        least.setdefault(card.reason, card)
    told = sum(losses.values())
    found = []
    for reason, card in least.items():
        known = standings.get(reason)
        if known is not None and not known.is_due(today):
            continue
        why = ["new"] if known is None else ["due" if known.last_passed else "failed"]
        score = WEIGHTS[why[0]]
        if losses.get(reason):
            why.append("losses")
            score += OF_LOSSES * losses[reason] / told
        found.append(Proposal(card.key, reason, score, tuple(why), losses.get(reason, 0)))
    return sorted(found, key=lambda each: (-each.score, each.key))[:most]
