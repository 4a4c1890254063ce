"""The kinds of long work, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

JobFunction = Callable[..., dict[str, Any] | None]

KINDS: dict[str, JobFunction] = {}

#: Kinds that nobody waits for, behind all others in the broker's queue (its lowest priority).
BACKGROUND: dict[str, int] = {}
LAST = 9


def job_kind(name: str, *, background: bool = False) -> Callable[[JobFunction], JobFunction]:
    """Register a function under `<app>.<verb>`. It gets a Progress first, then the params it was asked with.

    `background`: taken by a worker only when nothing else waits.
    """

    def register(function: JobFunction) -> JobFunction:
        if name in KINDS and KINDS[name] is not function:
            raise ValueError(f"job kind {name} is registered twice")
        KINDS[name] = function
        if background:
            BACKGROUND[name] = LAST
        return function

    return register
