"""The clients behind the figures of the after-transfer watch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from advisors.models import Advisor
from allocation.domain.after_transfer import LEFT, NOBODY, kept_share
from allocation.models import Handover
from allocation.queries.after_transfer import HORIZONS, POINTS, Moved, Watch
from clients.models import Client

#: The lists that figures open. Activity and contacts are judged by the longest horizon that has come for each client.
LISTS: dict[str, str | Promise] = {
    "moved": _("All moved clients"),
    "left": _("Left: at least 80 % carried away"),
    "outflow": _("Carried something away"),
    "quiet": _("Not traded since"),
    "uncontacted": _("Not contacted since"),
    "refused": _("Refused the successor"),
    "waiting": _("Not yet asked"),
    "unmatched": _("Nobody comparable"),
}


@dataclass(frozen=True)
class Side:
    """One client: assets on the day, what was carried in or out by each horizon (None: not yet come), days traded, contacts."""

    client: Client | None
    assets: float
    flows: list[float | None]
    kept: list[float | None]
    trading: float
    contacts: float


@dataclass(frozen=True)
class Line:
    move: Moved
    giver: Advisor | None
    taker: Advisor | None
    acceptance: str | Promise
    moved: Side
    beside: list[Side]


def in_list(found: Watch, name: str) -> list[int]:
    """Positions of the moved clients in a list, those who carried most away first."""
    kept = kept_share(found.read.assets, found.read.flows)[:, -1]
    carried = found.read.flows[:, -1]
    chosen = {
        "moved": np.ones(len(found.moved), dtype=bool),
        "left": kept <= 1 - LEFT,
        "outflow": carried < 0,
        "quiet": found.read.trading[:, -1] == 0,
        "uncontacted": found.read.contacts[:, -1] == 0,
        "refused": _answered(found, Handover.Acceptance.REFUSED),
        "waiting": _answered(found, Handover.Acceptance.WAITING),
        "unmatched": found.matches[:, 0] == NOBODY,
    }[name]
    return sorted((int(at) for at in np.flatnonzero(chosen)), key=lambda at: (float(carried[at]), at))


def size_of(found: Watch, name: str) -> int:
    return len(in_list(found, name))


def _answered(found: Watch, answer: str) -> np.ndarray:
    return np.array([move.acceptance == answer for move in found.moved], dtype=bool)


def lines_of(
    found: Watch, positions: Sequence[int], clients: QuerySet[Client], people: QuerySet[Advisor]
) -> list[Line]:
    """Two queries, whatever the page."""
    beside = {at: [int(place) for place in found.matches[at] if place != NOBODY] for at in positions}
    wanted = {found.moved[at].client for at in positions}
    wanted |= {found.pool[place][0] for places in beside.values() for place in places}
    named = clients.in_bulk(wanted)
    advisors = people.in_bulk({pk for at in positions for pk in (found.moved[at].giver, found.moved[at].taker)})
    answers = dict(Handover.Acceptance.choices)

    def side(of: object, at: int, client: int, elapsed: int) -> Side:
        read = found.read if of == "moved" else found.pool_read
        flows = [float(read.flows[at, int(np.searchsorted(POINTS, days))]) for days in HORIZONS]
        kept = [max(1 + amount / float(read.assets[at]), 0.0) for amount in flows]
        come = [elapsed >= days for days in HORIZONS]
        return Side(
            named.get(client),
            float(read.assets[at]),
            [amount if there else None for amount, there in zip(flows, come, strict=True)],
            [share if there else None for share, there in zip(kept, come, strict=True)],
            float(read.trading[at, -1]),
            float(read.contacts[at, -1]),
        )

    lines = []
    for at in positions:
        move = found.moved[at]
        elapsed = (found.as_of - move.day).days
        others = [side("pool", place, found.pool[place][0], elapsed) for place in beside[at]]
        lines.append(
            Line(
                move,
                advisors.get(move.giver),
                advisors.get(move.taker),
                answers.get(move.acceptance, "") if move.acceptance else "",
                side("moved", at, move.client, elapsed),
                others,
            )
        )
    return lines
