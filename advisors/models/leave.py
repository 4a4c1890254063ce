"""Absences. An advisor on leave gets no new clients and drops out of every list of successors."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import Func
from django.utils.translation import gettext_lazy as _

from branch_crm.core.access import BranchOwnedQuerySet
from branch_crm.core.models import Role, Staff


class DateRange(Func):
    function = "daterange"
    output_field = DateRangeField()


class AdvisorOwnedQuerySet(BranchOwnedQuerySet):
    """Rows that hang on an advisor: visible exactly when the advisor is."""

    branch_path = "advisor__branch_id"

    def narrow(self, user: Staff) -> Self:
        return self.filter(advisor__account=user) if user.role == Role.ADVISOR else self


class Leave(models.Model):
    """Both days inclusive."""

    advisor = models.ForeignKey("advisors.Advisor", on_delete=models.PROTECT, related_name="leaves")
    starts = models.DateField(_("first day"))
    ends = models.DateField(_("last day"))
    reason = models.CharField(_("reason"), max_length=80, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = AdvisorOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("leave")
        verbose_name_plural = _("leave records")
        ordering = ["-starts"]
        constraints = [
            models.CheckConstraint(name="leave_ends_after_start", condition=models.Q(ends__gte=models.F("starts"))),
            ExclusionConstraint(
                name="leave_no_overlap",
                expressions=[
                    ("advisor", RangeOperators.EQUAL),
                    (
                        DateRange("starts", "ends", RangeBoundary(inclusive_lower=True, inclusive_upper=True)),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_("This leave overlaps another one of the same advisor."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts} – {self.ends}"
