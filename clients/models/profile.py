"""What the branch learns by talking: the profile the founding paper asks for (row 1 of its table)."""

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models.client import ClientOwnedQuerySet


class WealthSource(models.TextChoices):
    SALARY = "salary", _("Salary and savings")
    FAMILY = "family", _("Family, inheritance")
    BUSINESS = "business", _("Own business")
    INVESTING = "investing", _("Investing")
    PROPERTY = "property", _("Property")
    OTHER = "other", _("Other")


class LiquidityNeed(models.TextChoices):
    LOW = "low", _("Low: not needed for three years")
    MEDIUM = "medium", _("Medium: part of it within a year")
    HIGH = "high", _("High: needed within three months")


@pghistory.track()
class ClientProfile(models.Model):
    """One per client; every field optional, filled along the way. Percentages of `distribution` add up to 100 at most."""

    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="+")
    client = models.OneToOneField("clients.Client", on_delete=models.PROTECT, related_name="profile")
    experience_years = models.PositiveSmallIntegerField(_("years of investment experience"), null=True, blank=True)
    experience_note = models.TextField(_("investment experience"), blank=True)
    wealth_source = models.CharField(_("how wealth was made"), max_length=12, choices=WealthSource.choices, blank=True)
    main_investments = models.TextField(_("main investments now"), blank=True)
    #: {"stocks": 40, "funds": 20, "deposits": 20, "property": 20, "insurance": 0, "other": 0}, per cent of wealth.
    distribution = models.JSONField(_("asset distribution"), default=dict, blank=True)
    wishes = models.TextField(_("wishes for the future"), blank=True)
    goal_return_note = models.CharField(_("expected return and term"), max_length=120, blank=True)
    liquidity_need = models.CharField(_("liquidity need"), max_length=8, choices=LiquidityNeed.choices, blank=True)
    liquidity_note = models.TextField(_("liquidity"), blank=True)
    #: Kinds of products the client wants, as the catalogue names them; empty = none named, any will do.
    wanted_kinds = models.JSONField(_("kinds of products wanted"), default=list, blank=True)
    #: Stated wish about the advisor: codes of the skill taxonomy the client asked for, e.g. ["plain_speech"].
    wished_skills = models.JSONField(_("wishes about the advisor"), default=list, blank=True)
    preferred_channel = models.CharField(_("preferred channel"), max_length=20, blank=True)
    marketing_opt_out = models.BooleanField(_("no marketing contacts"), default=False)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    objects = ClientOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("client profile")
        verbose_name_plural = _("client profiles")

    def __str__(self) -> str:
        return f"profile of client {self.client_id}"
