"""The rules of matching as versioned data: weights of the fit terms, hours per tier, switch penalty, fairness band."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from branch_crm.core.access import BranchOwnedQuerySet


class MatchPolicy(models.Model):
    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")

    branch = models.ForeignKey("core.Branch", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PUBLISHED)
    rules = models.JSONField()
    valid_from = models.DateField(_("valid from"))
    note = models.TextField(_("note"), blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(auto_now_add=True)

    objects = BranchOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("match policy")
        verbose_name_plural = _("match policies")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(name="match_policy_once", fields=["branch", "version"], nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return f"v{self.version}"
