"""Skill is never typed in: it is computed from dated evidence that fades (advisors.domain.skills)."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from advisors.models.evidence_kind import EvidenceKind
from advisors.models.leave import AdvisorOwnedQuerySet
from branch_crm.core.access import BranchOwnedQuerySet


class SkillPolicy(models.Model):
    """A published version of the taxonomy and of how evidence counts; `rules` is read by advisors.domain.skills.

    `branch` null = the firm's default, used where a branch has none of its own.
    """

    branch = models.ForeignKey("core.Branch", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(_("version"))
    rules = models.JSONField()
    valid_from = models.DateField(_("valid from"))
    note = models.TextField(_("note"), blank=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(auto_now_add=True)

    objects = BranchOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("skill policy")
        verbose_name_plural = _("skill policies")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                name="skill_policy_version_once", fields=["branch", "version"], nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"v{self.version}"


class SkillEvidence(models.Model):
    """One result of one advisor: a contest place, an exam mark, an assessment. `skills` empty = the kind's usual skills.

    `figure` is what was entered, `score` what it is worth from 0 to 100. Rows are never changed: a correction withdraws the
    old row and names it in `corrects`.
    """

    advisor = models.ForeignKey("advisors.Advisor", on_delete=models.PROTECT, related_name="evidence")
    contest = models.ForeignKey(
        "advisors.Contest", null=True, blank=True, on_delete=models.PROTECT, related_name="results"
    )
    kind = models.CharField(_("kind"), max_length=24, choices=EvidenceKind.choices)
    event = models.CharField(_("event"), max_length=120)
    held_on = models.DateField(_("held on"))
    figure = models.FloatField(_("as entered"), null=True, blank=True)
    score = models.FloatField(
        _("score"), help_text=_("0 to 100"), validators=[MinValueValidator(0), MaxValueValidator(100)]
    )
    place = models.PositiveIntegerField(_("place"), null=True, blank=True)
    participants = models.PositiveIntegerField(_("participants"), null=True, blank=True)
    skills = models.JSONField(default=list, blank=True)
    note = models.TextField(_("note"), blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    corrects = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrected_by"
    )

    objects = AdvisorOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("skill evidence")
        verbose_name_plural = _("skill evidence")
        ordering = ["-held_on", "-pk"]
        constraints = [
            models.CheckConstraint(name="evidence_score_0_100", condition=models.Q(score__gte=0, score__lte=100)),
            models.UniqueConstraint(
                name="evidence_once",
                fields=["advisor", "kind", "event", "held_on"],
                condition=models.Q(withdrawn_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.event} {self.held_on}"
