"""Small hard instances: generalised assignment of types C, D and E, and small branches with a fairness band.

    python -m benchmarks.engine_small [--seconds 30]

Prints the proven gap reached in that time. The bound is the linear relaxation, so part of each gap is the price of
whole clients and not the distance from the best plan.
"""

import argparse
import time

from allocation.domain.solver import Problem, solve
from benchmarks._allocation_instances import branch, generalised_assignment

SIZES = ((100, 5), (200, 20), (400, 40), (1600, 80))
BRANCHES = ((2000, 20, 0.15), (2000, 20, 0.1), (6000, 30, 0.15))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0)
    options = parser.parse_args()
    solve(branch(500, 5))
    print(f"{'instance':<22}{'seconds':>9}{'objective':>14}{'bound':>14}{'gap':>10}{'cost gap':>10}")
    for kind in "CDE":
        for clients, advisors in SIZES:
            problem, top = generalised_assignment(kind, clients, advisors)
            _report(f"{kind} {clients}x{advisors}", problem, options.seconds, top)
    for clients, advisors, fairness in BRANCHES:
        problem = branch(clients, advisors, fairness=fairness)
        _report(f"{clients}x{advisors} +-{fairness:.0%}", problem, options.seconds, None)


def _report(name: str, problem: Problem, seconds: float, top: float | None) -> None:
    started = time.perf_counter()
    answer = solve(problem, gap=0.0001, time_limit=seconds)
    took = time.perf_counter() - started
    cost = ""
    if top is not None:
        least = problem.clients * top - answer.upper_bound
        cost = f"{(answer.upper_bound - answer.objective) / least:.3%}"
    line = f"{name:<22}{took:>9.1f}{answer.objective:>14.2f}{answer.upper_bound:>14.2f}{answer.gap:>10.3%}{cost:>10}"
    print(line, flush=True)


if __name__ == "__main__":
    main()
