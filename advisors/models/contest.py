"""Events that test what advisors can do, and the files in which results arrive."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from advisors.models.evidence_kind import EvidenceKind
from branch_crm.core.access import BranchOwnedQuerySet

#: Nobody holds a contest of self-nominations.
CONTEST_KINDS = [(code, label) for code, label in EvidenceKind.choices if code != EvidenceKind.SELF]


class ContestLevel(models.TextChoices):
    """How far the field reached; what that counts for stands in the skill policy (`levels`)."""

    BRANCH = "branch", _("within the branch")
    FIRM = "firm", _("within the firm")
    OUTSIDE = "outside", _("beyond the firm")


class Scoring(models.TextChoices):
    """What is entered for each person, and so how it becomes a score from 0 to 100 (advisors.domain.contest_scores)."""

    POINTS = "points", _("points out of full marks")
    PLACE = "place", _("place in the field")
    FIGURE = "figure", _("a figure, ranked (such as the return in %)")


class Contest(models.Model):
    """One event with a field of participants. Its results are SkillEvidence; `revision` counts the saves, so that two
    people who enter results at once do not overwrite each other."""

    class State(models.TextChoices):
        ANNOUNCED = "announced", _("no results yet")
        COUNTED = "counted", _("results count")
        WITHDRAWN = "withdrawn", _("withdrawn")

    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="contests")
    name = models.CharField(_("name of the contest"), max_length=120)
    kind = models.CharField(_("kind"), max_length=24, choices=CONTEST_KINDS)
    level = models.CharField(_("level"), max_length=10, choices=ContestLevel.choices, default=ContestLevel.BRANCH)
    held_on = models.DateField(_("held on"))
    scoring = models.CharField(_("what is entered"), max_length=10, choices=Scoring.choices, default=Scoring.POINTS)
    full_marks = models.FloatField(_("full marks"), default=100, validators=[MinValueValidator(0.01)])
    field_size = models.PositiveIntegerField(
        _("participants in all"),
        null=True,
        blank=True,
        help_text=_("Of the whole field, people of other branches included. Empty: those entered here."),
    )
    skills = models.JSONField(default=list, blank=True)
    note = models.TextField(_("note"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.ANNOUNCED)
    revision = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = BranchOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("contest")
        verbose_name_plural = _("contests")
        ordering = ["-held_on", "-pk"]
        indexes = [models.Index(name="contest_list", fields=["branch", "-held_on", "-id"])]  # the contest list
        constraints = [
            models.UniqueConstraint(
                name="contest_once",
                fields=["branch", "kind", "name", "held_on"],
                condition=~models.Q(state="withdrawn"),
                violation_error_message=_("A contest of this kind, name and day has been entered already."),
            ),
            models.CheckConstraint(name="contest_full_marks", condition=models.Q(full_marks__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.held_on}"


class ResultUpload(models.Model):
    """A file of results as it was read: kept from the preview to the decision, and afterwards as the record of both.

    `rows`: [{"row": number in the file, field: text of the cell}]. `outcome`: counts of rows by what became of them.
    """

    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(_("file"), max_length=120)
    rows = models.JSONField()
    unknown_headers = models.JSONField(default=list)
    outcome = models.JSONField(default=dict)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    applied_at = models.DateTimeField(null=True, blank=True)

    objects = BranchOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of results")
        verbose_name_plural = _("files of results")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.file_name
