"""A member of the branch's staff as the counter system lists them; those who serve clients are its advisors."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Self

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from advisors.models.leave import Leave
from branch_crm.core.access import BranchOwnedQuerySet
from branch_crm.core.models import Role, Staff


class Position(models.TextChoices):
    """岗位. Only the first three hold books of clients."""

    CLIENT_MANAGER = "client_manager", _("Client manager")
    INVESTMENT_ADVISER = "investment_adviser", _("Investment adviser")
    BROKER = "broker", _("Securities broker")
    DIRECTOR = "director", _("Market director")
    ASSISTANT = "assistant", _("Assistant to the director")
    COUNTER = "counter", _("Counter staff")
    COMPLIANCE = "compliance", _("Compliance")
    MANAGER = "manager", _("Branch manager")
    OTHER = "other", _("Other")


SERVING_POSITIONS = (Position.CLIENT_MANAGER, Position.INVESTMENT_ADVISER, Position.BROKER)


class Licence(models.TextChoices):
    """执业资格. Only a registered investment adviser may give investment advice (公告〔2010〕27号)."""

    NONE = "", _("none")
    GENERAL = "general", _("General securities business")
    BROKER = "broker", _("Securities broker")
    ADVISER = "adviser", _("Investment adviser")


class AdvisorQuerySet(BranchOwnedQuerySet):
    def narrow(self, user: Staff) -> Self:
        """Advisors see their own record; everybody else of the branch sees all."""
        return self.filter(account=user) if user.role == Role.ADVISOR else self

    def serving(self, on: date) -> Self:
        """The one definition of "may hold clients on that day": a serving position, employed, licensed, not on leave.

        Capacity is the engine's business. Every list of possible successors starts here.
        """
        on_leave = Leave.objects.filter(advisor=OuterRef("pk"), starts__lte=on, ends__gte=on)
        return self.filter(
            Q(joined__isnull=True) | Q(joined__lte=on),
            Q(left__isnull=True) | Q(left__gt=on),
            Q(licence_until__isnull=True) | Q(licence_until__gte=on),
            ~Exists(on_leave),
            position__in=SERVING_POSITIONS,
        ).exclude(licence=Licence.NONE)


@pghistory.track()
class Advisor(models.Model):
    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="advisors")
    staff_no = models.CharField(_("staff no."), max_length=20)
    name = models.CharField(_("name"), max_length=60)
    name_pinyin = models.CharField(max_length=120, blank=True)
    position = models.CharField(_("position"), max_length=20, choices=Position.choices, default=Position.CLIENT_MANAGER)
    licence = models.CharField(_("licence"), max_length=10, choices=Licence.choices, default=Licence.NONE, blank=True)
    licence_no = models.CharField(_("licence no."), max_length=40, blank=True)
    licence_until = models.DateField(_("licence valid until"), null=True, blank=True)
    joined = models.DateField(_("joined"), null=True, blank=True)
    left = models.DateField(_("left"), null=True, blank=True, help_text=_("First day on which the person is gone."))
    phone_sealed = models.TextField(blank=True, default="", editable=False)
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="advisor"
    )
    monthly_hours = models.DecimalField(
        _("service hours per month"),
        max_digits=6,
        decimal_places=1,
        default=Decimal(132),
        help_text=_("Hours a month the advisor can give to clients; the engine never plans more."),
    )
    interests = models.TextField(_("interests and special fields"), blank=True)
    wish = models.TextField(
        _("own wish"), blank=True, help_text=_("What kind of clients the advisor would like to serve.")
    )
    updated_at = models.DateTimeField(auto_now=True)

    objects = AdvisorQuerySet.as_manager()

    class Meta:
        verbose_name = _("advisor")
        verbose_name_plural = _("advisors")
        ordering = ["branch_id", "staff_no"]
        constraints = [
            models.UniqueConstraint(name="advisor_staff_no_once_a_branch", fields=["branch", "staff_no"]),
            models.CheckConstraint(name="advisor_hours_not_negative", condition=models.Q(monthly_hours__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.staff_no}"

    @property
    def serves_clients(self) -> bool:
        return self.position in SERVING_POSITIONS

    def may_advise(self, on: date) -> bool:
        """Whether this is a registered investment adviser on that day: nobody else may speak of what to buy."""
        in_force = self.licence_until is None or self.licence_until >= on
        return self.licence == Licence.ADVISER and in_force and (self.left is None or self.left > on)
