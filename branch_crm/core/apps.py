from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "branch_crm.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Branch and staff")

    def ready(self) -> None:
        # Every app lists its long work in jobs.py; the worker must know all kinds before the first message.
        autodiscover_modules("jobs")
        # And every kind of notification, for the settings page and for the words of those already written.
        autodiscover_modules("notifications")
