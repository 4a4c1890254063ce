"""What a run must respect: a client who refuses an advisor, a pairing that stays."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models.client import ClientOwnedQuerySet


class ClientRefusal(models.Model):
    """The client asked not to be served by this advisor; no reason is needed. A hard rule for the engine."""

    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="refusals")
    advisor = models.ForeignKey("advisors.Advisor", on_delete=models.PROTECT, related_name="+")
    since = models.DateField(_("since"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ClientOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("refusal")
        verbose_name_plural = _("refusals")
        constraints = [
            models.UniqueConstraint(
                name="one_open_refusal", fields=["client", "advisor"], condition=models.Q(withdrawn_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"client {self.client_id} refuses advisor {self.advisor_id}"


class AssignmentLock(models.Model):
    """This client stays with this advisor until a day: the director's decision, with a reason."""

    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="locks")
    advisor = models.ForeignKey("advisors.Advisor", on_delete=models.PROTECT, related_name="+")
    until = models.DateField(_("until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200)
    #: The plan in whose review it was made; taking that decision back lifts it.
    plan = models.ForeignKey("allocation.Plan", null=True, on_delete=models.PROTECT, related_name="locks")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ClientOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("lock")
        verbose_name_plural = _("locks")
        constraints = [
            models.UniqueConstraint(
                name="one_open_lock", fields=["client"], condition=models.Q(withdrawn_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"client {self.client_id} stays with advisor {self.advisor_id}"
