"""A service's refusal as an answer of the API."""

from __future__ import annotations

from rest_framework import serializers
from rest_framework.exceptions import APIException

from allocation.services.errors import AllocationError, PlanConflict
from branch_crm.core.api import Conflict


def refuse(error: AllocationError) -> APIException:
    """A service's refusal as an answer: 409 with the clients concerned, or 400 at the field."""
    if isinstance(error, PlanConflict):
        clients = [{"client": c.client_id, "code": c.code, "plan": c.plan} for c in error.conflicts]
        return Conflict({"detail": error.message, "code": error.code, "conflicts": clients})  # type: ignore[dict-item]
    return serializers.ValidationError({error.field or "detail": [error.message]})
