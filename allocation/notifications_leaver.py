"""What is told about people who leave or are away: by number and day, the names stand on the case."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from allocation.models import LeaverCase
from branch_crm.core.models import Role, Staff
from branch_crm.core.notifications import notification_kind, notify, people_of

HEADS = (Role.DIRECTOR, Role.MANAGER)
OFFICE = (*HEADS, Role.ASSISTANT, Role.COMPLIANCE)


@notification_kind("allocation.leaver_opened", label=_("Somebody leaves or will be away"), roles=OFFICE)
def leaver_opened(*, day: str) -> str:
    return gettext("Somebody leaves or will be away; the last day is %(day)s. See what needs a home.") % {"day": day}


@notification_kind("allocation.leaver_late", label=_("The last day has passed with things without a home"), roles=HEADS)
def leaver_late(*, kinds: int) -> str:
    return gettext("The last day has passed, and %(kinds)d kinds of work still need a home.") % {"kinds": kinds}


@notification_kind("allocation.leaver_waiting", label=_("Covered clients cannot go back"), roles=HEADS)
def leaver_waiting(*, clients: int) -> str:
    return gettext("%(clients)d covered clients stay with the stand-ins: their advisor may not serve yet.") % {
        "clients": clients
    }


def tell_opened(case: LeaverCase, actor: Staff | None) -> None:
    _tell(case, OFFICE, "allocation.leaver_opened", "", actor, day=case.last_day.isoformat())


def tell_late(case: LeaverCase, *, kinds: int, night: str) -> None:
    """Every night anew, until everything has a home."""
    _tell(case, HEADS, "allocation.leaver_late", night, kinds=kinds)


def tell_waiting(case: LeaverCase, *, clients: int) -> None:
    """Once for a day of return."""
    _tell(case, HEADS, "allocation.leaver_waiting", str(case.returns_on), clients=clients)


def _tell(
    case: LeaverCase, roles: tuple[Role, ...], kind: str, when: str, actor: Staff | None = None, **figures: int | str
) -> None:
    notify(
        recipients=people_of(case.branch, *roles),
        kind=kind,
        key=f"{kind}:{case.pk}:{when}",
        branch=case.branch,
        url=reverse("allocation:leaver_case", args=[case.pk]),
        actor=actor,
        **figures,
    )
