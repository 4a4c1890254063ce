"""A complaint: kept for years, answered at once, and a reason to leave the client's relations in peace for a while."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models.client import ClientOwnedQuerySet
from servicelog.models.contact import Channel


class Complaint(models.Model):
    class About(models.TextChoices):
        SERVICE = "service", _("Service")
        FEES = "fees", _("Commission and fees")
        PRODUCT = "product", _("Product or loss")
        SYSTEM = "system", _("Trading system")
        CONDUCT = "conduct", _("Conduct of staff")
        BUSINESS = "business", _("Handling of business")
        OTHER = "other", _("Something else")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("complaint", "open")
        ANSWERED = "answered", _("first answer given")
        SETTLED = "settled", _("settled")

    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="complaints")
    received_on = models.DateField(_("received on"))
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    about = models.CharField(_("about"), max_length=10, choices=About.choices)
    text = models.TextField(_("what the client says"), max_length=2000)
    #: Who was serving the client then; null = nobody.
    advisor = models.ForeignKey("advisors.Advisor", null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    answered_on = models.DateField(_("first answer on"), null=True)
    settled_on = models.DateField(_("settled on"), null=True)
    outcome = models.TextField(_("outcome"), max_length=1000, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(auto_now_add=True)

    objects = ClientOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        ordering = ["-received_on", "-pk"]
        indexes = [models.Index(fields=["client", "-received_on"], name="complaint_of_client")]

    def __str__(self) -> str:
        return f"complaint of client {self.client_id} of {self.received_on}"
