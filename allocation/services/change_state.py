"""What every deed on a request does first: hold it, and see that nobody was faster."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from allocation.models import ChangeRequest
from allocation.services.errors import PlanConflict
from clients.models import Client


def locked_request(change: ChangeRequest) -> ChangeRequest:
    """The request as it stands, with its client's row held before it: the order in which all services take them."""
    Client.objects.select_for_update(no_key=True).get(pk=change.client_id)
    rows = ChangeRequest.objects.select_for_update(of=("self",))
    return rows.select_related("branch", "client", "present", "refusal", "decided_by", "entered_by").get(pk=change.pk)


def refuse_if_decided(change: ChangeRequest) -> None:
    """Raises PlanConflict with the name of whoever was faster."""
    if change.state == ChangeRequest.State.OPEN:
        return
    raise PlanConflict(
        _("%(name)s has already closed this request (%(state)s), at %(time)s. Nothing was changed by you.")
        % {
            "name": change.decided_by.name if change.decided_by else "",
            "state": change.get_state_display(),
            "time": timezone.localtime(change.decided_at).strftime("%Y-%m-%d %H:%M:%S") if change.decided_at else "",
        },
        code=change.state,
    )
