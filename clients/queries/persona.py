"""Reads around personas: the policy in force, the current run, what a form or a person said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet

from branch_crm.core.models import Branch
from clients.domain.persona import advice
from clients.domain.persona.default_rules import DEFAULT_RULES, TYPES
from clients.labels_persona import ADVICE, LIMITS, PROXIES, WARNINGS
from clients.models import (
    BehaviourRun,
    Client,
    ClientBehaviour,
    PersonaOverride,
    PersonaPolicy,
    QuestionnaireAnswer,
)


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


@dataclass(frozen=True)
class Figure:
    """One figure of behaviour: raw `value`, `place` 0-100 within the branch (None = cannot be had), `weights` per type."""

    name: str
    label: Any
    meaning: Any
    shown: str
    place: float | None
    speaks_for: tuple[str, ...]
    weights: tuple[float, ...]


@dataclass(frozen=True)
class PersonaPage:
    """All that a page says about a client's persona; `behaviour` None before the first run."""

    behaviour: ClientBehaviour | None
    run: BehaviourRun | None
    policy: PersonaPolicy
    questionnaires: list[QuestionnaireAnswer]
    override: PersonaOverride | None
    figures: list[Figure]
    scores: list[tuple[str, float]]
    trades: int
    do: list[Any]
    dont: list[Any]
    limits: list[Any]


def persona_page(client: Client, *, on: date) -> PersonaPage:
    """Four queries."""
    behaviour = (
        ClientBehaviour.objects.select_related("run__policy").filter(client=client, run__is_current=True).first()
    )
    policy = behaviour.run.policy if behaviour else active_persona_policy(client.branch, on=on)
    override = (
        PersonaOverride.objects.select_related("made_by")
        .filter(client=client, withdrawn_at__isnull=True, until__gte=on)
        .first()
    )
    evidence = behaviour.evidence if behaviour else {}
    persona = behaviour.persona if behaviour else ""
    return PersonaPage(
        behaviour=behaviour,
        run=behaviour.run if behaviour else None,
        policy=policy,
        questionnaires=list(
            QuestionnaireAnswer.objects.select_related("entered_by", "policy").filter(client=client)[:10]
        ),
        override=override,
        figures=[_figure(name, evidence[name], policy.rules) for name in policy.rules["proxies"] if name in evidence],
        scores=[(kind, 100 * evidence["scores"][kind]) for kind in TYPES] if "scores" in evidence else [],
        trades=evidence.get("trades", 0),
        do=[ADVICE[code] for code in advice.DO[persona]],
        dont=[WARNINGS[code] for code in advice.DONT[persona]],
        limits=[LIMITS[code] for code in advice.ALWAYS],
    )


def _figure(name: str, pair: list[float | None], rules: dict[str, Any]) -> Figure:
    value, place = pair
    label, meaning, unit = PROXIES.get(name, (name, "", "ratio"))
    weights = tuple(rules["proxies"][name].get(kind, 0.0) for kind in TYPES)
    speaks: tuple[str, ...] = ()
    if place is not None and abs(place - 0.5) >= 0.15:
        side = 1 if place > 0.5 else -1
        speaks = tuple(kind for kind, weight in zip(TYPES, weights) if weight * side >= 0.3)
    shown = (
        "–" if value is None else {"percent": f"{value * 100:.1f}%", "number": f"{value:.1f}"}.get(unit, f"{value:.2f}")
    )
    return Figure(name, label, meaning, shown, None if place is None else 100 * place, speaks, weights)
