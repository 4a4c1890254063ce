"""Exchange days as data: seeded from the published calendar, edited by compliance when the exchange announces a change."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TradingDay(models.Model):
    """One calendar day of the Shanghai and Shenzhen exchanges.

    Days without a row follow the weekday rule and count as provisional.
    """

    class Source(models.TextChoices):
        LIBRARY = "library", _("published calendar")
        MANUAL = "manual", _("entered by hand")

    day = models.DateField(_("day"), primary_key=True)
    is_session = models.BooleanField(_("exchange open"))
    source = models.CharField(_("source"), max_length=8, choices=Source.choices, default=Source.MANUAL)
    note = models.CharField(_("note"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("trading day")
        verbose_name_plural = _("trading days")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {'open' if self.is_session else 'closed'}"
