from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from branch_crm.core.models import Role
from branch_crm.core.notifications import notification_kind


@notification_kind("wecom.given_up", label=_("A WeCom message could not be sent"), roles=(Role.ADMIN,))
def given_up() -> str:
    return gettext("A WeCom message could not be sent and was given up.")
