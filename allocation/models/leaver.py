"""Somebody leaves, moves on, or is away for long: what is known of it, and what became of the book."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from advisors.models.leave import AdvisorOwnedQuerySet
from branch_crm.core.access import BranchOwnedQuerySet
from branch_crm.core.models import Role, Staff


class LeaverCase(models.Model):
    class Kind(models.TextChoices):
        RESIGNATION = "resignation", _("resignation")
        TRANSFER = "transfer", _("transfer to another post or branch")
        LONG_LEAVE = "long_leave", _("long leave")

    class State(models.TextChoices):
        OPEN = "open", _("things still need a home")
        #: The last day has come and everything has a home.
        CLOSED = "closed", pgettext_lazy("leaver case", "closed")
        #: Back from long leave.
        RETURNED = "returned", _("returned")
        CANCELLED = "cancelled", pgettext_lazy("leaver case", "called off")

    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="+")
    advisor = models.ForeignKey("advisors.Advisor", on_delete=models.PROTECT, related_name="leaver_cases")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    announced_on = models.DateField(_("announced on"))
    last_day = models.DateField(_("last day at work"))
    #: Long leave only: first day back at work.
    returns_on = models.DateField(_("back on"), null=True, blank=True)
    #: From this day on the account reads and serves, but neither reveals nor exports.
    narrowed_on = models.DateField(_("account narrowed from"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    #: The allocation run that splits the book, where the engine does.
    plan = models.ForeignKey("allocation.Plan", null=True, on_delete=models.PROTECT, related_name="leaver_cases")
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    #: Null: the night, because the counter's extract says that the person has left.
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(auto_now_add=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)

    objects = AdvisorOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("leaver case")
        verbose_name_plural = _("leaver cases")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(name="one_open_leaver_case", fields=["advisor"], condition=models.Q(state="open")),
            models.CheckConstraint(
                name="only_long_leave_returns",
                condition=models.Q(returns_on__isnull=True)
                | models.Q(kind="long_leave", returns_on__gt=models.F("last_day")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of advisor {self.advisor_id} on {self.last_day}"


class CoverQuerySet(BranchOwnedQuerySet):
    """Advisors see what they cover and what is covered for them."""

    def narrow(self, user: Staff) -> Self:
        if user.role == Role.ADVISOR:
            return self.filter(models.Q(owner__account=user) | models.Q(stand_in__account=user))
        return self.none() if user.role == Role.ADMIN else self


class Cover(models.Model):
    """A client served by a colleague while the own advisor is away; the night gives it back on `until`.

    During the cover the books name the stand-in (Assignment.Reason.COVER), so that everything else follows by itself.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("covered")
        GIVEN_BACK = "given_back", _("given back")
        #: A plan, a request or a leaver case moved the client meanwhile: that later decision holds.
        OVERTAKEN = "overtaken", _("overtaken by a later decision")

    case = models.ForeignKey(LeaverCase, on_delete=models.PROTECT, related_name="covers")
    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="covers")
    owner = models.ForeignKey("advisors.Advisor", on_delete=models.PROTECT, related_name="+")
    stand_in = models.ForeignKey("advisors.Advisor", on_delete=models.PROTECT, related_name="+")
    starts = models.DateField(_("from"))
    #: First day on which the owner serves again; moves with the case's day of return.
    until = models.DateField(_("until"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.RUNNING)
    ended_on = models.DateField(null=True)

    objects = CoverQuerySet.as_manager()

    class Meta:
        verbose_name = _("cover")
        verbose_name_plural = _("covers")
        ordering = ["until", "pk"]
        constraints = [
            models.UniqueConstraint(name="one_running_cover", fields=["client"], condition=models.Q(state="running")),
            models.CheckConstraint(name="cover_ends_after_start", condition=models.Q(until__gt=models.F("starts"))),
        ]
        indexes = [models.Index(fields=["branch", "state", "until"], name="cover_due_back")]

    def __str__(self) -> str:
        return f"client {self.client_id} covered by advisor {self.stand_in_id}"
