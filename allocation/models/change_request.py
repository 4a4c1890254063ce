"""A wish to change the advisor: by the client, an advisor or the counter. No reason is needed; it is decided in time."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.models.client import ClientOwnedQuerySet


class ChangeRequest(models.Model):
    class Origin(models.TextChoices):
        CLIENT = "client", _("the client")
        ADVISOR = "advisor", _("the advisor")
        COUNTER = "counter", _("the counter, for the client")

    class State(models.TextChoices):
        OPEN = "open", _("to be decided")
        CHANGED = "changed", _("advisor changed")
        KEPT = "kept", _("stays, with the client's consent")
        WITHDRAWN = "withdrawn", _("withdrawn")

    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="change_requests")
    origin = models.CharField(_("asked by"), max_length=10, choices=Origin.choices)
    #: Who served when it was asked; null = the client was in the pool.
    present = models.ForeignKey("advisors.Advisor", null=True, on_delete=models.PROTECT, related_name="+")
    wished = models.ForeignKey("advisors.Advisor", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("reason, if one was given"), max_length=300, blank=True)
    asked_on = models.DateField(_("asked on"))
    #: Last trading day on which it may be decided (MatchPolicy: change_requests.trading_days).
    due_on = models.DateField(_("due"))
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    successor = models.ForeignKey("advisors.Advisor", null=True, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_note = models.CharField(_("note"), max_length=300, blank=True)
    #: The refusal that this request brought about, and that goes with it; one noted before on its own is not linked.
    refusal = models.ForeignKey("allocation.ClientRefusal", null=True, on_delete=models.PROTECT, related_name="+")
    #: First night that found it undecided after its last day.
    overdue_noted_on = models.DateField(null=True)

    objects = ClientOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("change-of-advisor request")
        verbose_name_plural = _("change-of-advisor requests")
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_open_change_request", fields=["client"], condition=models.Q(state="open")
            ),
            models.CheckConstraint(
                name="decided_request_has_person_and_time",
                condition=models.Q(state__in=["open", "withdrawn"])
                | models.Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["branch", "state", "due_on"], name="change_request_queue")]

    def __str__(self) -> str:
        return f"client {self.client_id} asks for another advisor"

    def is_overdue(self, on: date) -> bool:
        return self.state == self.State.OPEN and self.due_on < on

    @property
    def closed_late(self) -> bool:
        return self.decided_at is not None and timezone.localdate(self.decided_at) > self.due_on
