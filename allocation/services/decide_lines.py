"""Accept, reject or redirect proposed moves, without ever writing over a colleague's decision unseen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from advisors.models import Advisor
from allocation.domain.fit.matrix import fit_matrix
from allocation.domain.fit.policy import read_rules
from allocation.domain.fit.rules import forbidden_pairs
from allocation.domain.fit.terms import all_terms
from allocation.domain.tables import AdvisorTable, ClientTable
from allocation.labels import rule_label
from allocation.models import Plan, PlanLine
from allocation.services.errors import AllocationError, ClientConflict, PlanConflict
from branch_crm.core import audit
from branch_crm.core.models import Staff

Decision = PlanLine.Decision


@transaction.atomic
def decide_lines(
    *,
    plan: Plan,
    line_ids: Sequence[int],
    decision: str,
    actor: Staff,
    seen_revision: int,
    advisor: Advisor | None = None,
) -> Plan:
    """Decide some lines alike; `advisor` is the target of a redirection (None = the shared pool).

    `seen_revision` is the plan's revision that the reviewer's page showed: a line that a colleague has decided since
    raises PlanConflict naming who decided what, and nothing is written. Returns the plan with its new revision.
    """
    fresh = Plan.objects.select_for_update().get(pk=plan.pk)
    if fresh.state != Plan.State.PROPOSED:
        raise PlanConflict(
            _("A plan that is %(state)s cannot be changed any more.") % {"state": fresh.get_state_display()},
            code=fresh.state,
        )
    lines = fresh.lines.filter(pk__in=line_ids)
    _refuse_stale(lines.filter(revision__gt=seen_revision).exclude(decided_by=actor))
    stamp = {"decided_by": actor, "decided_at": timezone.now(), "revision": fresh.revision + 1, "decision": decision}
    if decision == Decision.REDIRECTED:
        count = _redirect(fresh, list(lines), advisor, stamp)
    else:
        _give_back_proposal(fresh, list(lines.filter(decision=Decision.REDIRECTED)))
        after = F("before") if decision == Decision.REJECTED else F("proposed")
        count = lines.update(after=after, **stamp)
    fresh.revision += 1
    fresh.save(update_fields=["revision"])
    audit.record(
        action="allocation.lines_decided",
        actor=actor,
        branch=fresh.branch,
        target=fresh,
        detail={"decision": decision, "lines": count, "advisor": advisor.pk if advisor else None},
    )
    return fresh


def _refuse_stale(changed: object) -> None:
    rows = list(changed.select_related("client", "decided_by", "after")[:50])  # type: ignore[attr-defined]
    if not rows:
        return
    conflicts = [
        ClientConflict(
            line.client_id,
            line.client.name,
            "decided",
            f"{line.decided_by.name if line.decided_by else ''} · {line.get_decision_display()}",
        )
        for line in rows
    ]
    first = rows[0]
    raise PlanConflict(
        _("%(name)s has decided %(count)d of these moves since you opened the page. Nothing was changed; look again.")
        % {"name": first.decided_by.name if first.decided_by else "", "count": len(rows)},
        code="stale",
        conflicts=conflicts,
    )


def _redirect(plan: Plan, lines: list[PlanLine], advisor: Advisor | None, stamp: dict[str, object]) -> int:
    """Every hard rule holds for a redirection too; a line sent to its present holder is a rejection in other words."""
    table = AdvisorTable.from_json(plan.outcome["advisors"])
    rules = read_rules(plan.policy.rules)
    clients = ClientTable.from_rows([line.card["client"] for line in lines])
    if advisor is None:
        too_high = (clients.tier > rules.pool_up_to_tier) | (clients.core & (not rules.pool_core))
        if too_high.any():
            raise AllocationError(
                _("Core clients and clients of a high tier may not wait in the pool."), field="advisor"
            )
    else:
        _check_rules(table, clients, lines, advisor, plan)
    for line in lines:
        line.after = advisor
        for name, value in stamp.items():
            setattr(line, name, value)
    _refit(plan, lines, clients, table)
    fields = ["after", "fit_after", "gain", "decision", "decided_by", "decided_at", "revision"]
    PlanLine.objects.bulk_update(lines, fields, batch_size=1000)
    return len(lines)


def _check_rules(
    table: AdvisorTable, clients: ClientTable, lines: list[PlanLine], advisor: Advisor, plan: Plan
) -> None:
    if advisor.pk not in table.ids:
        raise AllocationError(_("%(name)s was not part of this run.") % {"name": advisor.name}, field="advisor")
    at = table.ids.index(advisor.pk)
    refused = [(line.client_id, pk) for line in lines for pk in line.card.get("refused", ())]
    refusals = np.array(refused, dtype=np.int64).reshape(-1, 2)
    if forbidden_pairs(clients, table, refusals, read_rules(plan.policy.rules))[:, at].any():
        code = table.status[at] or ("refusal" if advisor.pk in {pk for _, pk in refused} else "adviser_required")
        raise AllocationError(
            _("%(name)s may not take this client: %(rule)s.") % {"name": advisor.name, "rule": rule_label(code)},
            field="advisor",
        )


def _give_back_proposal(plan: Plan, lines: list[PlanLine]) -> None:
    """Lines that were redirected get the match of the proposal again."""
    if not lines:
        return
    for line in lines:
        line.after_id = line.proposed_id
    clients = ClientTable.from_rows([line.card["client"] for line in lines])
    _refit(plan, lines, clients, AdvisorTable.from_json(plan.outcome["advisors"]))
    PlanLine.objects.bulk_update(lines, ["fit_after", "gain"], batch_size=1000)


def _refit(plan: Plan, lines: list[PlanLine], clients: ClientTable, table: AdvisorTable) -> None:
    fit = fit_matrix(all_terms(clients, table, read_rules(plan.policy.rules)))
    for at, line in enumerate(lines):
        line.fit_after = float(fit[at, table.ids.index(line.after_id)]) if line.after_id else None
        moved = line.after_id is not None and line.fit_before is not None and line.after_id != line.before_id
        switch = plan.options["switch_penalty"] if moved else 0.0
        line.gain = line.weight * ((line.fit_after or 0.0) - switch - (line.fit_before or 0.0))
