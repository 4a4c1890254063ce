"""Put one client's form, behaviour and override together again, so that a page shows what was just said."""

from __future__ import annotations

from datetime import date

from clients.domain.persona.combine import combine
from clients.models import Client, ClientBehaviour
from clients.queries.persona import words_of
from clients.services.refresh_figures import refresh_figures


def recombine_client(*, client: Client, on: date) -> ClientBehaviour | None:
    """Updates the client's row of the current run, and the figures that lists show. None before the first run.

    Must be called inside the transaction that changed the form or the override. The next night comes to the same result.
    """
    row: ClientBehaviour | None = (
        ClientBehaviour.objects.select_for_update(of=("self",))
        .select_related("run__policy")
        .filter(client=client, run__is_current=True)
        .first()
    )
    if row is None:
        return None
    words = words_of(client.branch, on=on, client_id=client.pk)
    row.stated, stated_confidence = words.stated.get(client.pk, ("", 0.0))
    outcome = combine(row.stated, stated_confidence, row.observed, row.observed_confidence, row.run.policy.rules)
    override = words.overrides.get(client.pk)
    row.persona = override or outcome.persona
    row.confidence = 1.0 if override else round(outcome.confidence, 4)
    row.needs_talk = outcome.needs_talk
    row.save(update_fields=["stated", "persona", "confidence", "needs_talk"])
    refresh_figures(branch=client.branch, client_ids=[client.pk])
    return row
