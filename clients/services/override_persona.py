"""A person's judgement above the computed persona: with a reason, for a time, taken back at will."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from branch_crm.core import audit
from branch_crm.core.models import Staff
from clients.domain.persona.default_rules import TYPES
from clients.models import Client, PersonaOverride
from clients.services.recombine_client import recombine_client

#: People change; a judgement is looked at again after a year at the latest.
LONGEST = timedelta(days=366)
SHORTEST_REASON = 5


@transaction.atomic
def override_persona(
    *, client: Client, persona: str, reason: str, until: date, on: date, actor: Staff
) -> PersonaOverride:
    """Replaces an override in force. Raises ValidationError naming the field."""
    if persona not in (*TYPES, "mixed"):
        raise ValidationError({"persona": _("Choose one of the types.")})
    if len(reason.strip()) < SHORTEST_REASON:
        raise ValidationError({"reason": _("Say why, in five characters or more.")})
    if not on <= until <= on + LONGEST:
        raise ValidationError({"until": _("The end must lie between today and a year from now.")})
    Client.objects.select_for_update().get(pk=client.pk)
    client.persona_overrides.filter(withdrawn_at__isnull=True).update(withdrawn_at=timezone.now())
    override = PersonaOverride.objects.create(
        branch=client.branch, client=client, persona=persona, reason=reason.strip(), until=until, made_by=actor
    )
    audit.record(
        action="clients.persona_overridden",
        actor=actor,
        branch=client.branch,
        target=override,
        detail={"client": client.pk, "persona": persona, "until": until.isoformat()},
    )
    recombine_client(client=client, on=on)
    return override


@transaction.atomic
def withdraw_override(*, override: PersonaOverride, on: date, actor: Staff) -> PersonaOverride:
    """Safe to call twice; the computed persona counts again."""
    override = (
        PersonaOverride.objects.select_for_update(of=("self",)).select_related("client__branch").get(pk=override.pk)
    )
    if override.withdrawn_at is None:
        override.withdrawn_at = timezone.now()
        override.save(update_fields=["withdrawn_at"])
        audit.record(
            action="clients.persona_override_withdrawn",
            actor=actor,
            branch=override.branch,
            target=override,
            detail={"client": override.client_id},
        )
        recombine_client(client=override.client, on=on)
    return override
