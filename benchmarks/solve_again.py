"""Solving a proposal again around decisions, saving included: `python -m benchmarks.solve_again [--clients N] [--advisors M]`.

On a scratch database that is dropped at the end: a scored branch whose books lie unevenly, a first plan with a fairness
band, some hundred decisions of every kind, then the solving again, step by step and as a whole; and a page of the review.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from datetime import date
from typing import Any

from benchmarks._scratch import migrated
from benchmarks.rescore import FILL

DAY = date(2026, 11, 23)

SCORED = """
INSERT INTO clients_clientvalue (run_id, client_id, branch_id, value, rank, value_type, tier, raw_tier, tier_hold_runs,
    is_core, commission_12m, revenue_12m, asset_money, offsystem_low)
SELECT %(run)s, id, branch_id, v, row_number() OVER (ORDER BY v DESC),
    (ARRAY['commission','product','asset','balanced'])[1 + id %% 4],
    CASE WHEN v > 70 THEN 5 WHEN v > 45 THEN 4 WHEN v > 30 THEN 3 WHEN v > 3 THEN 2 ELSE 1 END, 1, 0, v > 60, 1000, v * 50,
    power(v, 3) * 10, 0
FROM (SELECT id, branch_id, 100 * power((hashint8(id) & 65535) / 65536.0, 3) AS v
      FROM clients_client WHERE branch_id = %(branch)s) f;
INSERT INTO clients_clientbehaviour (run_id, client_id, branch_id, observed, observed_confidence, evidence, stated, persona,
    confidence, needs_talk)
SELECT %(behaviour)s, id, branch_id, 'PP', 0.6, '{}', '', (ARRAY['PP','FF','II','AA',''])[1 + id %% 5], 0.6, false
FROM clients_client WHERE branch_id = %(branch)s;
UPDATE clients_client SET has_chinext = id %% 3 = 0, has_margin = id %% 11 = 0,
    birth_date = date '1950-01-01' + (hashint8(id + 3) & 16383),
    counter_service_no = CASE WHEN id %% 12 = 0 THEN ''
        ELSE 'B' || lpad((power((hashint8(id + 5) & 65535) / 65536.0, 1.4) * %(advisors)s)::int::text, 3, '0') END
WHERE branch_id = %(branch)s;
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=50_000)
    parser.add_argument("--advisors", type=int, default=60)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    with migrated():
        measure(options.clients, options.advisors, options.repeat)


def measure(clients: int, advisors: int, repeat: int) -> None:
    from allocation.domain.around import pins_of, standing_of
    from allocation.domain.proposal import propose
    from allocation.models import PlanLine
    from allocation.queries.groups import groups_of
    from allocation.queries.review import ORDERS, lines_of, page_of
    from allocation.services import solve_again as again
    from allocation.services.solve_plan import load_case, solve_plan
    from allocation.services.start_run import start_run

    branch, director = _branch(clients, advisors)
    run = {"fairness": 0.15, "switch_penalty": 0.05, "hours": _hours(branch)}
    plan = start_run(branch=branch, actor=director, title="", scope={"kind": "branch"}, options=run)
    took, plan = _timed(lambda: solve_plan(plan_id=plan.pk))
    print(f"{clients} clients x {advisors} advisors: first plan {took:.2f} s, {plan.outcome.get('moves')} moves")
    if plan.state == plan.State.FAILED:
        raise SystemExit(f"no plan: {plan.outcome['reason']}")
    _decide(plan, director)
    for _ in range(repeat):
        plan.refresh_from_db()
        load, (case, _notes) = _timed(lambda: load_case(plan))
        around = {"pins": pins_of(case, again._decided(plan)), "standing": standing_of(case, again._proposed(plan))}
        fit, _ = _timed(lambda case=case: case.fit)
        solve, _ = _timed(lambda case=case, around=around: propose(again.replace(case, **around)))
        spent = time.process_time()
        whole, told = _timed(lambda: again.solve_again(plan_id=plan.pk))
        spent = time.process_time() - spent
        gap = type(plan).objects.get(pk=plan.pk).outcome["gap"]
        print(
            f"again {whole:.2f} s, {spent:.2f} of this process's CPU (loading {load:.2f}, match {fit:.2f}, search {solve:.2f})"
        )
        print(f"  gap {gap:.4%}, {told}")
    plan.refresh_from_db()
    total = PlanLine.objects.filter(plan=plan).count()
    for sort in ORDERS:
        took, page = _timed(lambda sort=sort: page_of(lines_of(plan, {}), sort=sort))
        deep = page.after
        for _ in range(100):
            deep = page_of(lines_of(plan, {}), deep, sort=sort).after or deep
        later, _ = _timed(lambda sort=sort, deep=deep: page_of(lines_of(plan, {}), deep, sort=sort))
        print(f"{total} moves by {sort}: first page {took * 1000:.1f} ms, page 102 {later * 1000:.1f} ms")
    for grouping in ("pair", "reason", "tier"):
        took, groups = _timed(lambda grouping=grouping: groups_of(plan, {}, grouping))
        print(f"groups by {grouping}: {took * 1000:.0f} ms, {len(groups)} groups")


