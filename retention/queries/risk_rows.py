"""Who shows signs of leaving, in the order in which a talk is worth most."""

from __future__ import annotations

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from branch_crm.core.models import Staff
from clients.models import Client
from retention.models import ClientRisk, RiskRun


def current_risks(user: Staff) -> QuerySet[ClientRisk]:
    """Of the current run, clients who are still here; points times value first, for a talk with them keeps most."""
    rows = ClientRisk.objects.visible_to(user).filter(run__is_current=True).exclude(client__status="closed")
    weighed = rows.annotate(weight=F("points") * Coalesce(F("client__figures__value"), 0.0))
    return weighed.select_related("client", "client__advisor", "client__figures").order_by("-weight", "-points", "pk")


def risk_of(client: Client) -> tuple[RiskRun | None, ClientRisk | None]:
    """The branch's current run, and the client's row in it; no row = no sign. The client has been fetched through the user."""
    run = RiskRun.objects.filter(branch=client.branch_id, is_current=True).select_related("policy").first()
    return run, ClientRisk.objects.filter(run=run, client=client).first() if run else None
