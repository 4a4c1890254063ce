"""A line for a client whom the proposal lets stay, so that a person's decision on him has somewhere to stand."""

from __future__ import annotations

from django.utils.translation import gettext as _

from allocation.domain.case import weights
from allocation.domain.fit.matrix import fit_matrix
from allocation.domain.fit.policy import read_rules
from allocation.domain.fit.terms import all_terms
from allocation.domain.tables import AdvisorTable
from allocation.models import ClientRefusal, Plan, PlanLine
from allocation.queries.snapshot import load_client_of
from allocation.services.errors import AllocationError
from clients.models import Client

#: Reason code of a line that exists because somebody asked for the client.
ASKED_FOR = "bid"


def staying_line(*, plan: Plan, client: Client) -> PlanLine:
    """Before, proposed and after are the present holder: the engine's answer for this client, written down. With the plan's
    own runs and policy, so that its card and match compare with the others'. Inside the caller's transaction.
    """
    advisors = AdvisorTable.from_json(plan.outcome["advisors"])
    table, closing = load_client_of(plan, client, advisors)
    if not len(table) or closing[0]:
        raise AllocationError(_("This client is closing the account and is left as he is."))
    rules = read_rules(plan.policy.rules)
    holder = int(table.holder[0])
    served = holder >= 0 and not advisors.status[holder]
    fit = float(fit_matrix(all_terms(table, advisors, rules))[0, holder]) if served else None
    refused = ClientRefusal.objects.filter(client=client, withdrawn_at__isnull=True)
    tier, row = int(table.tier[0]), table.row(0)
    return PlanLine.objects.create(
        plan=plan,
        client=client,
        before_id=client.advisor_id,
        proposed_id=client.advisor_id,
        after_id=client.advisor_id,
        value=float(table.value[0]),
        weight=float(weights(table.value, rules)[0]),
        tier=tier,
        load=rules.hours_of_tier(tier),
        fit_before=fit,
        fit_after=fit,
        gain=0.0,
        reason=ASKED_FOR,
        value_type=row["value_type"],
        persona=row["persona"],
        round=plan.round,
        card={"client": row, "refused": list(refused.values_list("advisor_id", flat=True))},
    )