def _hours(branch: Any) -> dict[int, float]:
    """Hours for not quite all that the clients need, unevenly spread: some wait in the pool."""
    import numpy as np

    from advisors.models import Advisor
    from allocation.domain.fit.policy import DEFAULT_RULES
    from clients.models import ClientValue

    needs = DEFAULT_RULES["hours"]
    total = sum(needs[str(tier)] for tier in ClientValue.objects.filter(branch=branch).values_list("tier", flat=True))
    people = list(Advisor.objects.filter(branch=branch).order_by("pk").values_list("pk", flat=True))
    shares = np.random.default_rng(3).uniform(0.8, 1.3, len(people))
    return {pk: float(round(0.95 * total * share / shares.sum(), 1)) for pk, share in zip(people, shares, strict=True)}


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def _decide(plan: Any, director: Any) -> None:
    """600 decisions: accept, reject, redirect."""
    from advisors.models import Advisor
    from allocation.services.decide_lines import decide_lines

    ids = list(plan.lines.order_by("-gain").values_list("pk", flat=True)[:600])
    target = Advisor.objects.filter(branch=plan.branch).order_by("pk").first()
    for decision, chosen, advisor in (
        ("accepted", ids[:400], None),
        ("rejected", ids[400:580], None),
        ("redirected", ids[580:], target),
    ):
        took, plan = _timed(
            lambda plan=plan, chosen=chosen, decision=decision, advisor=advisor: decide_lines(
                plan=plan,
                line_ids=chosen,
                decision=decision,
                actor=director,
                seen_revision=plan.revision,
                advisor=advisor,
            )
        )
        print(f"{len(chosen)} {decision}: {took:.2f} s")


def _branch(clients: int, advisors: int) -> tuple[Any, Any]:
    import numpy as np
    from django.db import connection

    from advisors.domain.default_rules import SKILLS
    from advisors.models import Advisor, Licence, Position, SkillEvidence
    from allocation.services.adopt_counter_holders import adopt_counter_holders
    from branch_crm.core.models import Branch, Role, Staff
    from clients.domain.persona.default_rules import DEFAULT_RULES
    from clients.models import BehaviourRun, PersonaPolicy, ScoringRun
    from clients.services.default_policies import ensure_value_policy

    random = np.random.default_rng(7)
    branch = Branch.objects.create(code="6101", name="Bench")
    director = Staff.objects.create_user(username="d", password="x" * 20, name="D", role=Role.DIRECTOR, branch=branch)
    people = Advisor.objects.bulk_create(
        Advisor(branch=branch, staff_no=f"B{at:03d}", name=f"顾问{at}", position=Position.INVESTMENT_ADVISER,
                licence=Licence.ADVISER, licence_no=f"S{at}")
        for at in range(advisors)
    )  # fmt: skip
    SkillEvidence.objects.bulk_create(
        SkillEvidence(advisor=person, kind="exam", event=skill, held_on=date(2026, 10, 20), skills=[skill],
                      score=float(random.integers(5, 100)))
        for person in people for skill in SKILLS
    )  # fmt: skip
    policy = PersonaPolicy.objects.create(branch=branch, version=1, rules=DEFAULT_RULES, valid_from=DAY)
    behaviour = BehaviourRun.objects.create(branch=branch, as_of=DAY, policy=policy, inputs_hash="x", is_current=True)
    scoring = ScoringRun.objects.create(
        branch=branch, as_of=DAY, policy=ensure_value_policy(branch), inputs_hash="x", is_current=True, summary={}
    )
    with connection.cursor() as cursor:
        cursor.execute(FILL.split(";")[0], {"branch": branch.pk, "clients": clients})
        cursor.execute(
            SCORED, {"branch": branch.pk, "run": scoring.pk, "behaviour": behaviour.pk, "advisors": advisors}
        )
        cursor.execute("ANALYZE")
    adopt_counter_holders(branch=branch, on=date(2026, 3, 2))
    return branch, director


if __name__ == "__main__":
    main()
