from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ServiceLogConfig(AppConfig):
    name = "servicelog"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Service log")

    def ready(self) -> None:
        from servicelog import loose_end_sources, timeline_sources

        loose_end_sources.register_all()
        timeline_sources.register_all()
