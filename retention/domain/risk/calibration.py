"""From groups in order to shares that never fall: isotonic regression by pooling adjacent violators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Counted(Protocol):
    @property
    def n(self) -> int: ...
    @property
    def left(self) -> int: ...


def pooled(groups: Sequence[Counted]) -> list[float | None]:
    """The share that left in each group, from the lowest points to the highest. Where more points had a smaller share, both
    groups say what they have together (Ayer et al., 1955). None = nobody in the group and nothing pooled with it."""
    blocks: list[tuple[int, int, list[int]]] = []
    for at, group in enumerate(groups):
        if not group.n:
            continue
        n, left, inside = group.n, group.left, [at]
        while blocks and blocks[-1][1] * n >= left * blocks[-1][0]:
            former = blocks.pop()
            n, left, inside = n + former[0], left + former[1], former[2] + inside
        blocks.append((n, left, inside))
    said: list[float | None] = [None] * len(groups)
    for n, left, inside in blocks:
        for at in inside:
            said[at] = left / n
    return said
