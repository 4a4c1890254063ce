"""Staff accounts and their roles. The account is who may log in; the advisor profile lives in `advisors`."""

from __future__ import annotations

from typing import Any

import pghistory
from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from branch_crm.core.access import BranchOwnedQuerySet


class Role(models.TextChoices):
    DIRECTOR = "director", _("Market director")
    ASSISTANT = "assistant", _("Assistant to the director")
    ADVISOR = "advisor", _("Advisor")
    COUNTER = "counter", _("Counter staff")
    MANAGER = "manager", _("Branch manager")
    COMPLIANCE = "compliance", _("Compliance")
    ADMIN = "admin", _("Firm administrator")


#: Roles that may exist above the branches; everybody else needs one.
FIRM_ROLES = (Role.ADMIN, Role.COMPLIANCE)


class Theme(models.TextChoices):
    SYSTEM = "auto", _("Like the system")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class StaffManager(UserManager.from_queryset(BranchOwnedQuerySet)):
    """Accounts are looked up by the login itself and by the administrator; both know what they do."""

    use_in_migrations = False

    def create_superuser(
        self, username: str, email: str | None = None, password: str | None = None, **fields: Any
    ) -> Staff:
        """The first account of an installation (`manage.py createsuperuser`): it stands above the branches."""
        return super().create_superuser(username, email, password, **{"role": Role.ADMIN, **fields})


@pghistory.track(exclude=["password", "last_login"])
class Staff(AbstractUser):
    """A person with an account. `branch` is null only for firm-level roles, which then see every branch."""

    first_name = None
    last_name = None
    name = models.CharField(_("name"), max_length=60)
    role = models.CharField(_("role"), max_length=16, choices=Role.choices, default=Role.ADVISOR)
    branch = models.ForeignKey(
        "core.Branch", verbose_name=_("branch"), null=True, blank=True, on_delete=models.PROTECT, related_name="staff"
    )
    staff_no = models.CharField(_("staff no."), max_length=20, blank=True)
    language = models.CharField(_("language"), max_length=8, blank=True)
    theme = models.CharField(_("theme"), max_length=5, choices=Theme.choices, default=Theme.SYSTEM)
    # Chinese markets: red rises. Some staff trained abroad want it the other way round.
    red_rises = models.BooleanField(_("red means rising"), default=True)
    #: Of somebody who leaves or is away: from this day the account reads and serves, but neither reveals nor exports.
    narrowed_on = models.DateField(_("account narrowed from"), null=True, blank=True)
    #: From this day the account sees and does nothing. It is deactivated once everything has a home.
    shut_on = models.DateField(_("account shut from"), null=True, blank=True)

    REQUIRED_FIELDS = ["name"]

    objects = StaffManager()

    class Meta:
        verbose_name = _("staff account")
        verbose_name_plural = _("staff accounts")
        ordering = ["username"]
        constraints = [
            models.CheckConstraint(
                name="staff_branch_or_firm_role",
                condition=models.Q(branch__isnull=False) | models.Q(role__in=[*FIRM_ROLES]),
                violation_error_message=_("Only firm-level roles can be without a branch."),
            ),
            models.CheckConstraint(name="staff_known_role", condition=models.Q(role__in=Role.values)),
            models.UniqueConstraint(
                name="staff_no_once_a_branch", fields=["branch", "staff_no"], condition=~models.Q(staff_no="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.staff_no}".strip()

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    @property
    def is_firm_level(self) -> bool:
        return self.branch_id is None and self.role in FIRM_ROLES

    @property
    def is_leaving(self) -> bool:
        """Whether it has been announced that the person goes, or is away for long."""
        return self.narrowed_on is not None or self.shut_on is not None

    @property
    def is_narrowed(self) -> bool:
        return self.is_shut or (self.narrowed_on is not None and self.narrowed_on <= timezone.localdate())

    @property
    def is_shut(self) -> bool:
        return self.shut_on is not None and self.shut_on <= timezone.localdate()
