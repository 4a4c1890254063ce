"""The director answers what advisors put forward. A granted objection or bid becomes a decision on the move, in the same
transaction; the answer stays on record beside it."""

from __future__ import annotations

from typing import TypeVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from advisors.models import Advisor
from allocation.models import Answer, Bid, Objection, Plan, PlanLine
from allocation.notifications import tell_answer
from allocation.services.add_line import staying_line
from allocation.services.decide_lines import decide_lines
from allocation.services.errors import AllocationError, PlanConflict
from branch_crm.core import audit
from branch_crm.core.models import Staff
from clients.models import Client

Decision = PlanLine.Decision
Put = TypeVar("Put", Objection, Bid)


@transaction.atomic
def answer_objection(
    *,
    objection: Objection,
    actor: Staff,
    granted: bool,
    seen_revision: int,
    text: str = "",
    redirect_to: Advisor | None = None,
) -> Objection:
    """Grant or decline. Granted, the move is rejected and the client stays, or goes to `redirect_to` instead.

    A move that solving again has taken from the advisor meanwhile needs no decision; granting only records the answer.
    Raises PlanConflict when somebody answered already or decided the move after `seen_revision`, AllocationError when
    declined without words or when a hard rule forbids the redirection.
    """
    plan = _lock_plan(objection.notice.plan_id)
    fresh = _still_open(Objection, objection.pk)
    if granted:
        line = plan.lines.filter(client_id=fresh.client_id).first()
        concerned = line is not None and fresh.advisor_id in (line.before_id, line.after_id)
        if line is not None and concerned and (redirect_to is not None or line.after_id != line.before_id):
            decide_lines(
                plan=plan,
                line_ids=[line.pk],
                decision=Decision.REDIRECTED if redirect_to else Decision.REJECTED,
                actor=actor,
                seen_revision=seen_revision,
                advisor=redirect_to,
            )
    _answer(fresh, actor, granted, text)
    _record("allocation.objection_answered", actor, plan, {"objection": fresh.pk, "answer": fresh.answer})
    tell_answer(fresh, plan, actor)
    return fresh


@transaction.atomic
def answer_bid(*, bid: Bid, actor: Staff, granted: bool, seen_revision: int, text: str = "") -> Bid:
    """Grant or decline. A granted bid for a client sends the move to the bidder, also where the proposal lets the client
    stay; a granted segment is recorded, and the moves in it are redirected one by one or in bulk.

    Raises PlanConflict when somebody answered already or decided the move after `seen_revision`, AllocationError when
    declined without words, when no such client can be moved, or with the hard rule that forbids it.
    """
    plan = _lock_plan(bid.notice.plan_id)
    fresh = _still_open(Bid, bid.pk)
    if granted and fresh.client_no:
        line = _line_for(plan, fresh)
        wanted = fresh.advisor_id
        if line.after_id != wanted or line.decision == Decision.PENDING:
            accept = line.proposed_id == wanted
            decide_lines(
                plan=plan,
                line_ids=[line.pk],
                decision=Decision.ACCEPTED if accept else Decision.REDIRECTED,
                actor=actor,
                seen_revision=seen_revision,
                advisor=None if accept else fresh.advisor,
            )
    _answer(fresh, actor, granted, text)
    _record("allocation.bid_answered", actor, plan, {"bid": fresh.pk, "answer": fresh.answer})
    tell_answer(fresh, plan, actor)
    return fresh


def _lock_plan(pk: int) -> Plan:
    people = ("branch", "policy", "scoring_run", "behaviour_run")
    plan = Plan.objects.select_for_update(of=("self",)).select_related(*people).get(pk=pk)
    if plan.state != Plan.State.PROPOSED:
        raise PlanConflict(
            _("A plan that is %(state)s cannot be changed any more.") % {"state": plan.get_state_display()},
            code=plan.state,
        )
    return plan


def _still_open(model: type[Put], pk: int) -> Put:
    fresh = (
        model._default_manager.select_for_update(of=("self",))
        .select_related("advisor__account", "answered_by")
        .get(pk=pk)
    )
    if fresh.answer == Answer.WITHDRAWN:
        raise PlanConflict(_("%(name)s has withdrawn this.") % {"name": fresh.advisor.name}, code="withdrawn")
    if fresh.answer != Answer.OPEN:
        raise PlanConflict(
            _("%(name)s has answered this already, at %(time)s: %(answer)s.")
            % {
                "name": fresh.answered_by.name if fresh.answered_by else "",
                "time": timezone.localtime(fresh.answered_at).strftime("%Y-%m-%d %H:%M:%S"),
                "answer": fresh.get_answer_display(),
            },
            code="answered",
        )
    return fresh


def _line_for(plan: Plan, bid: Bid) -> PlanLine:
    client = Client.objects.filter(branch_id=plan.branch_id, client_no=bid.client_no).first()
    if client is None:
        raise AllocationError(_("The branch has no client of this number."))
    line = plan.lines.filter(client=client).first()
    if line is None and client.advisor_id == bid.advisor_id:
        raise AllocationError(_("%(name)s serves this client already.") % {"name": bid.advisor.name})
    return line or staying_line(plan=plan, client=client)


def _answer(put: Objection | Bid, actor: Staff, granted: bool, text: str) -> None:
    if not granted and not text.strip():
        raise AllocationError(_("Say why it is declined."), field="text")
    put.answer = Answer.GRANTED if granted else Answer.DECLINED
    put.answer_text, put.answered_by, put.answered_at = text.strip()[:500], actor, timezone.now()
    put.save(update_fields=["answer", "answer_text", "answered_by", "answered_at"])


def _record(action: str, actor: Staff, plan: Plan, detail: dict[str, object]) -> None:
    audit.record(action=action, actor=actor, branch=plan.branch, target=plan, detail=detail)
