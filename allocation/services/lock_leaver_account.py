"""Shut the account of somebody who goes at once, without waiting for the last day."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from allocation.models import LeaverCase
from allocation.services.errors import AllocationError
from allocation.services.leaver_state import locked_case, refuse_if_over
from branch_crm.core import audit
from branch_crm.core.models import Staff
from branch_crm.core.services.limit_account import limit_account


@transaction.atomic
def lock_leaver_account(*, case: LeaverCase, actor: Staff, reason: str) -> LeaverCase:
    """From now on the account sees nothing and is signed out everywhere; it is deactivated when everything has a home."""
    if not reason.strip():
        raise AllocationError(_("Say why the account is locked before the last day."), field="reason")
    fresh = locked_case(case)
    refuse_if_over(fresh)
    account = fresh.advisor.account
    if account is None:
        raise AllocationError(_("This advisor has no account."))
    today = timezone.localdate()
    limit_account(account=account, narrowed_on=today, shut_on=today, actor=actor, reason=reason.strip())
    audit.record(
        action="allocation.leaver_account_locked",
        actor=actor,
        branch=fresh.branch,
        target=fresh,
        detail={"account": account.pk, "reason": reason.strip()[:200]},
    )
    return fresh
