from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NightConfig(AppConfig):
    name = "branch_crm.night"
    label = "night"
    verbose_name = _("Night")
