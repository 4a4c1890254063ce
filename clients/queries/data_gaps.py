"""What is missing or odd in the data of a branch: each gap a condition, counted on the home page and filtered by in the list.

The codes are those of `data_notes` where a note of one client says the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.cache import cache
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from advisors.models import Advisor
from branch_crm.core.models import Branch, Staff
from clients.models import Client, ClientStatus, QuestionnaireAnswer

Condition = Callable[[date], Q]

_asked = Exists(QuestionnaireAnswer.objects.filter(client=OuterRef("pk")))
_known_number = Exists(Advisor.objects.filter(branch=OuterRef("branch"), staff_no=OuterRef("counter_service_no")))

#: Gravest first: the first three forbid to recommend or to reach the client at all.
GAPS: dict[str, Condition] = {
    "no_risk_level": lambda today: Q(risk_level="", is_institution=False),
    "risk_expired": lambda today: ~Q(risk_level="") & Q(risk_valid_until__lt=today),
    "no_phone": lambda today: Q(phone_masked=""),
    "id_expired": lambda today: ~Q(id_tail="") & Q(id_valid_until__lt=today),
    "no_id": lambda today: Q(id_tail=""),
    "counter_unknown": lambda today: ~Q(counter_service_no="") & ~Q(_known_number),
    "counter_disagrees": lambda today: (
        Q(advisor__isnull=False) & ~Q(counter_service_no="") & ~Q(counter_service_no=F("advisor__staff_no"))
    ),
    "no_quota": lambda today: Q(figures__value__isnull=False, figures__offsystem_low__isnull=True),
    "quota_conflict": lambda today: Q(figures__quota_conflict=True),
    "no_birth_date": lambda today: Q(birth_date__isnull=True, is_institution=False),
    "no_questionnaire": lambda today: ~Q(_asked),
    "no_assets": lambda today: Q(figures__assets_on__isnull=True),
    "no_opening_day": lambda today: Q(opened_on__isnull=True),
    "not_scored": lambda today: Q(figures__value__isnull=True),
}
#: Counting a branch of 100,000 reads all of it, and gaps are closed one by one: a count a minute old will do.
KEPT = timedelta(minutes=1)
#: Something may not be done until it is put right.
GRAVE = frozenset({"no_risk_level", "risk_expired", "id_expired"})


@dataclass(frozen=True)
class Gap:
    code: str
    clients: int

    @property
    def is_grave(self) -> bool:
        return self.code in GRAVE


def with_gap(clients: QuerySet[Client], code: str, today: date) -> QuerySet[Client]:
    """The open accounts among `clients` that have the gap. A closed account needs no repair."""
    return clients.filter(GAPS[code](today)).exclude(status=ClientStatus.CLOSED)


def gaps_of(user: Staff, branch: Branch, today: date) -> list[Gap]:
    """Every gap somebody has, gravest first; at most a minute old. One query, whatever the size of the branch."""
    key = f"data-gaps:{branch.pk}:{user.pk}:{today}"
    counts = cache.get(key)
    if counts is None:
        clients = Client.objects.visible_to(user).filter(branch=branch).exclude(status=ClientStatus.CLOSED)
        counts = clients.aggregate(**{code: Count("pk", filter=condition(today)) for code, condition in GAPS.items()})
        cache.set(key, counts, KEPT.total_seconds())
    return [Gap(code, counts[code]) for code in GAPS if counts[code]]
