"""What the night noticed and a person should look at before the next run. A flag moves nobody."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from branch_crm.core.access import BranchOwnedQuerySet


class ReviewFlag(models.Model):
    class Kind(models.TextChoices):
        UNSERVED_CORE = "unserved_core", _("core client without an advisor")
        HOLDER_GONE = "holder_gone", _("advisor has left")
        HOLDER_UNLICENSED = "holder_unlicensed", _("advisor's licence has expired")
        OVERLOADED = "overloaded", _("book exceeds the advisor's hours")
        OUTSIDE_BAND = "outside_band", _("value per hour outside the fairness band")
        POOR_FIT = "poor_fit", _("much better match available")

    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    client = models.ForeignKey("clients.Client", null=True, on_delete=models.PROTECT, related_name="+")
    advisor = models.ForeignKey("advisors.Advisor", null=True, on_delete=models.PROTECT, related_name="+")
    figure = models.FloatField(default=0)
    detail = models.JSONField(default=dict)
    first_seen = models.DateField(_("since"))
    last_seen = models.DateField(_("last seen"))
    closed_on = models.DateField(_("gone on"), null=True)

    objects = BranchOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("review flag")
        verbose_name_plural = _("review flags")
        ordering = ["kind", "-figure"]
        constraints = [
            models.UniqueConstraint(
                name="one_open_flag",
                fields=["branch", "kind", "client", "advisor"],
                condition=models.Q(closed_on__isnull=True),
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.client_id or self.advisor_id}"
