"""What the counter and those above it are told about leaving requests."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from branch_crm.core.models import Role
from branch_crm.core.notifications import notification_kind
from retention.models import LeavingRequest

COUNTER = (Role.COUNTER, Role.DIRECTOR, Role.ASSISTANT)
OVERSEERS = (Role.MANAGER, Role.COMPLIANCE)


@notification_kind("retention.warned", label=_("A leaving request must be done soon"), roles=COUNTER)
def warned(*, kind_of: str, due: str, at: str) -> str:
    return gettext("%(what)s: to be done by %(due)s %(at)s.") % {"what": _kind(kind_of), "due": due, "at": at}


@notification_kind(
    "retention.deadline_broken", label=_("A leaving request is past its deadline"), roles=(*COUNTER, *OVERSEERS)
)
def deadline_broken(*, kind_of: str, due: str, at: str) -> str:
    return gettext("%(what)s: the deadline %(due)s %(at)s has passed and it is not done.") % {
        "what": _kind(kind_of),
        "due": due,
        "at": at,
    }


def _kind(code: str) -> str:
    return str(dict(LeavingRequest.Kind.choices).get(code, code))
