"""Reads around personas: the policy in force, the current run, what a form or a person said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet

from branch_crm.core.models import Branch
from clients.domain.persona.default_rules import DEFAULT_RULES
from clients.models import ClientBehaviour, PersonaOverride, PersonaPolicy, QuestionnaireAnswer


def active_persona_policy(branch: Branch, *, on: date) -> PersonaPolicy:
    """The branch's own newest policy, else the firm's; the first call of an installation stores the built-in version 1."""
    policies = PersonaPolicy.objects.filter(Q(branch=branch) | Q(branch__isnull=True), valid_from__lte=on)
    policy = policies.order_by(F("branch_id").asc(nulls_last=True), "-version").first()
    if policy is None:
        policy, _created = PersonaPolicy.objects.get_or_create(
            branch=None, version=1, defaults={"rules": DEFAULT_RULES, "valid_from": date(2000, 1, 1)}
        )
    return policy


def current_behaviours(branch: Branch) -> QuerySet[ClientBehaviour]:
    """Every client's persona in the branch's current run; empty before the first run."""
    return ClientBehaviour.objects.filter(run__branch=branch, run__is_current=True)


@dataclass(frozen=True)
class Words:
    """What forms and people say on a day: client id -> (persona, confidence), and client id -> overriding persona."""

    stated: dict[int, tuple[str, float]]
    overrides: dict[int, str]

    def fingerprint(self) -> list[Any]:
        return [sorted(self.stated.items()), sorted(self.overrides.items())]


def words_of(branch: Branch, *, on: date, client_id: int | None = None) -> Words:
    """The newest form of each client up to the day, and the overrides in force."""
    chosen = {"branch": branch} if client_id is None else {"branch": branch, "client_id": client_id}
    answers = (
        QuestionnaireAnswer.objects.filter(answered_on__lte=on, **chosen)
        .order_by("client_id", "-answered_on", "-pk")
        .distinct("client_id")
        .values_list("client_id", "persona", "confidence")
    )
    overrides = PersonaOverride.objects.filter(withdrawn_at__isnull=True, until__gte=on, **chosen)
    return Words(
        {pk: (persona, confidence) for pk, persona, confidence in answers},
        dict(overrides.values_list("client_id", "persona")),
    )
