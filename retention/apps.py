from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RetentionConfig(AppConfig):
    name = "retention"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Retention")

    def ready(self) -> None:
        from retention import timeline_sources

        timeline_sources.register_all()
