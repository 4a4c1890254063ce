"""Note that a client may be contacted again after leaving, and take it back. Nothing of a request is read or changed."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from branch_crm.core import audit
from branch_crm.core.models import Staff
from clients.models import Client, ClientProfile
from retention.domain.rules import read_retention_rules
from retention.models import WinBackConsent
from retention.services.ensure_policy import ensure_retention_policy
from retention.services.errors import RetentionError
from servicelog.models import Channel


@transaction.atomic
def record_consent(*, client: Client, channel: str, actor: Staff) -> WinBackConsent:
    """The standing consent stays as it was given; the words are those of the policy in force, in the actor's language.

    Raises RetentionError for a channel that is none, and for a client who wishes no marketing contacts.
    """
    fresh = Client.objects.select_for_update(no_key=True, of=("self",)).select_related("branch").get(pk=client.pk)
    standing: WinBackConsent | None = fresh.win_back_consents.filter(withdrawn_at=None).first()
    if standing is not None:
        return standing
    if channel not in Channel.values:
        raise RetentionError(_("Choose how the client may be contacted."), field="channel")
    if ClientProfile.objects.filter(client=fresh, marketing_opt_out=True).exists():
        raise RetentionError(
            _("The client's profile says no marketing contacts. By the client's word, change it first.")
        )
    policy = ensure_retention_policy(branch=fresh.branch, on=timezone.localdate())
    language = "zh" if (get_language() or "zh").startswith("zh") else "en"
    consent = WinBackConsent.objects.create(
        branch=fresh.branch,
        client=fresh,
        channel=channel,
        wording=read_retention_rules(policy.rules).consent[language],
        policy=policy,
        recorded_by=actor,
    )
    _record("retention.consent_recorded", consent, actor)
    return consent


@transaction.atomic
def withdraw_consent(*, consent: WinBackConsent, actor: Staff) -> WinBackConsent:
    """By the client's word, at any time. Withdrawn twice is once."""
    held = WinBackConsent.objects.select_for_update(of=("self",), no_key=True)
    fresh: WinBackConsent = held.select_related("branch").get(pk=consent.pk)
    if fresh.withdrawn_at is None:
        fresh.withdrawn_at, fresh.withdrawn_by = timezone.now(), actor
        fresh.save(update_fields=["withdrawn_at", "withdrawn_by"])
        _record("retention.consent_withdrawn", fresh, actor)
    return fresh


def _record(action: str, consent: WinBackConsent, actor: Staff) -> None:
    audit.record(
        action=action, actor=actor, branch=consent.branch, target=consent, detail={"client": consent.client_id}
    )
