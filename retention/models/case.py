"""An attempt to keep a client: who talks, what was offered, how it ended, and whether it was true 30 and 90 days later."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from branch_crm.core.access import BranchOwnedQuerySet
from branch_crm.core.models import Role, Staff
from clients.models.client import ClientOwnedQuerySet


class RetentionCase(models.Model):
    """Runs beside a request, never before it: no column of a request refers to a case."""

    class Source(models.TextChoices):
        SIGNAL = "signal", _("signs of leaving")
        REQUEST = "request", _("the client's request")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("retention case", "open")
        CLOSED = "closed", pgettext_lazy("retention case", "ended")

    class Outcome(models.TextChoices):
        #: Said to stay; true only when the later checks say so.
        STAYS = "stays", _("stays, to be checked after 30 and 90 days")
        LEFT = "left", pgettext_lazy("retention case", "left")
        DECLINED = "declined", _("did not want to talk")
        NOT_REACHED = "not_reached", _("not reached")
        FALSE_ALARM = "false_alarm", _("did not mean to leave")

    class Check(models.TextChoices):
        WAITING = "waiting", _("not yet time")
        KEPT = "kept", _("assets and activity are there")
        FADED = "faded", _("still a client, assets or activity are gone")
        LOST = "lost", _("lost after all")

    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="retention_cases")
    advisor = models.ForeignKey("advisors.Advisor", null=True, on_delete=models.PROTECT, related_name="+")
    tier = models.PositiveSmallIntegerField(null=True)
    source = models.CharField(_("source"), max_length=8, choices=Source.choices)
    request = models.ForeignKey(
        "retention.LeavingRequest", null=True, on_delete=models.PROTECT, related_name="retention_cases"
    )
    #: Likely reasons at the opening, ranked, each with what speaks for it (retention.domain.likely_reasons).
    likely = models.JSONField(default=list)
    reason = models.ForeignKey("retention.Reason", null=True, on_delete=models.PROTECT, related_name="cases")
    opened_at = models.DateTimeField(auto_now_add=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    #: Assets and yearly net revenue at the opening, 元: what the later checks are measured by.
    assets = models.DecimalField(_("assets at the opening"), max_digits=18, decimal_places=2, null=True)
    revenue = models.DecimalField(_("yearly revenue at the opening"), max_digits=18, decimal_places=2, null=True)
    state = models.CharField(_("state"), max_length=6, choices=State.choices, default=State.OPEN)
    outcome = models.CharField(
        pgettext_lazy("retention case", "outcome"), max_length=12, choices=Outcome.choices, blank=True
    )
    outcome_note = models.CharField(_("note"), max_length=500, blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    check_30 = models.CharField(_("after 30 days"), max_length=8, choices=Check.choices, default=Check.WAITING)
    check_90 = models.CharField(_("after 90 days"), max_length=8, choices=Check.choices, default=Check.WAITING)
    #: Figures of the checks: assets without market moves, flows, activity, per check.
    checks = models.JSONField(default=dict)

    #: Worked out of the client's requests by retention.queries.cases.with_end.
    talk_declined: bool
    has_left: bool

    objects = ClientOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("retention case")
        verbose_name_plural = _("retention cases")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(name="one_open_retention_case", fields=["client"], condition=Q(state="open")),
            models.CheckConstraint(
                name="ended_case_has_outcome",
                condition=Q(state="open") | (~Q(outcome="") & Q(closed_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["branch", "state", "-opened_at"], name="retention_case_queue"),
            models.Index(fields=["client", "-opened_at"], name="retention_case_of_client"),
        ]

    def __str__(self) -> str:
        return f"retention of client {self.client_id}"


class CaseRowsQuerySet(BranchOwnedQuerySet):
    """Rows that hang on a case: visible when the case is."""

    branch_path = "case__branch_id"

    def narrow(self, user: Staff) -> Self:
        return self.filter(case__in=RetentionCase.objects.visible_to(user))


class CaseTask(models.Model):
    """One role's part in a case, all at the same time; each with its own countdown and a stand-in when nobody answers."""

    class State(models.TextChoices):
        CALLED = "called", _("called, no answer yet")
        TAKEN = "taken", _("taken")
        DONE = "done", pgettext_lazy("task", "done")
        #: The client declined to talk, the request is done, or the case ended.
        STOPPED = "stopped", pgettext_lazy("task", "stopped")

    case = models.ForeignKey(RetentionCase, on_delete=models.PROTECT, related_name="tasks")
    role = models.CharField(_("role"), max_length=16, choices=Role.choices)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="retention_tasks"
    )
    #: Who was called first, where the duty officer took over.
    called_first = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    called_at = models.DateTimeField(_("called at"))
    #: Without an answer by then the duty officer is called.
    answer_by = models.DateTimeField(_("answer by"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.CALLED)
    taken_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    contact = models.ForeignKey("servicelog.Contact", null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = CaseRowsQuerySet.as_manager()

    class Meta:
        verbose_name = _("part in a retention case")
        verbose_name_plural = _("parts in retention cases")
        ordering = ["answer_by", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_running_part_a_role", fields=["case", "role"], condition=Q(state__in=["called", "taken"])
            )
        ]
        indexes = [
            models.Index(
                fields=["assignee", "answer_by"], condition=Q(state__in=["called", "taken"]), name="case_part_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} in case {self.case_id}"


class Offer(models.Model):
    """A concession out of the approved table, priced against what the client is worth."""

    class State(models.TextChoices):
        MADE = "made", _("made")
        WAITING = "waiting", _("waits for approval")
        REFUSED = "refused", _("not approved")
        ACCEPTED = "accepted", _("accepted by the client")
        TURNED_DOWN = "turned_down", _("turned down by the client")

    case = models.ForeignKey(RetentionCase, on_delete=models.PROTECT, related_name="offers")
    #: Code in the policy's table of concessions, and the terms within it.
    concession = models.CharField(_("concession"), max_length=40)
    terms = models.JSONField(default=dict)
    #: What it costs in a year, and what the client brings in one, 元.
    yearly_cost = models.DecimalField(_("cost a year"), max_digits=18, decimal_places=2)
    yearly_revenue = models.DecimalField(_("revenue a year"), max_digits=18, decimal_places=2)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.MADE)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)

    objects = CaseRowsQuerySet.as_manager()

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.concession} in case {self.case_id}"
