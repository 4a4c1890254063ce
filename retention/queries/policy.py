"""Which retention policy counts on a day."""

from __future__ import annotations

from datetime import date

from branch_crm.core.models import Branch
from retention.models import RetentionPolicy


def current_retention_policy(branch: Branch, *, on: date) -> RetentionPolicy | None:
    """The branch's own newest published version valid on that day, else the firm's; None before the first request."""
    found: RetentionPolicy | None = RetentionPolicy.objects.in_force(branch, on=on)
    return found
