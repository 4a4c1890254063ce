"""Early warning: how likely a client is to leave, by the signals of one night and one version of the rule."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from branch_crm.core.access import BranchOwnedQuerySet
from clients.models.client import ClientOwnedQuerySet


class RiskRun(models.Model):
    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="+")
    as_of = models.DateField(_("as of"))
    policy = models.ForeignKey("retention.RiskPolicy", on_delete=models.PROTECT, related_name="+")
    #: Hash of all that went in: the same night on the same facts writes nothing.
    inputs_hash = models.CharField(max_length=64)
    is_current = models.BooleanField(default=False)
    clients = models.PositiveIntegerField(_("clients scored"))
    #: Band -> n, left, low, high of those whom an evaluation saw leave; empty = the published rule alone.
    calibration = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = BranchOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("early-warning run")
        verbose_name_plural = _("early-warning runs")
        ordering = ["-as_of", "-pk"]
        constraints = [
            models.UniqueConstraint(name="one_current_risk_run", fields=["branch"], condition=Q(is_current=True))
        ]

    def __str__(self) -> str:
        return f"early warning of {self.as_of}"


class RiskMeasures(models.Model):
    """All measures of all clients of the current run, signs or not: a draft of the rule is tried on them."""

    run = models.OneToOneField(RiskRun, on_delete=models.CASCADE, primary_key=True, related_name="measures")
    #: `retention.services.keep_measures` writes and reads it.
    payload = models.BinaryField()

    def __str__(self) -> str:
        return f"measures of run {self.run_id}"


class RiskEvaluation(models.Model):
    """A version of the rule held against the branch's own past. Kept for good, as what was known when."""

    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="+")
    policy = models.ForeignKey("retention.RiskPolicy", on_delete=models.PROTECT, related_name="evaluations")
    as_of = models.DateField(_("as of"))
    #: Hash of all that went in: the same past under the same rule is one evaluation.
    inputs_hash = models.CharField(max_length=64)
    #: False: too few have left to say anything; the points of the rule stand alone.
    is_telling = models.BooleanField()
    #: rules: as they were then. days: counts and places of each past day, see `retention.domain.risk.evaluation`.
    outcome = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    objects = BranchOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("evaluation of the early warning")
        verbose_name_plural = _("evaluations of the early warning")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(name="risk_evaluation_once", fields=["branch", "inputs_hash"])]
        indexes = [models.Index(fields=["policy", "-id"], name="evaluations_of_rule")]

    def __str__(self) -> str:
        return f"evaluation as of {self.as_of}"


class ClientRisk(models.Model):
    class Band(models.IntegerChoices):
        LOW = 1, _("low")
        WATCH = 2, _("to be watched")
        HIGH = 3, _("high")

    run = models.ForeignKey(RiskRun, on_delete=models.CASCADE, related_name="rows")
    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    points = models.FloatField(_("points"))
    band = models.PositiveSmallIntegerField(pgettext_lazy("risk", "band"), choices=Band.choices)
    #: Signal -> points and the figures behind them.
    signals = models.JSONField(default=dict)

    objects = ClientOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("leaving risk")
        verbose_name_plural = _("leaving risks")
        constraints = [models.UniqueConstraint(name="risk_once_a_run", fields=["run", "client"])]
        indexes = [
            models.Index(fields=["run", "-points", "client"], name="risk_by_points"),
            models.Index(fields=["client", "-run"], name="risk_of_client"),
        ]

    def __str__(self) -> str:
        return f"risk of client {self.client_id} in run {self.run_id}"
