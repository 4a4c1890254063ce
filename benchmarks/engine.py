"""The matching engine against OR-Tools' min-cost flow, in the same run on the same instances.

    python -m benchmarks.engine [--sizes 2000x20,50000x60] [--repeat 3] [--no-flow]

Prints medians, proven gaps and ratios. The limit named is one pass over the N x M table of fits. The flow solves the
same transportation problem in whole units of hours and is repaired by greedy shifts; with a fairness band it is no
flow any more, so the flow drops out there.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from allocation.domain.solver import Answer, Problem, solve
from benchmarks._allocation_instances import branch

try:
    from ortools.graph.python import min_cost_flow
except ImportError:
    min_cost_flow = None

COST_SCALE = 1_000_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="2000x20,20000x40,50000x60,200000x200")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--no-flow", action="store_true")
    options = parser.parse_args()
    solve(branch(500, 5))
    solve(branch(500, 5, fairness=0.3))
    print(f"{'instance':<22}{'seconds':>9}{'gap':>10}{'passes':>8}  {'min-cost flow':<30}")
    for size in options.sizes.split(","):
        clients, advisors = (int(part) for part in size.split("x"))
        for fairness in (None, 0.15):
            problem = branch(clients, advisors, fairness=fairness)
            seconds, answer = _median(lambda problem=problem: solve(problem), options.repeat)
            _check(problem, answer)
            one_pass, _ = _median(lambda problem=problem: np.nansum(problem.fit), options.repeat)
            name = size + (f" +-{fairness:.0%}" if fairness else "")
            line = f"{name:<22}{seconds:>9.3f}{answer.gap:>10.4%}{seconds / one_pass:>8.0f}  "
            if fairness is None and not options.no_flow and min_cost_flow is not None:
                flow_seconds, bound = _median(lambda problem=problem: _flow(problem), 1)
                line += f"{flow_seconds:.2f} s = {flow_seconds / seconds:.1f} x ours, optimum {bound:.3f}"
                line += f" (our bound {answer.upper_bound:.3f})"
            print(line, flush=True)


def _median(work: Callable[[], Any], repeat: int) -> tuple[float, Any]:
    times, result = [], None
    for _ in range(repeat):
        started = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - started)
    return statistics.median(times), result


def _check(problem: Problem, answer: Answer) -> None:
    """Stop at once if a plan breaks a rule."""
    taken = answer.assignment >= 0
    client, advisor = np.flatnonzero(taken), answer.assignment[taken]
    hours = np.bincount(advisor, problem.load[client], problem.advisors)
    least, most = problem.band()
    room = 1e-9 * (1 + problem.value.sum())
    worth = np.bincount(advisor, problem.value[client], problem.advisors)
    if (
        (hours > problem.capacity * (1 + 1e-9)).any()
        or np.isnan(problem.fit[client, advisor]).any()
        or not problem.pool_allowed[~taken].all()
        or (worth < least - room).any()
        or (worth > most + room).any()
    ):
        raise SystemExit("a plan breaks a rule")


def _flow(problem: Problem) -> float:
    """The transportation optimum in half hours: clients are sources, advisors and the pool take."""
    units = np.rint(problem.load * 2).astype(np.int64)
    room = np.floor(problem.capacity * 2 + 1e-9).astype(np.int64)
    n, m = problem.fit.shape
    away = (problem.incumbent >= 0)[:, None] & (np.arange(m) != problem.incumbent[:, None])
    profit = problem.value[:, None] * (problem.fit - problem.switch_penalty * away)
    client, advisor = np.nonzero(~np.isnan(problem.fit))
    pooled = np.flatnonzero(problem.pool_allowed)
    tails = np.concatenate([client, pooled, n + np.arange(m)])
    heads = np.concatenate([n + advisor, np.full(len(pooled), n + m), np.full(m, n + m)])
    capacity = np.concatenate([units[client], units[pooled], room])
    cost = np.zeros(len(tails), dtype=np.int64)
    cost[: len(client)] = np.rint(-COST_SCALE * profit[client, advisor] / units[client])
    flow = min_cost_flow.SimpleMinCostFlow()
    flow.add_arcs_with_capacity_and_unit_cost(tails, heads, capacity, cost)
    flow.set_nodes_supplies(np.arange(n), units)
    flow.set_node_supply(n + m, -int(units.sum()))
    if flow.solve() != flow.OPTIMAL:
        raise SystemExit("the flow found no optimum")
    return -flow.optimal_cost() / COST_SCALE


if __name__ == "__main__":
    main()
