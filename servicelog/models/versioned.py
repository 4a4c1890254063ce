"""What every versioned rule of this app has: a draft that is published with a day, a note and a person."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from branch_crm.core.access import SharedQuerySet
from branch_crm.core.models import Branch


class VersionedQuerySet(SharedQuerySet):
    def in_force(self, branch: Branch, *, on: date) -> Any:
        """The branch's own newest published version valid on that day, else the firm's; None where there is neither."""
        published = self.filter(
            models.Q(branch=branch) | models.Q(branch__isnull=True), state="published", valid_from__lte=on
        )
        return published.order_by(models.F("branch_id").asc(nulls_last=True), "-version").first()


class VersionedPolicy(models.Model):
    """`branch` null = the firm's default, used where a branch has none of its own."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")

    branch = models.ForeignKey("core.Branch", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    rules = models.JSONField()
    note = models.TextField(_("note"), blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True)

    objects = VersionedQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"v{self.version}"
