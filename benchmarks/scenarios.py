"""Budgets of moves and the whole curve at 50,000 x 60, as the scenario desk works them out.

    python -m benchmarks.scenarios [--size 50000x60] [--fairness 0.15] [--no-curve]

Prints per budget: seconds, the multiple of the same branch's plan without a budget, moves, band kept, proven gap.
"""

import argparse
import time
from dataclasses import replace

import numpy as np

from advisors.domain.default_rules import SKILLS
from advisors.domain.skill_table import SkillTable
from allocation.domain.budget import spent_moves
from allocation.domain.case import Case, Options
from allocation.domain.curve import budgets_up_to, point
from allocation.domain.fit.policy import DEFAULT_RULES, read_rules
from allocation.domain.proposal import propose
from allocation.domain.tables import AdvisorTable, ClientTable

#: Shares of the clients in scope that are tried as budgets.
BUDGETS = (0.01, 0.05, 0.2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", default="50000x60")
    parser.add_argument("--fairness", type=float, default=0.15)
    parser.add_argument("--no-curve", action="store_true")
    options = parser.parse_args()
    clients, advisors = (int(part) for part in options.size.split("x"))
    warm = case_of(1000, 8, None)
    propose(warm.with_options(replace(warm.options, time_limit=20.0)))
    for fairness in (None, options.fairness):
        case = case_of(clients, advisors, fairness)
        case.fit, case.forbidden  # noqa: B018 - the matrix is not what is measured
        seconds, free = _timed(lambda case=case: propose(case))
        moves = spent_moves(case, free.after)
        print(
            f"{options.size} band {fairness}: no budget {seconds:.2f} s, {moves} moves, gap {free.answer.gap:.3%}",
            flush=True,
        )
        for share in BUDGETS:
            most = int(share * clients)
            trial = case.with_options(replace(case.options, most_moves=most))
            took, found = _timed(lambda trial=trial: propose(trial))
            spent = spent_moves(trial, found.after)
            if spent > most:
                raise SystemExit("a plan breaks its budget")
            print(
                f"  {share:>4.0%} = {most:>6} moves: {took:6.2f} s, {took / seconds:4.1f} x, {spent} moves,"
                f" band kept {found.fairness}, gap {found.answer.gap:.3%}",
                flush=True,
            )
        if not options.no_curve:
            took, points = _timed(
                lambda case=case, moves=moves: [point(case, most) for most in (*budgets_up_to(moves), None)]
            )
            print(f"  curve of {len(points)} points: {took:.1f} s", flush=True)


def case_of(clients: int, advisors: int, fairness: float | None, seed: int = 7) -> Case:
    """A branch as the counter left it: books by chance, a tenth nobody's, hours for what the tiers need."""
    rng = np.random.default_rng(seed)
    value = 100 * rng.beta(1.2, 4, clients)
    tier = np.clip((value // 16).astype(np.int64), 1, 5)
    rules = read_rules(DEFAULT_RULES)
    hours = rng.uniform(0.7, 1.3, advisors)
    hours *= 1.1 * np.array(rules.hours)[tier - 1].sum() / hours.sum()
    holder = rng.choice(advisors, clients, p=hours / hours.sum())
    holder[rng.random(clients) < 0.1] = -1
    scores = rng.uniform(5, 100, (advisors, len(SKILLS)))
    people = AdvisorTable(
        names=tuple(f"A{at}" for at in range(advisors)),
        staff_nos=tuple(str(at) for at in range(advisors)),
        status=("",) * advisors,
        hours=hours,
        adviser=rng.random(advisors) < 0.5,
        skills=SkillTable(tuple(range(1, advisors + 1)), SKILLS, scores, scores / 100, 1, None),  # type: ignore[arg-type]
    )
    table = ClientTable(
        ids=np.arange(1, clients + 1),
        value=value,
        tier=tier,
        value_type=rng.integers(0, 4, clients),
        core=tier >= 4,
        assets=value**3 * 10,
        revenue=value * 50,
        persona=rng.integers(-1, 4, clients),
        confidence=rng.random(clients),
        age=rng.uniform(20, 90, clients),
        cautious=rng.random(clients) < 0.3,
        leverage=rng.random(clients) < 0.1,
        growth_boards=rng.random(clients) < 0.3,
        wishes=((),) * clients,
        holder=holder,
        tenure=rng.uniform(0, 5, clients),
    )
    nothing = np.empty((0, 2), dtype=np.int64)
    wanted = Options(fairness=fairness, switch_penalty=0.1)
    return Case(table, people, np.ones(clients, dtype=np.bool_), nothing, nothing, rules, wanted)


def _timed(work):  # type: ignore[no-untyped-def]
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


if __name__ == "__main__":
    main()
