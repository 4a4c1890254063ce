"""The latest figures of each client in one place, so that lists sort and filter 100,000 clients without joining run tables."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from clients.models.client import ClientOwnedQuerySet
from clients.models.facts import money
from clients.models.persona import Persona
from clients.models.value import Tier, ValueType

#: Where a figure is missing, lists sort as if it were this: worse than everything.
NO_VALUE = -1.0
NO_RANK = 2**31 - 1
NO_MONEY = Decimal(-(10**15))
NO_DAY = date(1900, 1, 1)


class ClientFigures(models.Model):
    """One row per client, made by a trigger when the client arrives, brought up to date by `refresh_figures`.

    A copy, never a source: value, type and tier come from the current ScoringRun, persona from the current BehaviourRun,
    assets from the newest AssetSnapshot. Null = that run has not seen the client.
    """

    client = models.OneToOneField(
        "clients.Client", primary_key=True, on_delete=models.CASCADE, related_name="figures", db_index=False
    )
    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="+", db_index=False)
    value = models.FloatField(_("value"), null=True)
    rank = models.PositiveIntegerField(_("rank"), null=True)
    value_type = models.CharField(_("value type"), max_length=10, choices=ValueType.choices, null=True)
    tier = models.PositiveSmallIntegerField(_("tier"), choices=Tier.choices, null=True)
    is_core = models.BooleanField(_("core client"), default=False, db_default=False)
    commission_12m = money(_("net commission, 12 months"), null=True)
    revenue_12m = money(_("net revenue, 12 months"), null=True)
    offsystem_low = money(_("off-system wealth, at least"), null=True)
    quota_conflict = models.BooleanField(_("quota below the holdings"), default=False, db_default=False)
    last_trade_on = models.DateField(_("last trade"), null=True)
    total_assets = money(_("total assets"), null=True)
    assets_on = models.DateField(_("assets as of"), null=True)
    persona = models.CharField(_("persona"), max_length=5, choices=Persona.choices, null=True)
    confidence = models.FloatField(_("confidence"), null=True)
    needs_talk = models.BooleanField(_("form and behaviour disagree"), default=False, db_default=False)

    objects = ClientOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("figures of a client")
        verbose_name_plural = _("figures of clients")
        indexes = [
            # The client list by value (its default), pages by key in both directions. By rank, which has no ties.
            models.Index(F("branch"), Coalesce("rank", Value(NO_RANK)), F("client"), name="figures_by_rank"),
            # ... by tier, best value first inside a tier.
            models.Index(
                F("branch"),
                Coalesce("tier", Value(0)),
                Coalesce("value", Value(NO_VALUE)),
                F("client"),
                name="figures_by_tier",
            ),
            # ... by assets.
            models.Index(F("branch"), Coalesce("total_assets", Value(NO_MONEY)), F("client"), name="figures_by_assets"),
            # ... by commission.
            models.Index(
                F("branch"), Coalesce("commission_12m", Value(NO_MONEY)), F("client"), name="figures_by_commission"
            ),
            # ... by last trade.
            models.Index(F("branch"), Coalesce("last_trade_on", Value(NO_DAY)), F("client"), name="figures_by_trade"),
        ]

    def __str__(self) -> str:
        return f"figures of client {self.client_id}"
