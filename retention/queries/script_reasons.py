"""For which reasons scripts are written, and looked for: what the client has told before what the branch guesses."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet

from branch_crm.core.models import Staff
from clients.models import Client
from retention.domain.likely_reasons import Likely
from retention.models import LeavingRequest, Reason

#: Above every guess.
TOLD = 100.0


def reasons_for(user: Staff) -> QuerySet[Reason]:
    """What a script of this person may answer: in a branch its own reasons and the firm's, above the branches the firm's."""
    reasons = Reason.objects.visible_to(user)
    return reasons.filter(branch__isnull=True) if getattr(user, "is_firm_level", False) else reasons


def told_or_likely(client: Client, likely: Sequence[Likely]) -> list[tuple[Reason, float]]:
    """Reasons with their weight; the client has been fetched through the user."""
    listed = Reason.objects.filter(code__in=[guess.reason for guess in likely], branch__isnull=True)
    by_code = {reason.code: reason for reason in listed.select_related("parent")}
    weighed = {by_code[guess.reason]: guess.weight for guess in likely if guess.reason in by_code}
    requests = LeavingRequest.objects.filter(client=client, reason__isnull=False).exclude(state="withdrawn")
    told = requests.select_related("reason__parent").order_by("-applied_at").first()
    if told is not None and told.is_open:
        weighed[told.reason] = TOLD
    return sorted(weighed.items(), key=lambda pair: (-pair[1], pair[0].place))
