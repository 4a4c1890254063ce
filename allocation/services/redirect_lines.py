"""Send moves to another advisor than proposed, within the hard rules; and back to the proposal. Part of decide_lines."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from advisors.models import Advisor
from allocation.domain.fit.matrix import fit_matrix
from allocation.domain.fit.policy import read_rules
from allocation.domain.fit.rules import forbidden_pairs, why_forbidden
from allocation.domain.fit.terms import all_terms
from allocation.domain.tables import NOBODY, AdvisorTable, Bools, ClientTable
from allocation.labels import rule_label
from allocation.models import Plan, PlanLine
from allocation.services.errors import AllocationError

#: An error names at most this many clients.
NAMED = 5


def redirect_lines(*, plan: Plan, lines: Sequence[PlanLine], advisor: Advisor | None) -> None:
    """Every hard rule holds for a redirection too; a line sent to its present holder is a rejection in other words.

    None = the shared pool. Raises AllocationError naming the clients for whom it may not be.
    """
    if not lines:
        return
    table = AdvisorTable.from_json(plan.outcome["advisors"])
    clients = ClientTable.from_rows([line.card["client"] for line in lines])
    rules = read_rules(plan.policy.rules)
    if advisor is None:
        too_high = (clients.tier > rules.pool_up_to_tier) | (clients.core & (not rules.pool_core))
        if too_high.any():
            raise AllocationError(
                _("Core clients and clients of a high tier may not wait in the pool.") + _names(lines, too_high),
                field="advisor",
            )
    else:
        _check_rules(plan, lines, clients, table, advisor)
    for line in lines:
        line.after_id = advisor.pk if advisor else None
    _store(plan, lines, clients, table)


def give_back_proposal(*, plan: Plan, lines: Sequence[PlanLine]) -> None:
    """Lines that were redirected get the target and the match of the proposal again."""
    if not lines:
        return
    for line in lines:
        line.after_id = line.proposed_id
    clients = ClientTable.from_rows([line.card["client"] for line in lines])
    _store(plan, lines, clients, AdvisorTable.from_json(plan.outcome["advisors"]))


def _check_rules(
    plan: Plan, lines: Sequence[PlanLine], clients: ClientTable, table: AdvisorTable, advisor: Advisor
) -> None:
    if advisor.pk not in table.ids:
        raise AllocationError(_("%(name)s was not part of this run.") % {"name": advisor.name}, field="advisor")
    at = table.ids.index(advisor.pk)
    rules = read_rules(plan.policy.rules)
    refused = [(line.client_id, pk) for line in lines for pk in line.card.get("refused", ())]
    refusals = np.array(refused, dtype=np.int64).reshape(-1, 2)
    forbidden = forbidden_pairs(clients, table, refusals, rules)[:, at]
    if not forbidden.any():
        return
    code = why_forbidden(clients.take(np.flatnonzero(forbidden)[:1]), table, refusals, rules)[at]
    text = ngettext(
        "%(name)s may not take this client: %(rule)s.",
        "%(name)s may not take %(count)d of these clients: %(rule)s.",
        len(lines) if len(lines) == 1 else max(int(forbidden.sum()), 2),
    )
    said = text % {"name": advisor.name, "rule": rule_label(code), "count": int(forbidden.sum())}
    raise AllocationError(said + _names(lines, forbidden), field="advisor")


def _names(lines: Sequence[PlanLine], wrong: Bools) -> str:
    """Who is meant, where several lines were asked about."""
    if len(lines) == 1:
        return ""
    rows = np.flatnonzero(wrong)
    names = [lines[int(at)].client.name for at in rows[:NAMED]]
    return " " + ", ".join(names) + (" …" if len(rows) > NAMED else "")


def _store(plan: Plan, lines: Sequence[PlanLine], clients: ClientTable, table: AdvisorTable) -> None:
    """Target, match and gain as `after_id` says, in one statement."""
    fit = fit_matrix(all_terms(clients, table, read_rules(plan.policy.rules)))
    column = {pk: at for at, pk in enumerate(table.ids)}
    rows = []
    for at, line in enumerate(lines):
        to = column.get(line.after_id, NOBODY) if line.after_id else NOBODY
        new = float(fit[at, to]) if to != NOBODY else None
        # As domain.reasons.gains_of: an advisor who cannot keep the client counts for nothing.
        holder = column.get(line.before_id, NOBODY) if line.before_id else NOBODY
        keeps = holder != NOBODY and not table.status[holder]
        switch = plan.options["switch_penalty"] if keeps and to not in (NOBODY, holder) else 0.0
        stays = (line.fit_before or 0.0) if keeps else 0.0
        rows.append((line.pk, line.after_id, new, line.weight * ((new or 0.0) - switch - stays)))
    pks, targets, fits, gains = zip(*rows, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE allocation_planline l SET after_id = m.target, fit_after = m.fit, gain = m.gain
            FROM unnest(%s::bigint[], %s::bigint[], %s::float8[], %s::float8[]) AS m(id, target, fit, gain)
            WHERE l.id = m.id
            """,
            [list(pks), list(targets), list(fits), list(gains)],
        )
