"""What the core itself tells: the end of long work somebody asked for."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from branch_crm.core.models import Role
from branch_crm.core.notifications.registry import notification_kind
from branch_crm.core.templatetags.jobs import job_name

STARTERS = (Role.DIRECTOR, Role.ASSISTANT, Role.MANAGER, Role.COMPLIANCE, Role.ADMIN)


@notification_kind("core.job_finished", label=_("Work you asked for is finished"), roles=STARTERS)
def job_finished(*, work: str) -> str:
    return gettext("%(work)s: finished.") % {"work": job_name(work)}


@notification_kind("core.job_failed", label=_("Work you asked for has failed"), roles=STARTERS)
def job_failed(*, work: str) -> str:
    return gettext("%(work)s: failed. The page of the job says why.") % {"work": job_name(work)}
