"""What other firms were seen to do: noted by whoever sees it, with where it was seen. A fact beside a case, never an offer."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from branch_crm.core.access import BranchOwnedQuerySet


class CompetitorMove(models.Model):
    class What(models.TextChoices):
        RATE = "rate", pgettext_lazy("competitor", "rate")
        GIFT = "gift", pgettext_lazy("competitor", "gifts or cash back")
        PRODUCT = "product", pgettext_lazy("competitor", "product")
        SYSTEM = "system", pgettext_lazy("competitor", "trading app")
        PEOPLE = "people", pgettext_lazy("competitor", "people called away")
        OTHER = "other", pgettext_lazy("competitor", "something else")

    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="+")
    broker = models.CharField(_("firm"), max_length=60)
    what = models.CharField(pgettext_lazy("competitor", "what"), max_length=8, choices=What.choices)
    #: Share of traded value, e.g. 0.000150 = 万1.5.
    rate = models.DecimalField(_("rate offered"), max_digits=8, decimal_places=6, null=True, blank=True)
    seen_on = models.DateField(_("seen on"))
    source = models.CharField(_("seen where"), max_length=120)
    note = models.CharField(_("note"), max_length=300, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(auto_now_add=True)

    objects = BranchOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("competitor's move")
        verbose_name_plural = _("competitors' moves")
        ordering = ["-seen_on", "-pk"]
        indexes = [models.Index(fields=["branch", "-seen_on"], name="competitor_move_by_day")]

    def __str__(self) -> str:
        return f"{self.what} of {self.broker}"
