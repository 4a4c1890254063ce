from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DemoConfig(AppConfig):
    name = "branch_crm.demo"
    label = "demo"
    verbose_name = _("Demo")

    def ready(self) -> None:
        # Registers the job kind for web and worker.
        from branch_crm.demo import load  # noqa: F401
