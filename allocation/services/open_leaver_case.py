"""Somebody leaves, moves on, or will be away for long: from this day on the branch prepares for it."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from advisors.models import Advisor
from advisors.services.leave import enter_leave
from allocation.models import LeaverCase
from allocation.notifications_leaver import tell_opened
from allocation.services.errors import AllocationError
from branch_crm.core import audit
from branch_crm.core.models import Staff
from branch_crm.core.services.limit_account import limit_account

Kind = LeaverCase.Kind
ONE_DAY = timedelta(days=1)
#: Reason of the absence that a long leave enters, as the advisor's page shows it.
LEAVE_REASON = Kind.LONG_LEAVE.label


@transaction.atomic
def open_leaver_case(
    *,
    advisor: Advisor,
    kind: str,
    last_day: date,
    actor: Staff | None,
    announced_on: date | None = None,
    returns_on: date | None = None,
    narrowed_on: date | None = None,
    note: str = "",
) -> LeaverCase:
    """`last_day` is the last one at work; `returns_on` (long leave alone) the first one back.

    The account neither reveals nor exports from `narrowed_on`: the day of the announcement by default, the first day away
    for a long leave; after the last day of somebody who goes it is shut. Whoever goes is entered as left from the day after,
    whoever is away as on leave, so that no run offers the person. Asked twice, there is one case. Raises AllocationError.
    """
    said = announced_on or timezone.localdate()
    person = (
        Advisor.objects.select_for_update(no_key=True, of=("self",))
        .select_related("branch", "account")
        .get(pk=advisor.pk)
    )
    known = LeaverCase.objects.filter(advisor=person, state=LeaverCase.State.OPEN).first()
    if known is not None:
        if (known.kind, known.last_day, known.returns_on) == (kind, last_day, returns_on):
            return known
        raise AllocationError(
            _("There is a case open for %(name)s already; end it or call it off first.") % {"name": person.name}
        )
    _check_days(person, kind, last_day, returns_on)
    away = kind == Kind.LONG_LEAVE
    case = LeaverCase.objects.create(
        branch=person.branch,
        advisor=person,
        kind=kind,
        announced_on=said,
        last_day=last_day,
        returns_on=returns_on,
        narrowed_on=narrowed_on or (last_day + ONE_DAY if away else said),
        note=note.strip()[:300],
        opened_by=actor,
    )
    if returns_on is not None:
        _enter_absence(case, returns_on, actor)
    else:
        person.left = last_day + ONE_DAY
        person.save(update_fields=["left", "updated_at"])
    if person.account is not None:
        limit_account(
            account=person.account,
            narrowed_on=case.narrowed_on,
            shut_on=None if away else last_day + ONE_DAY,
            actor=actor,
            reason=kind,
        )
    audit.record(
        action="allocation.leaver_case_opened",
        actor=actor,
        branch=person.branch,
        target=case,
        detail={
            "advisor": person.pk,
            "kind": kind,
            "last_day": last_day.isoformat(),
            "returns_on": returns_on.isoformat() if returns_on else None,
        },
    )
    tell_opened(case, actor)
    return case


def _check_days(person: Advisor, kind: str, last_day: date, returns_on: date | None) -> None:
    if person.joined and last_day < person.joined:
        raise AllocationError(_("The last day lies before the first one."), field="last_day")
    if kind != Kind.LONG_LEAVE:
        if returns_on is not None:
            raise AllocationError(_("Only somebody on long leave comes back."), field="returns_on")
        return
    if returns_on is None:
        raise AllocationError(
            _("Say when the person comes back; the day can be changed at any time."), field="returns_on"
        )
    if returns_on <= last_day + ONE_DAY:
        raise AllocationError(_("There is no day of absence between these two."), field="returns_on")


def _enter_absence(case: LeaverCase, returns_on: date, actor: Staff | None) -> None:
    try:
        enter_leave(
            advisor=case.advisor,
            starts=case.last_day + ONE_DAY,
            ends=returns_on - ONE_DAY,
            reason=str(LEAVE_REASON),
            actor=actor,
        )
    except ValidationError as error:
        raise AllocationError(" ".join(error.messages), field="returns_on") from error
