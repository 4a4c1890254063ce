"""The value of a client, run by run, under versioned policies (domain.md §6)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from branch_crm.core.access import BranchOwnedQuerySet
from clients.models.client import ClientOwnedQuerySet


class ValueType(models.TextChoices):
    COMMISSION = "commission", _("Commission contributor")
    PRODUCT = "product", _("Product buyer")
    ASSET = "asset", _("Asset keeper")
    BALANCED = "balanced", _("Balanced")


class Tier(models.IntegerChoices):
    ORDINARY = 1, _("Ordinary")
    SILVER = 2, _("Silver")
    GOLD = 3, _("Gold")
    PLATINUM = 4, _("Platinum")
    DIAMOND = 5, _("Diamond")


class ValuePolicy(models.Model):
    """`rules` holds weights A, B, C, half-lives, windows, cut-offs, tier table, core share; read by clients.domain.value.

    A draft is proposed by one person and approved, which publishes it, by another; sent back it is a draft again.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PROPOSED = "proposed", pgettext_lazy("value policy", "waiting for approval")
        PUBLISHED = "published", _("published")
        DISCARDED = "discarded", _("put aside")

    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    rules = models.JSONField()
    note = models.TextField(_("note"), blank=True)
    #: Of a proposal the day asked for, empty = as soon as it is approved; of a published version the day it came into force.
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    #: Goes up with every change and every step: whoever acts says which one was seen.
    revision = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(null=True)
    #: Why the last proposal was sent back, until the draft is proposed again.
    returned_note = models.TextField(blank=True)
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    #: Who approved it. Nobody for the defaults, which no person proposed.
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True)

    objects = BranchOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("value policy")
        verbose_name_plural = _("value policies")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(name="value_policy_version_once", fields=["branch", "version"]),
            models.CheckConstraint(
                name="value_policy_two_people",
                condition=models.Q(published_by__isnull=True)
                | models.Q(proposed_by__isnull=True)
                | ~models.Q(published_by=models.F("proposed_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"v{self.version}"


class ScoringRun(models.Model):
    """One scoring of a whole branch for one day under one policy. The newest run with `is_current` is what pages show."""

    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="+")
    as_of = models.DateField(_("as of"))
    policy = models.ForeignKey(ValuePolicy, on_delete=models.PROTECT, related_name="runs")
    #: Fingerprint of policy and inputs: the same night scored twice writes nothing.
    inputs_hash = models.CharField(max_length=64)
    is_current = models.BooleanField(default=False)
    #: Scale (P99 of each part), Pareto curve points, cut-offs, counts: what the why panel needs.
    summary = models.JSONField(default=dict)
    clients = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = BranchOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("scoring run")
        verbose_name_plural = _("scoring runs")
        ordering = ["-as_of", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_current_scoring_run", fields=["branch"], condition=models.Q(is_current=True)
            ),
            models.UniqueConstraint(name="scoring_run_once", fields=["branch", "as_of", "inputs_hash"]),
        ]

    def __str__(self) -> str:
        return f"scoring {self.as_of}"


class ClientValue(models.Model):
    """The outcome for one client in one run. Parts and V run from 0 to 100; null part = no data, weights rescaled."""

    # No foreign keys in the database: a run is written whole by one COPY from a join over the clients themselves, and a check
    # per row and key took twice as long as all the rest. `tests/clients/value` holds what the keys would have held.
    run = models.ForeignKey(
        ScoringRun, on_delete=models.CASCADE, related_name="values", db_index=False, db_constraint=False
    )
    client = models.ForeignKey(
        "clients.Client", on_delete=models.PROTECT, related_name="values", db_index=False, db_constraint=False
    )
    branch = models.ForeignKey(
        "core.Branch", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    value = models.FloatField(_("value"))
    commission_part = models.FloatField(_("commission part"), null=True)
    purchase_part = models.FloatField(_("purchasing power part"), null=True)
    asset_part = models.FloatField(_("asset part"), null=True)
    rank = models.PositiveIntegerField(_("rank"))
    value_type = models.CharField(_("value type"), max_length=10, choices=ValueType.choices)
    tier = models.PositiveSmallIntegerField(_("tier"), choices=Tier.choices)
    #: Tier by today's figures alone, before hold and band; differs from `tier` while a downgrade waits.
    raw_tier = models.PositiveSmallIntegerField(choices=Tier.choices)
    tier_hold_runs = models.PositiveSmallIntegerField(default=0)
    is_core = models.BooleanField(_("core client"))
    #: The money behind the parts, 元: decayed net commission, 12-month net commission, purchasing power, mean net assets.
    commission_money = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    commission_12m = models.DecimalField(_("net commission, 12 months"), max_digits=18, decimal_places=2)
    purchase_money = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    asset_money = models.DecimalField(_("mean net assets"), max_digits=18, decimal_places=2, null=True)
    offsystem_low = models.DecimalField(_("off-system wealth, at least"), max_digits=18, decimal_places=2, null=True)
    #: More stock held here than the new-share quotas allow: one of the two is wrong, so nothing can be inferred.
    quota_conflict = models.BooleanField(_("quota below the holdings"), default=False, db_default=False)
    revenue_12m = models.DecimalField(_("net revenue, 12 months"), max_digits=18, decimal_places=2)
    last_trade_on = models.DateField(_("last trade"), null=True)

    objects = ClientOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("client value")
        verbose_name_plural = _("client values")
        constraints = [models.UniqueConstraint(name="value_once_a_run", fields=["run", "client"])]
        indexes = [
            # History on the client page.
            models.Index(fields=["client", "-run"], name="value_history"),
        ]

    def __str__(self) -> str:
        return f"V={self.value:.1f} client {self.client_id}"
