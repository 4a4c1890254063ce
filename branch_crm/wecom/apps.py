from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WecomConfig(AppConfig):
    name = "branch_crm.wecom"
    label = "wecom"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("WeCom messages")
