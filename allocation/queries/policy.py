"""Which match policy counts."""

from __future__ import annotations

from datetime import date

from django.db.models import F, Q

from allocation.models import MatchPolicy
from branch_crm.core.models import Branch


def current_policy(branch: Branch, *, on: date) -> MatchPolicy | None:
    """The branch's own newest policy valid on that day, else the firm's."""
    own_or_firm = MatchPolicy.objects.filter(
        Q(branch=branch) | Q(branch__isnull=True), state=MatchPolicy.State.PUBLISHED, valid_from__lte=on
    )
    return own_or_firm.order_by(F("branch_id").asc(nulls_last=True), "-version").first()
