"""Write the business audit. Services call this inside their transaction, so a decision and its line live or die together."""

from __future__ import annotations

from typing import Any

from django.db import models

from branch_crm.core.models import AuditEntry, Branch, Staff


def record(
    *,
    action: str,
    actor: Staff | None,
    branch: Branch | None,
    target: models.Model | None = None,
    detail: dict[str, Any] | None = None,
) -> AuditEntry:
    """Append one line. `action` is `<app>.<past tense>`, e.g. `allocation.plan_published`; `actor` is None for the night."""
    return AuditEntry.objects.create(
        action=action,
        actor=actor,
        branch=branch,
        target_type=target._meta.label_lower if target is not None else "",
        target_id=str(target.pk) if target is not None else "",
        detail=detail or {},
    )
