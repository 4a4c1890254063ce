"""A product spoken of with a client, with the suitability result of that moment. Kept twenty years (适当性管理办法)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models.client import ClientOwnedQuerySet


class Recommendation(models.Model):
    class Result(models.TextChoices):
        MATCH = "match", _("suitable")
        BLOCKED = "blocked", _("not suitable, refused")
        CLIENT_INITIATED = "client_initiated", _("not suitable, asked for by the client after a written warning")

    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="recommendations")
    product = models.ForeignKey("clients.Product", on_delete=models.PROTECT, related_name="recommendations")
    contact = models.ForeignKey(
        "servicelog.Contact", null=True, on_delete=models.PROTECT, related_name="recommendations"
    )
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    staff_initiated = models.BooleanField(_("suggested by us"))
    result = models.CharField(_("suitability"), max_length=18, choices=Result.choices)
    #: Levels, validity, term, rule texts and policy version as they were: why it came out so.
    grounds = models.JSONField(default=dict)
    #: Number of the client's written confirmation; required for client_initiated.
    confirmation = models.CharField(_("confirmation no."), max_length=40, blank=True)

    objects = ClientOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("recommendation")
        verbose_name_plural = _("recommendations")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="unsuitable_only_with_confirmation",
                condition=~models.Q(result="client_initiated")
                | (models.Q(staff_initiated=False) & ~models.Q(confirmation="")),
            )
        ]
        indexes = [models.Index(fields=["client", "-made_at"], name="recommendation_of_client")]

    def __str__(self) -> str:
        return f"product {self.product_id} for client {self.client_id}: {self.result}"
