"""An author disputes that a log does not count; the director answers. Both stay on record."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from branch_crm.core import audit
from branch_crm.core.models import Staff
from servicelog.models import Contact, CountDispute
from servicelog.notifications import tell_dispute, tell_dispute_answered
from servicelog.services.errors import ServiceLogError


@transaction.atomic
def raise_dispute(*, contact: Contact, actor: Staff, text: str) -> CountDispute:
    """One dispute a contact; asked again, the first stays."""
    fresh = Contact.objects.select_for_update(of=("self",)).select_related("branch").get(pk=contact.pk)
    if fresh.author_id != actor.pk:
        raise ServiceLogError(_("Only who logged a contact may dispute its count."))
    if fresh.counts:
        raise ServiceLogError(_("This contact counts already."))
    if fresh.bulk_id is not None:
        raise ServiceLogError(
            _("A message to many never counts as a contact. Log what was spoken with this client anew.")
        )
    if not text.strip():
        raise ServiceLogError(_("Say why it should count."), field="text")
    dispute, created = CountDispute.objects.get_or_create(
        contact=fresh, defaults={"text": text.strip()[:300], "made_by": actor}
    )
    if created:
        audit.record(action="servicelog.dispute_raised", actor=actor, branch=fresh.branch, target=fresh)
        tell_dispute(dispute, actor)
    return dispute


@transaction.atomic
def answer_dispute(*, dispute: CountDispute, actor: Staff, granted: bool, answer: str = "") -> CountDispute:
    """Granted: the contact counts from now on. Raises ServiceLogError when a colleague was faster or words are missing."""
    fresh = (
        CountDispute.objects.select_for_update(of=("self",))
        .select_related("contact__branch", "made_by")
        .get(pk=dispute.pk)
    )
    if fresh.state != CountDispute.State.OPEN:
        raise ServiceLogError(
            _("This dispute has been answered already: %(state)s.") % {"state": fresh.get_state_display()}
        )
    if not granted and not answer.strip():
        raise ServiceLogError(_("Say why it does not count."), field="answer")
    fresh.state = CountDispute.State.GRANTED if granted else CountDispute.State.DECLINED
    fresh.answer, fresh.answered_by, fresh.answered_at = answer.strip()[:300], actor, timezone.now()
    fresh.save()
    if granted:
        Contact.objects.filter(pk=fresh.contact_id).update(counts=True)
    audit.record(
        action="servicelog.dispute_answered",
        actor=actor,
        branch=fresh.contact.branch,
        target=fresh.contact,
        detail={"granted": granted},
    )
    tell_dispute_answered(fresh, actor)
    return fresh
