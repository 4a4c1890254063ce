"""话术: what may be said in a situation, written in parts, approved by compliance for a time, in versions that stay readable."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from branch_crm.core.access import SharedQuerySet
from branch_crm.core.models import Staff
from clients.models.client import ClientOwnedQuerySet


class Script(models.Model):
    """A situation: reason x tiers x behavioural types. `branch` null = the firm's own."""

    branch = models.ForeignKey("core.Branch", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    title_zh = models.CharField(_("title in Chinese"), max_length=80)
    title_en = models.CharField(_("title in English"), max_length=80)
    reason = models.ForeignKey("retention.Reason", on_delete=models.PROTECT, related_name="scripts")
    #: Empty = all.
    tiers = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True, verbose_name=_("tiers"))
    personas = ArrayField(models.CharField(max_length=2), default=list, blank=True, verbose_name=_("behavioural types"))
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    is_active = models.BooleanField(_("in use"), default=True)

    objects = SharedQuerySet.as_manager()

    class Meta:
        verbose_name = _("script")
        verbose_name_plural = _("scripts")
        ordering = ["reason__place", "pk"]

    def __str__(self) -> str:
        return self.title_zh


class ScriptRowsQuerySet(SharedQuerySet):
    """Rows that hang on a script: visible when the script is."""

    branch_path = "script__branch_id"

    def visible_to(self, user: Staff) -> Self:
        return self.filter(script__in=Script.objects.visible_to(user))


class ScriptVersion(models.Model):
    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PROPOSED = "proposed", _("waits for compliance")
        APPROVED = "approved", _("approved")
        RETURNED = "returned", _("returned for changes")
        RETIRED = "retired", _("retired")

    script = models.ForeignKey(Script, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField(_("version"))
    #: Language -> part -> text; parts: opening, questions, facts, offer, close, must_say, never_say (retention.domain.scripts).
    body = models.JSONField(default=dict)
    #: Forbidden wording found at saving, as in Contact.flagged.
    flagged = models.JSONField(default=list, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.DRAFT)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_note = models.CharField(_("note"), max_length=300, blank=True)
    expires_on = models.DateField(_("approved until"), null=True, blank=True)

    objects = ScriptRowsQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a script")
        verbose_name_plural = _("versions of scripts")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(name="script_version_once", fields=["script", "version"]),
            models.CheckConstraint(
                name="approved_script_has_person_and_end",
                condition=~Q(state="approved") | Q(decided_by__isnull=False, expires_on__isnull=False),
            ),
            models.CheckConstraint(
                name="script_approved_by_another",
                condition=~Q(state="approved") | ~Q(decided_by=models.F("written_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"script {self.script_id} v{self.version}"


class ScriptUse(models.Model):
    """Which version an episode was given: by lot over the approved ones, whether or not it was then spoken."""

    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    #: The episode: one lot each.
    case = models.ForeignKey("retention.RetentionCase", on_delete=models.PROTECT, related_name="script_uses")
    script = models.ForeignKey(Script, on_delete=models.PROTECT, related_name="uses")
    version = models.ForeignKey(ScriptVersion, on_delete=models.PROTECT, related_name="uses")
    drawn_at = models.DateTimeField(auto_now_add=True)
    #: Versions that were in the lot.
    among = models.PositiveSmallIntegerField(_("versions in the lot"))
    spoken_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    spoken_at = models.DateTimeField(null=True)

    objects = ClientOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("use of a script")
        verbose_name_plural = _("uses of scripts")
        constraints = [models.UniqueConstraint(name="one_lot_an_episode", fields=["case", "script"])]
        indexes = [models.Index(fields=["version"], name="script_use_of_version")]

    def __str__(self) -> str:
        return f"version {self.version_id} in case {self.case_id}"
