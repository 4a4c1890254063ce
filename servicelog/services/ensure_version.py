"""The version of a policy that counts, and a branch's first one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar

from django.db import transaction

from branch_crm.core import audit
from branch_crm.core.models import Branch
from servicelog.models.versioned import VersionedPolicy

P = TypeVar("P", bound=VersionedPolicy)


@transaction.atomic
def ensure_version(model: type[P], *, branch: Branch, on: date, rules: Mapping[str, Any], published: str) -> P:
    """The version in force; on a day before the first one, that; where there is none, version 1 with `rules`.

    published: the audit's action for a first version.
    """
    found: P | None = model.objects.in_force(branch, on=on)
    if found is not None:
        return found
    # Two at once make one version 1.
    Branch.objects.select_for_update(no_key=True).get(pk=branch.pk)
    own = model.objects.filter(branch=branch, state=model.State.PUBLISHED)
    found = model.objects.in_force(branch, on=on) or own.order_by("version").first()
    if found is None:
        found = model.objects.create(branch=branch, version=1, state=model.State.PUBLISHED, rules=rules, valid_from=on)
        audit.record(action=published, actor=None, branch=branch, target=found)
    return found
