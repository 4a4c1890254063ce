"""Compliance follow-up (回访): drawn by lot or by event, asked by somebody independent, read over by a third person."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from branch_crm.core.access import BranchOwnedQuerySet
from branch_crm.core.models import Role, Staff
from servicelog.models.versioned import VersionedPolicy


class FollowUpPolicy(VersionedPolicy):
    """`rules`: yearly ratio, days after opening, who is left out, the questions, each with its cited source; compliance's."""

    class Meta:
        verbose_name = _("follow-up policy")
        verbose_name_plural = _("follow-up policies")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(name="follow_up_policy_once", fields=["branch", "version"], nulls_distinct=False)
        ]


class FollowUpQuerySet(BranchOwnedQuerySet):
    """Those who ask see what is theirs to ask; the client's own advisor, whatever else he is, sees nothing of it."""

    def narrow(self, user: Staff) -> Self:
        if user.role in (Role.ADVISOR, Role.ADMIN):
            return self.none()
        others = self.exclude(client__advisor__account=user)
        return others.filter(executor=user) if user.role == Role.COUNTER else others


class FollowUpPlanQuerySet(BranchOwnedQuerySet):
    def narrow(self, user: Staff) -> Self:
        return self.none() if user.role in (Role.ADVISOR, Role.COUNTER, Role.ADMIN) else self


class FollowUpPlan(models.Model):
    """One draw: the same seed over the same clients gives the same sample."""

    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(_("year"))
    policy = models.ForeignKey(FollowUpPolicy, on_delete=models.PROTECT, related_name="+")
    seed = models.BigIntegerField(_("seed"))
    #: Stratum (values of the policy's strata, parted by /) -> [clients that could be drawn, and that were].
    strata = models.JSONField(default=dict)
    #: Clients at the end of last year against whom the ratio is measured.
    eligible = models.PositiveIntegerField(_("clients that count"))
    drawn = models.PositiveIntegerField(_("drawn"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    objects = FollowUpPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up sample")
        verbose_name_plural = _("follow-up samples")
        ordering = ["-pk"]
        constraints = [
            # A lot is cast once: sent twice, the same seed is the same sample.
            models.UniqueConstraint(name="follow_up_seed_once_a_year", fields=["branch", "year", "seed"])
        ]

    def __str__(self) -> str:
        return f"sample of {self.year}, seed {self.seed}"


class FollowUp(models.Model):
    class Kind(models.TextChoices):
        NEW = "new", pgettext_lazy("follow-up", "new client")
        EXISTING = "existing", _("existing client")
        ADVISED = "advised", _("client with an advice agreement")
        LEAVER = "leaver", _("client of somebody who left")
        KEY = "key", _("key client")
        UNUSUAL = "unusual", _("unusual business")
        PERMISSION = "permission", _("new trading permission")
        OTHER = "other", pgettext_lazy("follow-up", "other")

    class Form(models.TextChoices):
        FACE = "face", _("face to face")
        PHONE = "phone", pgettext_lazy("channel", "Phone")
        LETTER = "letter", _("letter")
        MAIL = "mail", pgettext_lazy("channel", "E-mail")
        QUESTIONNAIRE = "questionnaire", _("electronic questionnaire")

    class State(models.TextChoices):
        OPEN = "open", _("to be asked")
        ASKED = "asked", _("asked, to be read over")
        PASSED = "passed", _("read over, in order")
        PROBLEM = "problem", _("read over, something to clear up")
        GIVEN_UP = "given_up", _("not reached, given up")

    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="follow_ups")
    plan = models.ForeignKey(FollowUpPlan, null=True, on_delete=models.PROTECT, related_name="follow_ups")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    #: What asked for it (an opening, a permission, a departure): the same event never asks twice.
    happening = models.CharField(max_length=80)
    due_on = models.DateField(_("due"))
    executor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    form = models.CharField(_("form"), max_length=13, choices=Form.choices, blank=True)
    policy = models.ForeignKey(FollowUpPolicy, on_delete=models.PROTECT, related_name="+")
    #: Question code -> answer, and what was noted beside it.
    answers = models.JSONField(default=dict)
    outcome = models.CharField(_("outcome"), max_length=500, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    recording = models.CharField(_("reference of the recording"), max_length=80, blank=True)
    asked_at = models.DateTimeField(null=True)
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    review_note = models.CharField(_("note of the reader"), max_length=500, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(name="follow_up_once", fields=["client", "kind", "happening"]),
            models.CheckConstraint(
                name="follow_up_read_by_another",
                condition=models.Q(reviewer__isnull=True) | ~models.Q(reviewer=models.F("executor")),
            ),
            models.CheckConstraint(
                name="asked_follow_up_has_person",
                condition=models.Q(state__in=["open", "given_up"])
                | models.Q(executor__isnull=False, asked_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["branch", "state", "due_on"], name="follow_up_queue"),
            # Whoever asks begins with this.
            models.Index(fields=["executor", "state", "due_on"], name="follow_up_of_executor"),
        ]

    def __str__(self) -> str:
        return f"follow-up of client {self.client_id} due {self.due_on}"
