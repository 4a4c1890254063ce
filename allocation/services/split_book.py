"""Split the book of somebody who goes or is away: a run over this one book, or the same table left to people."""

from __future__ import annotations

import numpy as np
from django.db import transaction
from django.utils.translation import gettext as _

from allocation.domain.balance import balance
from allocation.domain.case import Case
from allocation.domain.proposal import Proposal
from allocation.domain.solver.answer import Answer, Status
from allocation.models import AssignmentLock, LeaverCase, Plan
from allocation.queries.leaver import UNDER_WAY
from allocation.services.errors import AllocationError
from allocation.services.leaver_state import locked_case, refuse_if_over
from allocation.services.save_lines import copy_lines, outcome_of
from allocation.services.solve_plan import load_case
from allocation.services.start_run import start_run
from branch_crm.core import audit
from branch_crm.core.models import Staff

#: Plan.outcome["status"] of a plan whose targets people name.
BY_HAND = "by_hand"


@transaction.atomic
def split_book(*, case: LeaverCase, actor: Staff, by_hand: bool = False) -> Plan:
    """The case's plan: the one under way, else a new one. The engine works in the background; by hand every client of the
    book stands in the plan as staying, to be redirected to colleagues one by one or many at a time.

    Reviewing, publishing for a day, a second approval and rolling back are those of any plan; what it puts into the books
    bears the case. Raises AllocationError where there is nothing to split.
    """
    fresh = locked_case(case)
    refuse_if_over(fresh)
    if fresh.plan is not None and fresh.plan.state in UNDER_WAY:
        return fresh.plan
    person = fresh.advisor
    if not person.clients.exists():
        raise AllocationError(_("%(name)s serves no client any more.") % {"name": person.name})
    locks = AssignmentLock.objects.filter(advisor=person, client__advisor=person, withdrawn_at__isnull=True)
    away = fresh.kind == LeaverCase.Kind.LONG_LEAVE
    title = _("Cover for %(name)s") if away else _("Book of %(name)s")
    plan = start_run(
        branch=fresh.branch,
        actor=actor,
        title=title % {"name": person.name},
        scope={"kind": "advisor", "advisor": person.pk},
        options={
            "leaving": [person.pk],
            "move_budget": None,
            "locks_off": list(locks.values_list("client_id", flat=True)),
        },
        solve=not by_hand,
    )
    if by_hand:
        lay_out(plan)
    fresh.plan = plan
    fresh.save(update_fields=["plan"])
    audit.record(
        action="allocation.leaver_book_split",
        actor=actor,
        branch=fresh.branch,
        target=fresh,
        detail={"plan": plan.number, "by_hand": by_hand},
    )
    return plan


def lay_out(plan: Plan) -> None:
    """Every client in scope as a line that stays; nothing is decided and nothing solved."""
    case, notes = load_case(plan)
    if not case.in_scope.any():
        raise AllocationError(_("All clients of this book are closing their accounts."))
    proposal = _as_it_is(case)
    copy_lines(plan, case, proposal, np.flatnonzero(case.in_scope))
    plan.outcome = {**outcome_of(case, proposal, notes), "status": BY_HAND, "leaving": None}
    plan.balance = balance(case, proposal)
    plan.state = Plan.State.PROPOSED
    plan.save(update_fields=["outcome", "balance", "state"])


def _as_it_is(case: Case) -> Proposal:
    """The present books in the shape of an answer, so that lines, cards and balances come from one place."""
    advisors = len(case.advisors)
    free = np.where(case.advisors.serving, 0.0, np.nan)
    return Proposal(
        after=case.clients.holder.copy(),
        answer=Answer(
            status=Status.FEASIBLE,
            assignment=case.clients.holder.astype(np.int32),
            objective=0.0,
            upper_bound=0.0,
            gap=0.0,
            load=np.zeros(advisors),
            value=np.zeros(advisors),
            moves=0,
            capacity_price=np.zeros(advisors),
            fairness_price=np.zeros(advisors),
            seconds=0.0,
        ),
        hour_price=free,
        value_price=free,
        pool_hour_price=None,
        capacity=np.where(case.advisors.serving, case.advisors.hours, 0.0),
        band=None,
        fairness=None,
        notes=(),
    )
