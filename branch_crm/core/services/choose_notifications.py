from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from branch_crm.core.models import MutedKind, Staff
from branch_crm.core.notifications import kinds_for


@transaction.atomic
def choose_notifications(*, user: Staff, wanted: Collection[str]) -> None:
    """Be told of the `wanted` kinds and of no other that concerns the role. Kinds of an earlier role keep their choice."""
    own = {kind.code for kind in kinds_for(user)}
    MutedKind.objects.filter(staff=user, kind__in=own & set(wanted)).delete()
    unwanted = [MutedKind(staff=user, kind=code) for code in sorted(own - set(wanted))]
    MutedKind.objects.bulk_create(unwanted, ignore_conflicts=True)
