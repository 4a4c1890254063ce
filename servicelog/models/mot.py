"""Moments of truth: the rules that raise tasks, as versioned data over triggers in code, and the tasks."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models.client import ClientOwnedQuerySet
from servicelog.models.versioned import VersionedPolicy


class MotPolicy(VersionedPolicy):
    """`rules` per trigger: parameters, deadline and cooldown in trading days, and what it is for each tier (must, may, off);
    read by servicelog.domain.mot. `branch` null = the firm's default."""

    #: What the draft would have raised in a month, beside the version in force: servicelog.services.simulate_tasks.
    trial = models.JSONField(null=True)

    class Meta:
        verbose_name = _("MOT policy")
        verbose_name_plural = _("MOT policies")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(name="mot_policy_once", fields=["branch", "version"], nulls_distinct=False)
        ]


class MotTask(models.Model):
    """One moment that asks for one contact. Closed by a contact, never by a tick."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("task", "open")
        DONE = "done", pgettext_lazy("task", "done")
        #: The reason for it has passed (paid, renewed, closed account), or nobody took it up before it went stale.
        LAPSED = "lapsed", _("lapsed")

    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="mot_tasks")
    #: Code of the trigger: servicelog.domain.mot.triggers.
    kind = models.CharField(_("moment"), max_length=30)
    #: What happened, as the trigger names it (a day, a flow, a holding): the same happening never makes two tasks.
    happening = models.CharField(max_length=80)
    mandatory = models.BooleanField(_("mandatory"))
    #: Optional, of platinum and above: shown as an aim, never as a quota.
    aim = models.BooleanField(_("aim"), default=False)
    #: Who served the client when it was raised; whose it is now follows the client.
    advisor = models.ForeignKey("advisors.Advisor", null=True, on_delete=models.PROTECT, related_name="+")
    tier = models.PositiveSmallIntegerField(_("tier"))
    raised_on = models.DateField(_("raised on"))
    due_on = models.DateField(_("due"))
    #: Same-day tasks before this hour (trading rules: payment of new shares); null = the end of the day.
    due_time = models.TimeField(null=True)
    #: The figures that raised it: what the "why" panel shows.
    facts = models.JSONField(default=dict)
    #: Value at risk, 元: orders the queue.
    at_stake = models.DecimalField(_("at stake"), max_digits=18, decimal_places=2, default=0)
    policy = models.ForeignKey(MotPolicy, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN)
    contact = models.ForeignKey("servicelog.Contact", null=True, on_delete=models.PROTECT, related_name="mot_tasks")
    closed_on = models.DateField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    lapse_reason = models.CharField(max_length=30, blank=True)

    objects = ClientOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("MOT task")
        verbose_name_plural = _("MOT tasks")
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(name="mot_task_once", fields=["client", "kind", "happening"]),
            models.UniqueConstraint(
                name="one_open_task_a_kind", fields=["client", "kind"], condition=models.Q(state="open")
            ),
            models.CheckConstraint(
                name="done_task_has_its_contact",
                condition=~models.Q(state="done") | models.Q(contact__isnull=False, closed_on__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["branch", "due_on"], condition=models.Q(state="open"), name="mot_open"),
            models.Index(fields=["branch", "raised_on"], name="mot_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of client {self.client_id}"
