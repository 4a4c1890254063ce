"""Groups in order whose shares never fall: isotonic regression by pooling adjacent violators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Counted(Protocol):
    @property
    def n(self) -> int: ...
    @property
    def left(self) -> int: ...


def pooled(groups: Sequence[Counted]) -> list[tuple[int, int] | None]:
    """For each group, from the lowest points to the highest, the clients and leavers that speak for it: its own, or where more
    points had a smaller share, those of the groups together (Ayer et al., 1955). None = nobody in the group."""
    blocks: list[tuple[int, int, list[int]]] = []
    for at, group in enumerate(groups):
        if not group.n:
            continue
        n, left, inside = group.n, group.left, [at]
        while blocks and blocks[-1][1] * n >= left * blocks[-1][0]:
            former = blocks.pop()
            n, left, inside = n + former[0], left + former[1], former[2] + inside
        blocks.append((n, left, inside))
    speak: list[tuple[int, int] | None] = [None] * len(groups)
    for n, left, inside in blocks:
        for at in inside:
            speak[at] = n, left
    return speak
