"""The branch (营业部): the wall between books. Every business row belongs to exactly one."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from branch_crm.core.access import BranchOwnedQuerySet


class BranchQuerySet(BranchOwnedQuerySet):
    branch_path = "pk"


class Branch(models.Model):
    code = models.CharField(
        _("branch code"), max_length=16, unique=True, validators=[RegexValidator(r"^[0-9A-Za-z_-]+$")]
    )
    name = models.CharField(_("name"), max_length=80)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = BranchQuerySet.as_manager()

    class Meta:
        verbose_name = _("branch")
        verbose_name_plural = _("branches")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"
