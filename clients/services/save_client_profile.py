"""Save what was learnt about a client by talking, without overwriting what a colleague saved meanwhile."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from branch_crm.core import audit
from branch_crm.core.models import Staff
from clients.models import Client, ClientProfile

#: Parts of a client's wealth, in per cent; together 100 at most.
PARTS = ("stocks", "funds", "deposits", "property", "insurance", "other")


class ProfileChanged(Exception):
    """Somebody saved the profile after the form was opened; `current` is what stands there now."""

    def __init__(self, current: ClientProfile) -> None:
        super().__init__(current.pk)
        self.current = current


@transaction.atomic
def save_client_profile(
    *, client: Client, values: dict[str, Any], seen: str, actor: Staff, source: dict[str, int] | None = None
) -> ClientProfile:
    """`values` by field name; `seen` is `version_of` the profile that the form was opened with; `source` names the record
    that the answers come from, for the audit: {"contact": 7}. None = the form of the profile.

    Raises ProfileChanged when it is not that one any more, ValidationError naming the field.
    """
    Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    profile = ClientProfile.objects.filter(client=client).first()
    if version_of(profile) != seen:
        raise ProfileChanged(profile or ClientProfile(client=client, branch=client.branch))
    profile = profile or ClientProfile(client=client, branch=client.branch)
    total = sum(values.get("distribution", {}).values())
    if total > 100:
        raise ValidationError({"distribution": _("The parts add up to %(total)s %%; 100 at most.") % {"total": total}})
    changed = [name for name, value in values.items() if getattr(profile, name) != value]
    for name in changed:
        setattr(profile, name, values[name])
    if changed or profile.pk is None:
        profile.updated_by = actor
        profile.full_clean(exclude=["branch", "client", "updated_by"])
        profile.save()
        audit.record(
            action="clients.profile_saved",
            actor=actor,
            branch=client.branch,
            target=profile,
            detail={"client": client.pk, "fields": sorted(changed), **(source or {})},
        )
    return profile


def version_of(profile: ClientProfile | None) -> str:
    """A mark of the state of a profile, to be sent along with the form."""
    return profile.updated_at.isoformat() if profile is not None and profile.pk else "new"
