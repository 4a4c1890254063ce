"""What every deed on a leaver case begins with."""

from __future__ import annotations

from django.utils.translation import gettext as _

from allocation.models import LeaverCase
from allocation.services.errors import AllocationError


def locked_case(case: LeaverCase) -> LeaverCase:
    """The row as it stands now, held to the end of the caller's transaction."""
    people = ("branch", "advisor__branch", "advisor__account", "plan")
    return LeaverCase.objects.select_for_update(of=("self",)).select_related(*people).get(pk=case.pk)


def refuse_if_over(case: LeaverCase) -> None:
    if case.state != LeaverCase.State.OPEN:
        raise AllocationError(_("This case is over: %(state)s.") % {"state": case.get_state_display()})
