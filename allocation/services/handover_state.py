"""What every deed on a handover does first: hold it, and see that the client is still with the one who took him over."""

from __future__ import annotations

from django.utils.translation import gettext as _

from allocation.models import Handover
from allocation.services.errors import PlanConflict
from clients.models import Client


def locked_handover(handover: Handover) -> Handover:
    """The handover as it stands, with its client's row held before it: the order in which all services take them.

    Raises PlanConflict when the client has moved on since.
    """
    Client.objects.select_for_update(no_key=True).get(pk=handover.client_id)
    rows = Handover.objects.select_for_update(of=("self",))
    people = ("branch", "client__branch", "assignment", "giver", "taker", "signed_by", "acceptance_by", "request")
    fresh = rows.select_related(*people).get(pk=handover.pk)
    if fresh.assignment.ends is not None:
        raise PlanConflict(_("This client has changed hands again since. Nothing was changed."), code="moved")
    return fresh
