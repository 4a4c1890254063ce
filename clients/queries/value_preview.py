"""A comparison of two policies as the page shows it: named clients, and matrices with a list behind every cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from branch_crm.core.models import Staff
from clients.domain.value.movers import Move
from clients.models import Client


@dataclass(frozen=True)
class NamedMove:
    client: Client
    move: Move


def named_moves(moves: Sequence[Move], user: Staff) -> list[NamedMove]:
    """The moves of the clients this person may see, in the same order. One query."""
    clients = Client.objects.visible_to(user).only("pk", "name", "client_no").in_bulk([move.client for move in moves])
    return [NamedMove(clients[move.client], move) for move in moves if move.client in clients]


@dataclass(frozen=True)
class Cell:
    """`count` clients go from the row's code to `code`; `show` names their list, `is_same` marks those who stay."""

    code: str | int
    count: int
    show: str
    is_same: bool


@dataclass(frozen=True)
class MatrixRow:
    code: str | int
    before: int
    after: int
    cells: list[Cell]

    @property
    def change(self) -> int:
        return self.after - self.before


def matrix_rows(kind: str, codes: Sequence[str | int], counts: list[list[int]]) -> list[MatrixRow]:
    """`counts[i][j]` clients of codes[i] become codes[j]; kind is that of the lists of `movers`."""
    return [
        MatrixRow(
            code=code,
            before=sum(counts[i]),
            after=sum(row[i] for row in counts),
            cells=[
                Cell(other, counts[i][j], f"{kind}-{code}-{other}", is_same=i == j) for j, other in enumerate(codes)
            ],
        )
        for i, code in enumerate(codes)
    ]
