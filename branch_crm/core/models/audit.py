"""The business audit: one line per decision, written in the same transaction, never changed afterwards."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from branch_crm.core.access import BranchOwnedQuerySet


class AuditEntry(models.Model):
    """Who did what to which object, when, under which circumstances. `detail` holds codes and numbers, no personal data."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    branch = models.ForeignKey("core.Branch", null=True, on_delete=models.PROTECT, related_name="+")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(_("action"), max_length=60)
    target_type = models.CharField(_("object"), max_length=60, blank=True)
    target_id = models.CharField(max_length=40, blank=True)
    detail = models.JSONField(default=dict)

    objects = BranchOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["branch", "-id"], name="audit_branch_recent"),
            models.Index(fields=["target_type", "target_id", "-id"], name="audit_target"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.action} {self.target_type} {self.target_id}"
