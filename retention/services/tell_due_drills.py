"""Tell people which reasons have their turn again; each turn is told once."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.urls import reverse

from branch_crm.core.models import Branch
from branch_crm.core.notifications import notify
from retention.queries.drill_people import people_of_drills
from retention.queries.drills import ready_cards, standings_of_all, top_of

#: What has been due for longer is seen on the page; nobody is told of it out of the blue.
TOLD_WITHIN = timedelta(days=7)


@transaction.atomic
def tell_due_drills(*, branch: Branch, on: date) -> int:
    """For reasons that the branch has a card for. Returns how many turns there are."""
    playable = {top_of(card.reason).code for card in ready_cards(branch)}
    people = {person.pk: person for person in people_of_drills(branch)}
    turns = [
        (people[person], code, each)
        for person, standings in standings_of_all(list(people.values())).items()
        for code, each in standings.items()
        if code in playable and on - TOLD_WITHIN <= each.due <= on
    ]
    for person, code, each in turns:
        notify(
            recipients=[person],
            kind="retention.drill_due",
            key=f"drill:{code}:due:{each.due}",
            branch=branch,
            url=reverse("retention:drill_list"),
            reason=code,
            last=each.last.isoformat(),
        )
    return len(turns)
