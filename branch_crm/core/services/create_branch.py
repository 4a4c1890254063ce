"""Open a branch in this installation."""

from __future__ import annotations

from django.db import transaction

from branch_crm.core import audit
from branch_crm.core.models import Branch, Staff


@transaction.atomic
def create_branch(*, code: str, name: str, actor: Staff | None = None) -> tuple[Branch, bool]:
    """Returns the branch and whether it is new. Raises ValidationError for a code that is not letters, digits, - or _."""
    existing = Branch.objects.filter(code=code).first()
    if existing is not None:
        return existing, False
    branch = Branch(code=code, name=name)
    branch.full_clean()
    branch.save()
    audit.record(action="core.branch_created", actor=actor, branch=branch, target=branch)
    return branch, True
