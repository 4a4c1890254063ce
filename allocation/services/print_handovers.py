"""Dossiers leave on paper: the audit says whose, as it does of an export."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from allocation.models import Handover
from branch_crm.core import audit
from branch_crm.core.models import Staff


@transaction.atomic
def print_handovers(*, handovers: Sequence[Handover], actor: Staff) -> None:
    if handovers:
        audit.record(
            action="allocation.handovers_printed",
            actor=actor,
            branch=handovers[0].branch,
            detail={"clients": len(handovers), "handovers": [row.pk for row in handovers]},
        )
