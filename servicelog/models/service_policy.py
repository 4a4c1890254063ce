"""How a branch serves and logs, as versioned data: contacts per tier, what counts, quiet hours, forbidden words."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from branch_crm.core.access import SharedQuerySet


class ServicePolicy(models.Model):
    """`rules`: standards (tier x contacts a period x channel), what counts as a contact, editing window, quiet hours,
    order of the queue, suitability table, words never to be said; read by servicelog.domain.service_rules."""

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

    objects = SharedQuerySet.as_manager()

    class Meta:
        verbose_name = _("service policy")
        verbose_name_plural = _("service policies")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(name="service_policy_once", fields=["branch", "version"], nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return f"v{self.version}"
