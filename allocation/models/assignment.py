"""Who serves whom, from when to when, why, by which plan. The database forbids two at a time."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Func
from django.utils.translation import gettext_lazy as _

from clients.models.client import ClientOwnedQuerySet


class DateRange(Func):
    """Half-open [starts, ends): the day of a change belongs to the successor."""

    function = "daterange"
    output_field = DateRangeField()


@pghistory.track()
class Assignment(models.Model):
    class Reason(models.TextChoices):
        COUNTER = "counter", _("taken over from the counter system")
        PLAN = "plan", _("allocation plan")
        ROLLBACK = "rollback", _("plan rolled back")
        REQUEST = "request", _("client's request")
        HANDOVER = "handover", _("handover")
        COVER = "cover", _("temporary cover")
        RETURN = "return", _("given back after cover")

    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="assignments")
    advisor = models.ForeignKey("advisors.Advisor", on_delete=models.PROTECT, related_name="assignments")
    starts = models.DateField(_("from"))
    #: First day on which it no longer holds; null = open.
    ends = models.DateField(_("until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason.choices)
    end_reason = models.CharField(_("why it ended"), max_length=10, choices=Reason.choices, blank=True)
    plan = models.ForeignKey("allocation.Plan", null=True, on_delete=models.PROTECT, related_name="assignments")
    end_plan = models.ForeignKey("allocation.Plan", null=True, on_delete=models.PROTECT, related_name="+")
    #: The client's request that began it, where reason says so.
    request = models.ForeignKey(
        "allocation.ChangeRequest", null=True, on_delete=models.PROTECT, related_name="assignments"
    )
    #: The leaver case that began it: handed over, covered, or given back.
    case = models.ForeignKey("allocation.LeaverCase", null=True, on_delete=models.PROTECT, related_name="assignments")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ClientOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["-starts", "-pk"]
        constraints = [
            ExclusionConstraint(
                name="one_advisor_at_a_time",
                expressions=[
                    ("client", RangeOperators.EQUAL),
                    (DateRange("starts", "ends"), RangeOperators.OVERLAPS),
                ],
            ),
            models.UniqueConstraint(
                name="one_open_assignment", fields=["client"], condition=models.Q(ends__isnull=True)
            ),
            models.CheckConstraint(
                name="assignment_ends_after_start",
                condition=models.Q(ends__isnull=True) | models.Q(ends__gte=models.F("starts")),
            ),
        ]
        indexes = [
            models.Index(fields=["advisor", "-starts"], name="assignment_of_advisor"),
            # The handover history of a branch, by the day of the change; the books of a day are counted from it alone.
            models.Index(fields=["branch", "-starts", "-id"], include=["ends", "advisor"], name="assignment_history"),
            # ... and who ceased to serve in a period.
            models.Index(fields=["branch", "ends"], name="assignment_ended"),
        ]

    def __str__(self) -> str:
        return f"client {self.client_id} with advisor {self.advisor_id} from {self.starts}"
