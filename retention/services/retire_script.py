"""Take a version out of use, at once; and tell in time that an approval ends."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from branch_crm.core import audit
from branch_crm.core.models import Branch, Role, Staff
from branch_crm.core.notifications import notify
from retention.domain.scripts import TELL_BEFORE
from retention.models import ScriptVersion
from retention.services.write_script import hold_version


@transaction.atomic
def retire_script(*, version: ScriptVersion, actor: Staff) -> ScriptVersion:
    """Retired twice is once. Uses of it stay on record and are still compared."""
    fresh = hold_version(version, actor)
    if fresh.state != ScriptVersion.State.RETIRED:
        fresh.state = ScriptVersion.State.RETIRED
        fresh.save(update_fields=["state"])
        audit.record(action="retention.script_retired", actor=actor, branch=fresh.script.branch, target=fresh)
    return fresh


@transaction.atomic
def tell_expiring_scripts(*, branch: Branch, on: date) -> int:
    """Owner and compliance of approvals that end within two weeks, the branch's and the firm's; each is told once.

    A newer version that holds longer does not silence it: the one that ends leaves the lot, which the owner should know.
    Returns how many end.
    """
    ending = ScriptVersion.objects.filter(
        Q(script__branch=branch) | Q(script__branch=None),
        script__is_active=True,
        state=ScriptVersion.State.APPROVED,
        expires_on__range=(on, on + TELL_BEFORE),
    ).select_related("script", "script__owner", "script__branch")
    compliance = {of: list(Staff.objects.filter(branch=of, role=Role.COMPLIANCE)) for of in (branch, None)}
    for version in ending:
        notify(
            recipients={version.script.owner, *compliance[version.script.branch]},
            kind="retention.script_expires",
            key=f"script:{version.pk}:expires:{version.expires_on}",
            branch=version.script.branch,
            url=reverse("retention:script_detail", args=[version.script_id]),
            script=version.script_id,
            version=version.version,
            on=version.expires_on.isoformat(),
        )
    return len(ending)
