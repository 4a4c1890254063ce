"""A small branch with scored clients, the way the nightly import and scoring leave it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from advisors.domain.default_rules import SKILLS
from advisors.models import Advisor, SkillEvidence
from allocation.domain.fit.policy import DEFAULT_RULES as MATCH_RULES
from allocation.models import MatchPolicy, Plan
from allocation.services.adopt_counter_holders import adopt_counter_holders
from allocation.services.solve_plan import solve_plan
from allocation.services.start_run import start_run
from branch_crm.core.models import Branch, Staff
from clients.domain.names import search_tokens
from clients.domain.persona.default_rules import DEFAULT_RULES
from clients.models import (
    BehaviourRun,
    Client,
    ClientBehaviour,
    ClientValue,
    PersonaPolicy,
    ScoringRun,
)
from clients.services.default_policies import ensure_value_policy
from tests.cast import Cast, profile
from tests.clients.value.facts import blank_summary

AS_OF = date(2026, 11, 20)
TYPES = ("commission", "product", "asset", "balanced")
PERSONAS = ("PP", "FF", "II", "AA", "")


@dataclass(frozen=True)
class ScoredBranch:
    cast: Cast
    advisors: list[Advisor]
    clients: list[Client]

    @property
    def branch(self) -> Branch:
        return self.cast.home


def scored_branch(cast: Cast, *, clients: int = 60, advisors: int = 4, seed: int = 1) -> ScoredBranch:
    """`clients` clients over `advisors` advisors (two of the cast and some more) as the counter system had them: the first
    advisor holds half of all, one client in ten is nobody's."""
    random = np.random.default_rng(seed)
    people = [cast.advisor_profile, cast.colleague_profile]
    people += [profile(cast.home, f"A{at:03d}", f"顾问{at}") for at in range(3, advisors + 1)]
    give_skills(people, random)
    rows = []
    for at in range(clients):
        holder = people[0] if at % 2 else people[int(random.integers(len(people)))]
        rows.append(
            Client(
                branch=cast.home,
                client_no=f"6101{at:06d}",
                name=f"客户{at:04d}",
                search_tokens=search_tokens(name=f"客户{at:04d}", client_no=f"6101{at:06d}"),
                birth_date=date(1950, 1, 1) + timedelta(days=int(random.integers(0, 18000))),
                risk_level=f"C{random.integers(1, 6)}",
                has_margin=bool(random.random() < 0.1),
                has_chinext=bool(random.random() < 0.3),
                counter_service_no="" if at % 10 == 0 else holder.staff_no,
            )
        )
    saved = Client.objects.bulk_create(rows)
    one_approval_is_enough(cast.home)
    score(cast.home, saved, random)
    return ScoredBranch(cast, people, saved)


def one_approval_is_enough(branch: Branch) -> MatchPolicy:
    """A match policy under which no plan asks for a second person."""
    rules = {**MATCH_RULES, "approval": {"moves": None, "value_share": None, "tier": None}}
    return MatchPolicy.objects.create(branch=branch, version=1, rules=rules, valid_from=date(2026, 1, 1))


def give_skills(people: list[Advisor], random: np.random.Generator) -> None:
    """Each advisor shines in some skills and fails in others, by an exam of last month."""
    SkillEvidence.objects.bulk_create(
        SkillEvidence(
            advisor=person,
            kind="exam",
            event=skill,
            held_on=AS_OF - timedelta(days=30),
            score=float(random.integers(5, 100)),
            skills=[skill],
        )
        for person in people
        for skill in SKILLS
    )


def score(branch: Branch, clients: list[Client], random: np.random.Generator) -> ScoringRun:
    policy = ensure_value_policy(branch)
    run = ScoringRun.objects.create(
        branch=branch, as_of=AS_OF, policy=policy, inputs_hash="x", is_current=True, summary=blank_summary()
    )
    values = np.sort(100 * random.beta(2, 3, len(clients)))[::-1]
    tiers = np.clip((values // 16).astype(int), 1, 5)
    ClientValue.objects.bulk_create(
        ClientValue(
            run=run,
            branch=branch,
            client=client,
            value=float(values[at]),
            rank=at + 1,
            value_type=TYPES[at % 4],
            tier=int(tiers[at]),
            raw_tier=int(tiers[at]),
            is_core=bool(tiers[at] >= 4),
            commission_12m=1000,
            asset_money=float(values[at]) ** 3 * 10,
            revenue_12m=float(values[at]) * 50,
        )
        for at, client in enumerate(clients)
    )
    persona_policy = PersonaPolicy.objects.create(branch=branch, version=1, rules=DEFAULT_RULES, valid_from=AS_OF)
    behaviour = BehaviourRun.objects.create(
        branch=branch, as_of=AS_OF, policy=persona_policy, inputs_hash="x", is_current=True
    )
    ClientBehaviour.objects.bulk_create(
        ClientBehaviour(
            run=behaviour,
            branch=branch,
            client=client,
            persona=PERSONAS[at % 5],
            confidence=0.6 if PERSONAS[at % 5] else 0.0,
        )
        for at, client in enumerate(clients)
    )
    return run


def adopted(cast: Cast, **size: int) -> ScoredBranch:
    """A scored branch whose clients have the holders of the counter system since March 2026."""
    ready = scored_branch(cast, **size)
    adopt_counter_holders(branch=cast.home, on=date(2026, 3, 2))
    return ready


def solved_plan(ready: ScoredBranch, *, actor: Staff | None = None, **options: object) -> Plan:
    scope = options.pop("scope", {"kind": "branch"})
    wanted = {"fairness": None, "switch_penalty": 0.02, **options}
    plan = start_run(branch=ready.branch, actor=actor or ready.cast.director, title="Q4", scope=scope, options=wanted)  # type: ignore[arg-type]
    return solve_plan(plan_id=plan.pk)
