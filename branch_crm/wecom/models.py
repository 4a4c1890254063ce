"""The out-box of the WeCom group robot: every message as it leaves the house, and how often it was tried."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from branch_crm.core.access import BranchOwnedQuerySet


class WecomMessage(models.Model):
    """`text` is the whole message: counts and links, see `put`. `next_try_at` is also the lease of whoever sends it now."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("message", "waiting")
        SENT = "sent", pgettext_lazy("message", "sent")
        DEAD = "dead", pgettext_lazy("message", "given up")

    branch = models.ForeignKey("core.Branch", null=True, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=120, unique=True)
    text = models.CharField(_("message text"), max_length=2048)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts to send"), default=0)
    next_try_at = models.DateTimeField(_("next attempt"))
    #: What went wrong last, without address and answer: both may hold the key of the robot.
    error = models.CharField(_("error"), max_length=120, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)

    objects = BranchOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("WeCom message")
        verbose_name_plural = _("WeCom messages")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["next_try_at"], name="wecom_waiting", condition=models.Q(state="waiting"))]

    def __str__(self) -> str:
        return f"{self.key} {self.state}"
