"""One client passing from one advisor to another: the dossier as it was that day, remarks, signature, the client's answer."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from branch_crm.core.access import BranchOwnedQuerySet
from branch_crm.core.models import Role, Staff


class HandoverQuerySet(BranchOwnedQuerySet):
    """Givers and takers see theirs: a giver writes remarks until the taker has signed, a taker reads while the client is his."""

    def narrow(self, user: Staff) -> Self:
        if user.role == Role.ADVISOR:
            writing = Q(giver__account=user, signed_at__isnull=True)
            return self.filter(writing | Q(taker__account=user, client__advisor__account=user))
        return self.none() if user.role in (Role.ADMIN, Role.COUNTER) else self


class Handover(models.Model):
    """Made with the interval that it hands over, for every client who had an advisor before. The dossier never changes."""

    class Acceptance(models.TextChoices):
        WAITING = "waiting", _("not yet asked")
        ACCEPTED = "accepted", _("accepted by the client")
        #: Becomes a change-of-advisor request.
        REFUSED = "refused", _("refused by the client")

    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="handovers")
    giver = models.ForeignKey("advisors.Advisor", on_delete=models.PROTECT, related_name="handovers_given")
    taker = models.ForeignKey("advisors.Advisor", on_delete=models.PROTECT, related_name="handovers_taken")
    #: The taker's interval.
    assignment = models.OneToOneField("allocation.Assignment", on_delete=models.PROTECT, related_name="handover")
    on = models.DateField(_("handed over on"))
    #: allocation.domain.dossier names its parts and their version; figures and texts as they stood, nothing sealed in it.
    dossier = models.JSONField()
    frozen_at = models.DateTimeField(auto_now_add=True)
    #: SHA-256 over the dossier: what was signed is what is shown.
    digest = models.CharField(max_length=64)
    remarks = models.TextField(_("remarks of the giver"), max_length=2000, blank=True)
    remarks_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    remarks_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(_("read and signed"), null=True)
    acceptance = models.CharField(
        _("the client's answer"), max_length=8, choices=Acceptance.choices, default=Acceptance.WAITING
    )
    accepted_on = models.DateField(_("client answered on"), null=True)
    acceptance_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    request = models.ForeignKey("allocation.ChangeRequest", null=True, on_delete=models.PROTECT, related_name="+")

    objects = HandoverQuerySet.as_manager()

    class Meta:
        verbose_name = _("handover")
        verbose_name_plural = _("handovers")
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="signed_handover_has_person",
                condition=Q(signed_at__isnull=True) | Q(signed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="answered_handover_has_day",
                condition=Q(acceptance="waiting") | Q(accepted_on__isnull=False, acceptance_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["client", "-on"], name="handover_of_client"),
            models.Index(fields=["taker", "-on"], name="handover_of_taker"),
            models.Index(fields=["branch", "on"], condition=Q(signed_at__isnull=True), name="handover_unsigned"),
        ]

    def __str__(self) -> str:
        return f"client {self.client_id} from advisor {self.giver_id} to {self.taker_id} on {self.on}"
