from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AllocationConfig(AppConfig):
    name = "allocation"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Allocation")

    def ready(self) -> None:
        from allocation import loose_end_sources, timeline_sources
        from allocation.queries.holding import INTERVALS
        from allocation.services import export_history
        from servicelog import holding

        loose_end_sources.register_all()
        timeline_sources.register_all()
        export_history.register()
        holding.register(INTERVALS)
