"""The one access rule: which rows a person may see. Lists, pages, search, export, API and jobs all go through here.

Two questions are kept apart: *which rows* (`visible_to`, here) and *which deeds* (`user.has_perm`, each app's rules.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models

if TYPE_CHECKING:
    from branch_crm.core.models import Staff


class BranchOwnedQuerySet(models.QuerySet[Any]):
    """Rows that belong to a branch. Nothing is visible by default; own branch for staff; all for firm-level roles."""

    #: ORM path from the row to its branch's primary key.
    branch_path = "branch_id"

    def visible_to(self, user: Staff | Any) -> Self:
        if not getattr(user, "is_authenticated", False) or not user.is_active or user.is_shut:
            return self.none()
        if user.is_firm_level:
            return self.narrow(user)
        if user.branch_id is None:
            return self.none()
        return self.filter(**{self.branch_path: user.branch_id}).narrow(user)

    def narrow(self, user: Staff) -> Self:
        """Hook for a narrower rule inside the branch, such as an advisor's own book."""
        return self


class SharedQuerySet(BranchOwnedQuerySet):
    """Rows of a branch, and rows of the firm (without a branch) that every branch may read, such as a common rule."""

    def visible_to(self, user: Staff | Any) -> Self:
        own = super().visible_to(user)
        if own.query.is_empty() or user.is_firm_level:
            return own
        return self.filter(models.Q(branch=user.branch_id) | models.Q(branch__isnull=True)).narrow(user)
