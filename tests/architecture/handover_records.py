"""A client that the branch's advisor took over from a colleague."""

from __future__ import annotations

from datetime import time

from advisors.models import Advisor
from allocation.domain.dossier import digest
from allocation.models import Assignment, Handover
from allocation.queries.dossier import Unwritten, dossiers
from tests.architecture.side import DAY, Arguments, Side


def handover(side: Side) -> Arguments:
    held, _created = Assignment.objects.get_or_create(
        client=side.client,
        ends=None,
        defaults={"branch": side.branch, "advisor": side.advisor, "starts": DAY, "reason": Assignment.Reason.COUNTER},
    )
    giver, _created = Advisor.objects.get_or_create(branch=side.branch, staff_no="A090", defaults={"name": "郭前"})
    row = Unwritten(held.pk, side.client.pk, giver.pk, held.advisor_id)
    told = dossiers(side.branch, [row], DAY, quiet=(time(21), time(8, 30)))[held.pk]
    made = {"branch": side.branch, "client": side.client, "giver": giver, "taker": held.advisor, "on": DAY}
    kept, _created = Handover.objects.get_or_create(
        assignment=held, defaults={**made, "dossier": told, "digest": digest(told)}
    )
    return {"pk": kept.pk}
