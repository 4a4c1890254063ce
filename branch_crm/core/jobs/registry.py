"""The kinds of long work, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

JobFunction = Callable[..., dict[str, Any] | None]

KINDS: dict[str, JobFunction] = {}


def job_kind(name: str) -> Callable[[JobFunction], JobFunction]:
    """Register a function under `<app>.<verb>`. It gets a Progress first, then the params it was asked with."""

    def register(function: JobFunction) -> JobFunction:
        if name in KINDS and KINDS[name] is not function:
            raise ValueError(f"job kind {name} is registered twice")
        KINDS[name] = function
        return function

    return register
