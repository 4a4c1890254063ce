"""Narrow, shut and open an account again: the same whether a leaver case, its end or a person's alarm asks for it."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from branch_crm.core import audit
from branch_crm.core.departures import without_home
from branch_crm.core.models import Staff
from branch_crm.core.services.save_staff import end_sessions


@transaction.atomic
def limit_account(
    *, account: Staff, narrowed_on: date | None, shut_on: date | None, actor: Staff | None, reason: str = ""
) -> Staff:
    """Set both days; None takes a limit off. Who is shut out from today is signed out everywhere. Saying it twice is once."""
    fresh = Staff.objects.select_for_update(no_key=True).get(pk=account.pk)
    if (fresh.narrowed_on, fresh.shut_on) == (narrowed_on, shut_on):
        return fresh
    fresh.narrowed_on, fresh.shut_on = narrowed_on, shut_on
    fresh.save(update_fields=["narrowed_on", "shut_on"])
    if fresh.is_shut:
        end_sessions(fresh)
    audit.record(
        action="core.account_limited",
        actor=actor,
        branch=fresh.branch,
        target=fresh,
        detail={
            "narrowed_on": narrowed_on.isoformat() if narrowed_on else None,
            "shut_on": shut_on.isoformat() if shut_on else None,
            "reason": reason[:200],
        },
    )
    return fresh


@transaction.atomic
def end_account(*, account: Staff, actor: Staff | None) -> list[str]:
    """Deactivate, once nothing hangs on the account. Returns what still does, in words; the account is then left as it is."""
    fresh = Staff.objects.select_for_update(no_key=True).get(pk=account.pk)
    if not fresh.is_active:
        return []
    left = without_home(fresh)
    if left:
        return left
    fresh.is_active = False
    fresh.save(update_fields=["is_active"])
    end_sessions(fresh)
    audit.record(action="core.account_ended", actor=actor, branch=fresh.branch, target=fresh)
    return []
