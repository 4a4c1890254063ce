"""Open retention cases for clients whose signs of leaving are high."""

from __future__ import annotations

from branch_crm.core.models import Branch
from clients.models import Client
from retention.models import ClientRisk, RetentionCase, RiskRun
from retention.services.open_case import open_case

#: A branch can talk to so many; the others stay on the list, and the next night looks again.
MOST_A_NIGHT = 20


def open_cases_of_signs(*, branch: Branch) -> int:
    """Returns how many cases are new, highest points times value first. `open_case` passes over who rests or wants no talk."""
    run = RiskRun.objects.filter(branch=branch, is_current=True).first()
    if run is None:
        return 0
    high = ClientRisk.objects.filter(run=run, band=ClientRisk.Band.HIGH)
    busy = RetentionCase.objects.filter(branch=branch, state=RetentionCase.State.OPEN).values("client")
    clients = Client.objects.filter(pk__in=high.values("client")).exclude(pk__in=busy).select_related("figures")
    points = dict(high.values_list("client", "points"))
    opened = 0
    for client in sorted(clients, key=lambda client: (-points[client.pk] * (client.figures.value or 0), client.pk)):
        if opened == MOST_A_NIGHT:
            break
        opened += open_case(client=client, source=RetentionCase.Source.SIGNAL) is not None
    return opened
