"""Fill what a client's profile does not know yet with what a talk brought."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from branch_crm.core.models import Staff
from clients.models import ClientProfile
from clients.queries.profile_gaps import profile_gaps
from clients.services.save_client_profile import save_client_profile, version_of
from servicelog.models import Contact
from servicelog.services.errors import ServiceLogError


@transaction.atomic
def learn_profile(*, contact: Contact, answers: Mapping[str, Any], actor: Staff) -> list[str]:
    """Names of the fields that were filled in. The caller holds the client's row.

    What somebody has filled in since the question was shown stays: the answer may be hours old when a lost connection comes back.
    Raises ServiceLogError naming the first answer that cannot be (`learnt.<field>`).
    """
    if not answers:
        return []
    profile = ClientProfile.objects.filter(client=contact.client_id).first()
    empty = profile_gaps(profile)
    new = {name: value for name, value in answers.items() if name in empty and value not in ("", None)}
    if new:
        try:
            save_client_profile(
                client=contact.client, values=new, seen=version_of(profile), actor=actor, source={"contact": contact.pk}
            )
        except ValidationError as error:
            name, problems = next(iter(error.message_dict.items()))
            raise ServiceLogError(" ".join(problems), field=f"learnt.{name}") from error
    return sorted(new, key=empty.index)
