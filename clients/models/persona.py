"""The four behavioural types (domain.md §4): from the questionnaire, from observed behaviour, and an advisor's word on top."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from branch_crm.core.access import BranchOwnedQuerySet, SharedQuerySet
from clients.models.client import ClientOwnedQuerySet


class Persona(models.TextChoices):
    PRESERVER = "PP", _("Passive Preserver")
    FOLLOWER = "FF", _("Friendly Follower")
    INDEPENDENT = "II", _("Independent Individualist")
    ACCUMULATOR = "AA", _("Active Accumulator")
    MIXED = "mixed", _("Mixed")
    UNKNOWN = "", _("Not enough evidence")


class PersonaPolicy(models.Model):
    """`rules`: questionnaire form, proxies with weights, thresholds, do / don't line codes; read by clients.domain.persona."""

    branch = models.ForeignKey("core.Branch", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(_("version"))
    rules = models.JSONField()
    valid_from = models.DateField(_("valid from"))
    note = models.TextField(_("note"), blank=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = SharedQuerySet.as_manager()

    class Meta:
        verbose_name = _("persona policy")
        verbose_name_plural = _("persona policies")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(name="persona_policy_once", fields=["branch", "version"], nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return f"v{self.version}"


class QuestionnaireAnswer(models.Model):
    """One filled-in questionnaire: raw answers kept, type scores computed under the policy version of that day."""

    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="questionnaires")
    policy = models.ForeignKey(PersonaPolicy, on_delete=models.PROTECT, related_name="+")
    answered_on = models.DateField(_("answered on"))
    answers = models.JSONField()
    result = models.JSONField(default=dict)
    persona = models.CharField(_("persona"), max_length=5, choices=Persona.choices, blank=True)
    confidence = models.FloatField(_("confidence"), default=0)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(auto_now_add=True)

    objects = ClientOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")
        ordering = ["-answered_on", "-pk"]

    def __str__(self) -> str:
        return f"questionnaire {self.answered_on}"


class BehaviourRun(models.Model):
    """One reading of the behaviour of a whole branch."""

    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="+")
    as_of = models.DateField(_("as of"))
    policy = models.ForeignKey(PersonaPolicy, on_delete=models.PROTECT, related_name="runs")
    inputs_hash = models.CharField(max_length=64)
    is_current = models.BooleanField(default=False)
    summary = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = BranchOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("behaviour run")
        verbose_name_plural = _("behaviour runs")
        ordering = ["-as_of", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_current_behaviour_run", fields=["branch"], condition=models.Q(is_current=True)
            )
        ]

    def __str__(self) -> str:
        return f"behaviour {self.as_of}"


class ClientBehaviour(models.Model):
    """Observed and combined persona of one client in one run.

    `persona` / `confidence` is what pages and the engine use: questionnaire and behaviour combined, an override on top.
    """

    run = models.ForeignKey(BehaviourRun, on_delete=models.CASCADE, related_name="clients", db_index=False)
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="behaviours", db_index=False)
    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="+", db_index=False)
    observed = models.CharField(_("observed"), max_length=5, choices=Persona.choices, blank=True)
    observed_confidence = models.FloatField(default=0)
    #: Proxy -> [raw value, branch percentile or null, sample size]; type scores under "scores".
    evidence = models.JSONField(default=dict)
    stated = models.CharField(_("from the questionnaire"), max_length=5, choices=Persona.choices, blank=True)
    persona = models.CharField(_("persona"), max_length=5, choices=Persona.choices, blank=True)
    confidence = models.FloatField(_("confidence"), default=0)
    needs_talk = models.BooleanField(_("form and behaviour disagree"), default=False)

    objects = ClientOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("client behaviour")
        verbose_name_plural = _("client behaviours")
        constraints = [models.UniqueConstraint(name="behaviour_once_a_run", fields=["run", "client"])]
        indexes = [models.Index(fields=["client", "-run"], name="behaviour_history")]

    def __str__(self) -> str:
        return f"{self.persona or '?'} client {self.client_id}"


class PersonaOverride(models.Model):
    """An advisor's or director's judgement, with a reason and an end; the computed persona stays beside it."""

    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="persona_overrides")
    persona = models.CharField(_("persona"), max_length=5, choices=Persona.choices)
    reason = models.TextField(_("reason"))
    until = models.DateField(_("until"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ClientOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("persona override")
        verbose_name_plural = _("persona overrides")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_open_persona_override", fields=["client"], condition=models.Q(withdrawn_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.persona} client {self.client_id}"
