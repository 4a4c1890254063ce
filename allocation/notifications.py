"""What allocation tells whom, and in which words. Services call the `tell_...` functions in their own transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from advisors.models import Advisor
from allocation import notifications_leaver, notifications_review  # noqa: F401  Registered with the rest.
from allocation.models import Answer, Bid, ChangeRequest, Notice, Objection, Plan
from allocation.queries.dossier import Unwritten
from branch_crm.core.models import Branch, Role, Staff
from branch_crm.core.notifications import notification_kind, notify, notify_each, people_of

DESK = (Role.DIRECTOR, Role.ASSISTANT)
APPROVERS = (Role.DIRECTOR, Role.MANAGER)


@notification_kind(
    "allocation.notice_opened", label=_("A plan that touches you is open for objections"), roles=(Role.ADVISOR,)
)
def notice_opened(*, plan: int, until: str) -> str:
    words = {"plan": plan, "until": until}
    return gettext("Plan #%(plan)d is open to you. Objections and self-nominations are taken until %(until)s.") % words


@notification_kind("allocation.notice_answered", label=_("Advisors object or put themselves forward"), roles=DESK)
def notice_answered(*, plan: int) -> str:
    return gettext("Plan #%(plan)d: advisors have put something forward that waits for your answer.") % {"plan": plan}


@notification_kind("allocation.objection_answered", label=_("Your objections are answered"), roles=(Role.ADVISOR,))
def objection_answered(*, plan: int, answer: str) -> str:
    words = {"plan": plan, "answer": Answer(answer).label}
    return gettext("Your objection to plan #%(plan)d: %(answer)s.") % words


@notification_kind("allocation.bid_answered", label=_("Your self-nominations are answered"), roles=(Role.ADVISOR,))
def bid_answered(*, plan: int, answer: str) -> str:
    words = {"plan": plan, "answer": Answer(answer).label}
    return gettext("Your self-nomination in plan #%(plan)d: %(answer)s.") % words


@notification_kind("allocation.second_approval", label=_("A plan waits for a second approval"), roles=APPROVERS)
def second_approval(*, plan: int, moves: int) -> str:
    words = {"plan": plan, "moves": moves}
    return gettext("Plan #%(plan)d with %(moves)d moves waits for your second approval.") % words


@notification_kind(
    "allocation.second_answered", label=_("Your plan gets its second approval or comes back"), roles=(Role.DIRECTOR,)
)
def second_answered(*, plan: int, given: int) -> str:
    if given:
        return gettext("Plan #%(plan)d has its second approval.") % {"plan": plan}
    return gettext("Plan #%(plan)d was sent back to you. The note says what is missing.") % {"plan": plan}


@notification_kind("allocation.change_asked", label=_("A client asks for another advisor"), roles=DESK)
def change_asked(*, due: str) -> str:
    return gettext("A client asks for another advisor. To be decided by %(due)s.") % {"due": due}


@notification_kind(
    "allocation.change_decided",
    label=_("A request for another advisor that you entered is decided"),
    roles=(*DESK, Role.COUNTER, Role.ADVISOR),
)
def change_decided(*, state: str) -> str:
    words = {"state": ChangeRequest.State(state).label}
    return gettext("The request for another advisor that you entered: %(state)s.") % words


@notification_kind(
    "allocation.client_given", label=_("A client who asked for a change comes to you"), roles=(Role.ADVISOR,)
)
def client_given() -> str:
    return gettext("A client who asked for another advisor is yours from today.")


@notification_kind(
    "allocation.change_overdue", label=_("A request for another advisor is overdue"), roles=(*DESK, Role.MANAGER)
)
def change_overdue(*, due: str) -> str:
    return gettext("A request for another advisor was due on %(due)s and is still undecided.") % {"due": due}


def tell_notice_opened(notice: Notice, actor: Staff) -> None:
    """The advisors whose clients the plan moves, away or to them."""
    plan = notice.plan
    moves = plan.lines.exclude(after=F("before"))
    touched = Q(advisor__in=moves.values("before")) | Q(advisor__in=moves.values("after"))
    notify(
        recipients=Staff.objects.filter(touched, branch=plan.branch),
        kind="allocation.notice_opened",
        key=f"notice:{notice.pk}",
        branch=plan.branch,
        url=reverse("allocation:my_notice", args=[notice.pk]),
        actor=actor,
        plan=plan.number,
        until=notice.ends.isoformat(),
    )


def tell_put_forward(put: Objection | Bid, actor: Staff) -> None:
    """Once a day and notice, however many advisors write."""
    plan = put.notice.plan
    notify(
        recipients=people_of(plan.branch, *DESK),
        kind="allocation.notice_answered",
        key=f"put:{put.notice_id}:{put.made_at:%Y-%m-%d}",
        branch=plan.branch,
        url=reverse("allocation:notice", args=[plan.pk]),
        actor=actor,
        plan=plan.number,
    )


def tell_answer(put: Objection | Bid, plan: Plan, actor: Staff) -> None:
    name = "objection" if isinstance(put, Objection) else "bid"
    notify(
        recipients=[put.advisor.account],
        kind=f"allocation.{name}_answered",
        key=f"{name}:{put.pk}",
        branch=plan.branch,
        url=reverse("allocation:my_notice", args=[put.notice_id]),
        actor=actor,
        plan=plan.number,
        answer=str(put.answer),
    )


def tell_second_wanted(plan: Plan, actor: Staff | None, moves: int) -> None:
    """Everybody who may give it; a plan that was sent back and approved anew is told anew."""
    approved_at = f"{plan.approved_at:%Y-%m-%dT%H:%M:%S}" if plan.approved_at else ""
    notify(
        recipients=people_of(plan.branch, *APPROVERS),
        kind="allocation.second_approval",
        key=f"second:{plan.pk}:{approved_at}",
        branch=plan.branch,
        url=reverse("allocation:second", args=[plan.pk]),
        actor=actor,
        plan=plan.number,
        moves=moves,
    )


def tell_second_answered(plan: Plan, first: Staff | None, actor: Staff, *, given: bool) -> None:
    notify(
        recipients=[first],
        kind="allocation.second_answered",
        key=f"second-answer:{plan.pk}:{plan.revision}:{int(given)}",
        branch=plan.branch,
        url=reverse("allocation:plan_detail", args=[plan.pk]),
        actor=actor,
        plan=plan.number,
        given=int(given),
    )


def tell_change_asked(change: ChangeRequest, actor: Staff) -> None:
    _tell_of(change, "change_asked", list(people_of(change.branch, *DESK)), actor, due=change.due_on.isoformat())


def tell_change_decided(change: ChangeRequest, actor: Staff) -> None:
    """Who entered it, and whose client it is now."""
    _tell_of(change, "change_decided", [change.entered_by], actor, state=str(change.state))
    if change.successor is not None:
        _tell_of(change, "client_given", [change.successor.account], actor)


def tell_change_overdue(change: ChangeRequest) -> None:
    people = people_of(change.branch, *DESK, Role.MANAGER)
    _tell_of(change, "change_overdue", list(people), None, due=change.due_on.isoformat())


def _tell_of(
    change: ChangeRequest, what: str, people: list[Staff | None] | list[Staff], actor: Staff | None, **params: str
) -> None:
    address = reverse("allocation:request_detail", args=[change.pk])
    if what == "client_given":
        address = reverse("clients:detail", args=[change.client_id])
    notify(
        recipients=people,
        kind=f"allocation.{what}",
        key=f"{what}:{change.pk}",
        branch=change.branch,
        url=address,
        actor=actor,
        **params,
    )


# --- handovers ---
@notification_kind("allocation.handovers_received", label=_("Clients were handed over to you"), roles=(Role.ADVISOR,))
def handovers_received(*, clients: int, on: str) -> str:
    text = ngettext(
        "%(n)d client was handed over to you on %(on)s: read the dossier and sign.",
        "%(n)d clients were handed over to you on %(on)s: read the dossiers and sign.",
        clients,
    )
    return text % {"n": clients, "on": on}


@notification_kind("allocation.handovers_given", label=_("Your clients were handed over"), roles=(Role.ADVISOR,))
def handovers_given(*, clients: int, on: str) -> str:
    text = ngettext(
        "%(n)d client of yours was handed over on %(on)s: add what the successor should know.",
        "%(n)d clients of yours were handed over on %(on)s: add what the successors should know.",
        clients,
    )
    return text % {"n": clients, "on": on}


def tell_handed_over(branch: Branch, rows: Sequence[Unwritten], on: date) -> None:
    """Takers of what waits to be read, givers of what only they can add."""
    people = {row.giver for row in rows} | {row.taker for row in rows}
    with_account = Advisor.objects.filter(pk__in=people, account__isnull=False)
    accounts = dict(with_account.values_list("pk", "account_id"))
    page = reverse("allocation:handover_list")
    for kind, side, url in (("received", "taker", page), ("given", "giver", f"{page}?tab=given")):
        counts = Counter(getattr(row, side) for row in rows)
        told: dict[int, dict[str, int | str | None]] = {
            accounts[pk]: {"clients": n, "on": on.isoformat()} for pk, n in counts.items() if pk in accounts
        }
        notify_each(
            params_of=told,
            kind=f"allocation.handovers_{kind}",
            key=f"handovers-{kind}:{rows[0].assignment}",
            branch=branch,
            url=url,
        )
