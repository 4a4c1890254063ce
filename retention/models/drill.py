"""情景演练: a card with a situation that branches, a drill of it by two or more people, and how each of them scored it."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from branch_crm.core.access import BranchOwnedQuerySet, SharedQuerySet
from branch_crm.core.models import Role, Staff

#: Who sees only the drills of their own.
OWN_ONLY = (Role.ADVISOR, Role.COUNTER)


class DrillCard(models.Model):
    """A situation to be played. Used once a person has read it; changed text has to be read again. Names no client."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("drill card", "to be read by somebody")
        READY = "ready", pgettext_lazy("drill card", "ready")
        RETIRED = "retired", pgettext_lazy("drill card", "out of use")

    class Source(models.TextChoices):
        HAND = "hand", pgettext_lazy("drill card", "written")
        LIBRARY = "library", pgettext_lazy("drill card", "first set")
        #: Of which case is not kept: nothing leads from a card back to a client.
        CASE = "case", pgettext_lazy("drill card", "from a case, without names")

    branch = models.ForeignKey("core.Branch", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    title_zh = models.CharField(_("title in Chinese"), max_length=80)
    title_en = models.CharField(_("title in English"), max_length=80)
    reason = models.ForeignKey("retention.Reason", on_delete=models.PROTECT, related_name="drill_cards")
    #: Of the client that is played; empty = not part of the story.
    tier = models.PositiveSmallIntegerField(_("tier"), null=True, blank=True)
    persona = models.CharField(_("behavioural type"), max_length=2, blank=True)
    #: Language -> part -> text; parts: retention.domain.drill_steps.PARTS.
    text = models.JSONField(default=dict)
    #: What the client says and what may be answered, see retention.domain.drill_steps.
    steps = models.JSONField(default=list)
    source = models.CharField(pgettext_lazy("drill card", "origin"), max_length=8, choices=Source.choices)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.DRAFT)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(auto_now_add=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(null=True)

    objects = SharedQuerySet.as_manager()

    class Meta:
        verbose_name = _("drill card")
        verbose_name_plural = _("drill cards")
        ordering = ["reason__place", "pk"]
        constraints = [
            models.CheckConstraint(
                name="ready_drill_card_was_read",
                condition=~Q(state="ready") | Q(checked_by__isnull=False, checked_at__isnull=False),
            ),
            # What was made from a case is read by a second pair of eyes.
            models.CheckConstraint(
                name="drill_card_of_case_read_by_another",
                condition=~Q(state="ready", source="case") | ~Q(checked_by=models.F("written_by")),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return self.title_zh if (get_language() or "zh-hans").startswith("zh") else self.title_en


class DrillQuerySet(BranchOwnedQuerySet):
    """Advisors and the counter see the drills they play in or have planned; heads and compliance those of the branch."""

    def narrow(self, user: Staff) -> Self:
        if user.role not in OWN_ONLY:
            return self
        own = DrillPart.objects.filter(person=user).values("drill")
        return self.filter(Q(pk__in=own) | Q(planned_by=user))


class Drill(models.Model):
    """A card played at a time, on one screen that all look at, or on everybody's own."""

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("drill", "planned")
        RUNNING = "running", pgettext_lazy("drill", "running")
        SCORING = "scoring", pgettext_lazy("drill", "being scored")
        DONE = "done", pgettext_lazy("drill", "done")
        CANCELLED = "cancelled", pgettext_lazy("drill", "called off")

    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="+")
    card = models.ForeignKey(DrillCard, on_delete=models.PROTECT, related_name="drills")
    #: The approved text that is practised with it; null = there was none.
    script = models.ForeignKey(
        "retention.ScriptVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="drills"
    )
    planned_for = models.DateTimeField(_("when"))
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    on_one_screen = models.BooleanField(_("on one shared screen"), default=False)
    #: Four digits by which others join while it has not begun.
    code = models.CharField(_("code"), max_length=4)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.PLANNED)
    #: Text and steps of the card as they were played.
    played = models.JSONField(default=dict)
    #: What was answered, in order: {"step", "choice"}.
    path = models.JSONField(default=list)
    #: Grows with every change, so that other screens know when to look again.
    changes = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    #: Share of the points, 0 to 1, over all who scored; outright fails; both once it is done.
    share = models.FloatField(_("share of the points"), null=True)
    fails = models.JSONField(default=list)
    passed = models.BooleanField(_("passed"), null=True)

    objects = DrillQuerySet.as_manager()

    class Meta:
        verbose_name = _("drill")
        verbose_name_plural = _("drills")
        ordering = ["-planned_for", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="open_drill_code_once", fields=["branch", "code"], condition=Q(state__in=["planned", "running"])
            ),
            models.CheckConstraint(
                name="done_drill_has_result",
                condition=~Q(state="done") | Q(share__isnull=False, passed__isnull=False, finished_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["branch", "state", "-planned_for"], name="drill_of_branch")]

    def __str__(self) -> str:
        return f"drill {self.pk} of card {self.card_id}"


class DrillRowsQuerySet(BranchOwnedQuerySet):
    """Rows that hang on a drill: visible when the drill is."""

    branch_path = "drill__branch_id"

    def narrow(self, user: Staff) -> Self:
        return self.filter(drill__in=Drill.objects.visible_to(user))


class DrillPart(models.Model):
    """Who plays what. One plays the client, one is the member of staff who practises, others watch."""

    class Role(models.TextChoices):
        CLIENT = "client", pgettext_lazy("part in a drill", "plays the client")
        STAFF = "staff", pgettext_lazy("part in a drill", "practises")
        OBSERVER = "observer", pgettext_lazy("part in a drill", "watches")

    drill = models.ForeignKey(Drill, on_delete=models.PROTECT, related_name="parts")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="drill_parts")
    role = models.CharField(pgettext_lazy("drill", "part"), max_length=8, choices=Role.choices)
    #: Null = asked, not come yet.
    joined_at = models.DateTimeField(null=True)

    objects = DrillRowsQuerySet.as_manager()

    class Meta:
        verbose_name = _("part in a drill")
        verbose_name_plural = _("parts in drills")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="one_part_a_person", fields=["drill", "person"]),
            models.UniqueConstraint(
                name="one_client_one_staff", fields=["drill", "role"], condition=Q(role__in=["client", "staff"])
            ),
        ]
        indexes = [models.Index(fields=["person", "role"], name="drill_part_of_person")]

    def __str__(self) -> str:
        return f"{self.role} of drill {self.drill_id}"


class DrillScore(models.Model):
    """How one of those who did not practise scored it."""

    part = models.OneToOneField(DrillPart, on_delete=models.PROTECT, related_name="score")
    #: Item of the rubric -> 0, 1, 2 (retention.domain.drill_rubric).
    marks = models.JSONField(default=dict)
    fails = models.JSONField(default=list)
    note = models.CharField(_("note"), max_length=500, blank=True)
    #: On one shared screen that is whoever signed in there.
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("score of a drill")
        verbose_name_plural = _("scores of drills")

    def __str__(self) -> str:
        return f"score of part {self.part_id}"
