"""The date the figures of a page stand for. The frame shows it, but only the upper apps know it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from clients.models import ScoringRun


def figures(request: HttpRequest) -> dict[str, Any]:
    """`figures_as_of`: the day of the branch's present scoring run; empty before the first one and above the branches."""
    return {"figures_as_of": SimpleLazyObject(lambda: _as_of(request) or "")}


def _as_of(request: HttpRequest) -> date | None:
    user = getattr(request, "user", None)
    branch_id = getattr(user, "branch_id", None)
    if branch_id is None:
        return None
    return ScoringRun.objects.filter(branch_id=branch_id, is_current=True).values_list("as_of", flat=True).first()
