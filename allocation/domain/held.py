"""Who keeps the present advisor, or gets a certain one, whatever the engine would prefer; and the hours that this leaves."""

from __future__ import annotations

import numpy as np

from allocation.domain.case import Case, Note
from allocation.domain.solver.answer import Reason
from allocation.domain.tables import NOBODY, Bools, Floats, Ints

#: A client who stays as he is and does not enter the problem: in the pool, or with an advisor who takes nobody.
OUTSIDE = -2

#: A client whom a decision sends to the pool; not in the problem either.
POOLED = -3


class NoProposal(Exception):
    """The engine found no plan; `reason` says which rule cannot hold, in rows of the Case's tables."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.code)
        self.reason = reason


def who_stays(case: Case, columns: Ints) -> tuple[Ints, list[Note]]:
    """(N,) advisor row that must keep or get the client, -1 = free, OUTSIDE or POOLED = not in the problem at all.

    What comes later wins: the scope, the transfer guard, locks, decisions (Case.pins). Raises NoProposal for a decision
    that a hard rule forbids by now.
    """
    clients = case.clients
    fixed = np.full(len(clients), NOBODY, dtype=np.int64)
    fixed[~case.in_scope] = np.where(clients.holder[~case.in_scope] >= 0, clients.holder[~case.in_scope], OUTSIDE)
    notes = _guard(case, fixed)
    row = {int(pk): at for at, pk in enumerate(clients.ids)}
    column = {pk: at for at, pk in enumerate(case.advisors.ids)}
    ignored = 0
    for client, advisor in case.locks:
        at, to = row.get(int(client)), column.get(int(advisor))
        if at is None or not case.in_scope[at]:
            continue
        if to is None or case.forbidden[at, to]:
            ignored += 1
        else:
            fixed[at] = to
    if ignored:
        notes.append(Note("locks_ignored", {"locks": ignored}))
    serves = np.zeros(len(case.advisors) + 1, dtype=np.bool_)
    serves[columns] = True
    held_by_absent = (fixed >= 0) & ~serves[fixed]
    fixed[held_by_absent] = OUTSIDE
    notes += _decided(case, fixed, row, column, serves)
    return fixed, notes


def _guard(case: Case, fixed: Ints) -> list[Note]:
    """Clients who changed hands too often or complained a short while ago stay, where somebody can keep them."""
    if case.guarded is None:
        return []
    stays = case.guarded & case.in_scope & case.has_place
    fixed[stays] = case.clients.holder[stays]
    return [Note("guarded", {"clients": int(stays.sum())})] if stays.any() else []


def _decided(case: Case, fixed: Ints, row: dict[int, int], column: dict[int, int], serves: Bools) -> list[Note]:
    """Decisions people took: exactly this advisor, or none. Whoever stays may stay, also where no new pair would be formed."""
    left_out = 0
    for client, advisor in case.pins:
        at = row.get(int(client))
        if at is None or not case.in_scope[at]:
            left_out += 1
            continue
        to = NOBODY if advisor < 0 else column.get(int(advisor), OUTSIDE)
        if to == NOBODY:
            fixed[at] = POOLED
        elif to == OUTSIDE:
            raise NoProposal(Reason("pinned_gone", {"client": at}))
        elif to == case.clients.holder[at]:
            fixed[at] = to if serves[to] else OUTSIDE
        elif case.forbidden[at, to]:
            raise NoProposal(Reason("pinned_forbidden", {"client": at, "advisor": to}))
        else:
            fixed[at] = to
    return [Note("decisions_left_out", {"decisions": left_out})] if left_out else []


def hours_of(case: Case, columns: Ints, fixed: Ints) -> tuple[Floats, list[Note]]:
    """Hours of the serving advisors; a book that the run may not shrink raises its advisor's hours, with a note."""
    bound = fixed >= 0
    pinned = np.bincount(fixed[bound], case.load[bound], len(case.advisors))
    hours = case.advisors.hours
    over = columns[pinned[columns] > hours[columns] + 1e-9]
    notes = [
        Note(
            "overloaded_book", {"advisor": case.advisors.ids[at], "hours": float(hours[at]), "load": float(pinned[at])}
        )
        for at in over
    ]
    # A hair more than the sum, so that rounding never makes the pinned book itself impossible.
    return np.maximum(hours, np.where(pinned > hours, pinned + 1e-6, 0.0)), notes
