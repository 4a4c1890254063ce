"""The date the figures of a page stand for. The frame shows it, but only the upper apps know it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from clients.queries.value import data_as_of


def figures(request: HttpRequest) -> dict[str, Any]:
    """`figures_as_of`: the day the branch's data speaks of; empty before the first import and above the branches."""
    return {"figures_as_of": SimpleLazyObject(lambda: _as_of(request) or "")}


def _as_of(request: HttpRequest) -> date | None:
    branch = getattr(getattr(request, "user", None), "branch", None)
    return data_as_of(branch) if branch else None
