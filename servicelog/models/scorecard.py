"""Appraisal of service: monthly figures per advisor by versioned weights, frozen when the month is closed, open to dispute."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from advisors.models.leave import AdvisorOwnedQuerySet
from branch_crm.core.access import BranchOwnedQuerySet
from branch_crm.core.models import Staff
from servicelog.models.versioned import VersionedPolicy


class ScorecardPolicy(VersionedPolicy):
    """`rules`: indicators with weight, target and direction, the bonus, the caps; read by servicelog.domain.scorecard."""

    class Meta:
        verbose_name = _("appraisal policy")
        verbose_name_plural = _("appraisal policies")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(name="scorecard_policy_once", fields=["branch", "version"], nulls_distinct=False)
        ]


class ScorecardQuerySet(AdvisorOwnedQuerySet):
    def with_correction(self) -> Self:
        """Rows with `correction`, the points that granted disputes add."""
        granted = models.Sum("disputes__correction", filter=models.Q(disputes__state="granted"))
        return self.annotate(correction=Coalesce(granted, 0.0))


class Scorecard(models.Model):
    """One advisor, one month. Worked out anew until it is frozen; afterwards only a granted dispute adds a correction."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("scorecard", "running")
        FROZEN = "frozen", _("frozen")

    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="+")
    advisor = models.ForeignKey("advisors.Advisor", on_delete=models.PROTECT, related_name="scorecards")
    month = models.DateField(_("month"), help_text=_("first day of the month"))
    policy = models.ForeignKey(ScorecardPolicy, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=6, choices=State.choices, default=State.DRAFT)
    #: Figure -> value, good, whole, target, weight, points, few; as servicelog.domain.scorecard.Figure.
    figures = models.JSONField(default=dict)
    #: Null: nothing of what is scored could be judged.
    points = models.FloatField(_("points"), null=True)
    #: Code of the cap that holds the points down; empty = none.
    cap = models.CharField(max_length=30, blank=True)
    until = models.DateField(_("counted until"), help_text=_("last day that counts; the month's end once it is over"))
    computed_at = models.DateTimeField(_("worked out"))
    frozen_at = models.DateTimeField(null=True)
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    #: Why it was frozen while figures were in dispute.
    freeze_note = models.CharField(_("note on freezing"), max_length=300, blank=True)

    objects = ScorecardQuerySet.as_manager()

    class Meta:
        verbose_name = _("scorecard")
        verbose_name_plural = _("scorecards")
        ordering = ["-month", "-points"]
        constraints = [
            models.UniqueConstraint(name="one_scorecard_a_month", fields=["advisor", "month"]),
            models.CheckConstraint(name="scorecard_month_is_a_first", condition=models.Q(month__day=1)),
            models.CheckConstraint(
                name="frozen_scorecard_has_time", condition=models.Q(state="draft") | models.Q(frozen_at__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["branch", "-month"], name="scorecard_of_month")]

    def __str__(self) -> str:
        return f"advisor {self.advisor_id} in {self.month:%Y-%m}"

    @property
    def is_frozen(self) -> bool:
        return self.state == self.State.FROZEN


class FigureRecordsQuerySet(BranchOwnedQuerySet):
    branch_path = "scorecard__branch_id"

    def narrow(self, user: Staff) -> Self:
        return self.filter(scorecard__in=Scorecard.objects.visible_to(user))


class FigureRecords(models.Model):
    """What stands behind one figure, kept with the card: a frozen figure opens the records that it was made of."""

    scorecard = models.ForeignKey(Scorecard, on_delete=models.CASCADE, related_name="records")
    indicator = models.CharField(max_length=30)
    #: [record, client, good, whole, weight] each; what a record is depends on the figure: servicelog.queries.scorecard.
    rows = models.JSONField(default=list)

    objects = FigureRecordsQuerySet.as_manager()

    class Meta:
        verbose_name = _("records of a figure")
        verbose_name_plural = _("records of figures")
        constraints = [models.UniqueConstraint(name="figure_records_once", fields=["scorecard", "indicator"])]

    def __str__(self) -> str:
        return f"records of {self.indicator} on scorecard {self.scorecard_id}"


class ScorecardDisputeQuerySet(BranchOwnedQuerySet):
    branch_path = "scorecard__branch_id"

    def narrow(self, user: Staff) -> Self:
        return self.filter(scorecard__in=Scorecard.objects.visible_to(user))


class ScorecardDispute(models.Model):
    """An advisor's objection to one figure, and the answer. A granted one corrects the points; the figure stays as it was."""

    class State(models.TextChoices):
        OPEN = "open", _("waits for an answer")
        GRANTED = "granted", _("granted")
        DECLINED = "declined", _("declined")

    scorecard = models.ForeignKey(Scorecard, on_delete=models.PROTECT, related_name="disputes")
    indicator = models.CharField(_("figure"), max_length=30)
    text = models.CharField(_("what is wrong with it"), max_length=500)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    #: Points added to the frozen card by a granted dispute.
    correction = models.FloatField(_("correction"), default=0)

    objects = ScorecardDisputeQuerySet.as_manager()

    class Meta:
        verbose_name = _("dispute of a scorecard")
        verbose_name_plural = _("disputes of scorecards")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_open_scorecard_dispute",
                fields=["scorecard", "indicator"],
                condition=models.Q(state="open"),
            ),
        ]

    def __str__(self) -> str:
        return f"dispute of {self.indicator} on scorecard {self.scorecard_id}"
