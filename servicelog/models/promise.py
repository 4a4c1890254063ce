"""What was promised to a client, until when, and whether it was kept."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models.client import ClientOwnedQuerySet


class Promise(models.Model):
    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("promise", "open")
        KEPT = "kept", _("kept")
        RELEASED = "released", _("the client no longer needs it")

    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="promises")
    contact = models.ForeignKey("servicelog.Contact", on_delete=models.PROTECT, related_name="promises")
    text = models.CharField(_("promised"), max_length=300)
    due_on = models.DateField(_("until"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    closed_contact = models.ForeignKey(
        "servicelog.Contact", null=True, on_delete=models.PROTECT, related_name="promises_closed"
    )
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    closed_on = models.DateField(null=True)

    objects = ClientOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("promise")
        verbose_name_plural = _("promises")
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(fields=["client", "due_on"], condition=models.Q(state="open"), name="promise_open"),
        ]

    def __str__(self) -> str:
        return f"promise to client {self.client_id} until {self.due_on}"
