"""The last day has passed: end the account once everything has a home, and the case once every dossier is signed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allocation.models import Assignment, LeaverCase
from allocation.queries.leaver import passing_of
from allocation.services.books import Move, lock_books, move_clients
from allocation.services.errors import AllocationError
from allocation.services.leaver_state import locked_case, refuse_if_over
from branch_crm.core import audit
from branch_crm.core.models import Staff
from branch_crm.core.services.limit_account import end_account
from clients.models import ClientStatus
from servicelog.loose_ends import Group, Person, holding, loose_ends


@dataclass(frozen=True)
class Closing:
    """`left`: what still needs a home; `unsigned`: dossiers nobody has read. Both empty = the case is closed."""

    case: LeaverCase
    left: list[Group] = field(default_factory=list)
    unsigned: int = 0

    @property
    def problem(self) -> str:
        if self.left:
            things = ", ".join(f"{group.kind.label} {group.count}" for group in self.left)
            return _("Not everything has a home yet: %(things)s.") % {"things": things}
        if self.unsigned:
            text = ngettext(
                "%(count)d dossier has not been signed yet.",
                "%(count)d dossiers have not been signed yet.",
                self.unsigned,
            )
            return text % {"count": self.unsigned}
        return ""


@transaction.atomic
def close_leaver_case(*, case: LeaverCase, actor: Staff | None, today: date | None = None) -> Closing:
    """Clients who are closing their accounts pass to the pool, the account is deactivated, the case closed: each as far as
    nothing stands against it, so that asking again goes on from there. Raises AllocationError before the last day is over.
    """
    day = today or timezone.localdate()
    lock_books(case.branch)
    fresh = locked_case(case)
    if fresh.state == LeaverCase.State.CLOSED:
        return Closing(fresh)
    refuse_if_over(fresh)
    if fresh.kind == LeaverCase.Kind.LONG_LEAVE:
        raise AllocationError(_("Somebody on long leave comes back; set the day of return."))
    if fresh.last_day >= day:
        raise AllocationError(_("The last day is not over yet."))
    person = Person(fresh.advisor, fresh.advisor.account)
    if left := holding(loose_ends(person, limit=0)):
        return Closing(fresh, left)
    _let_closing_clients_go(fresh, actor, day)
    if fresh.advisor.account is not None:
        end_account(account=fresh.advisor.account, actor=actor)
    if unsigned := passing_of(fresh).unsigned:
        return Closing(fresh, unsigned=unsigned)
    fresh.advisor.left = fresh.last_day + timedelta(days=1)
    fresh.advisor.save(update_fields=["left", "updated_at"])
    fresh.state, fresh.closed_by, fresh.closed_at = LeaverCase.State.CLOSED, actor, timezone.now()
    fresh.save(update_fields=["state", "closed_by", "closed_at"])
    audit.record(action="allocation.leaver_case_closed", actor=actor, branch=fresh.branch, target=fresh)
    return Closing(fresh)


def _let_closing_clients_go(case: LeaverCase, actor: Staff | None, day: date) -> None:
    leaving = case.advisor.clients.filter(status=ClientStatus.CLOSING).values_list("pk", flat=True)
    moves = [Move(pk, case.advisor_id, None) for pk in leaving]
    if moves:
        move_clients(
            branch=case.branch,
            moves=moves,
            on=day,
            reason=Assignment.Reason.HANDOVER,
            plan=None,
            actor=actor,
            case=case,
        )
