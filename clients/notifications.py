"""What is told about looks at personal data: by number, never whose data it was."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from branch_crm.core.models import Role
from branch_crm.core.notifications import notification_kind

WATCH = (Role.DIRECTOR, Role.MANAGER, Role.COMPLIANCE)


@notification_kind("clients.reveal_rate", label=_("Many looks at personal data within an hour"), roles=WATCH)
def reveal_rate(*, count: int) -> str:
    return gettext("Somebody has looked at personal data %(count)d times within an hour.") % {"count": count}


@notification_kind("clients.reveal_spike", label=_("Somebody who leaves looks at far more than usual"), roles=WATCH)
def reveal_spike(*, count: int) -> str:
    return gettext("Somebody who leaves has looked at personal data %(count)d times in a day, far more than usual.") % {
        "count": count
    }


@notification_kind("clients.leaver_export", label=_("Somebody who leaves exports clients"), roles=WATCH)
def leaver_export(*, count: int) -> str:
    return gettext("Somebody who leaves has exported a list of %(count)d clients.") % {"count": count}
