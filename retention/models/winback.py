"""A client's consent to be contacted again after leaving: given of the own accord, with the words that were read out."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models.client import ClientOwnedQuerySet
from servicelog.models import Channel


class WinBackConsent(models.Model):
    """Never part of a request: it is asked for beside one, and no column of a request refers to it."""

    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="win_back_consents")
    #: By which channel the client may be contacted.
    channel = models.CharField(_("may be contacted by"), max_length=10, choices=Channel.choices)
    #: The words as they were read out, and the version of the policy that they stand in.
    wording = models.CharField(_("words read out"), max_length=500)
    policy = models.ForeignKey("retention.RetentionPolicy", on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)

    objects = ClientOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent to later contact")
        verbose_name_plural = _("consents to later contact")
        ordering = ["-recorded_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_standing_win_back_consent", fields=["client"], condition=Q(withdrawn_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"consent of client {self.client_id}"
