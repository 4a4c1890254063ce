"""Compile the kernels before the first real problem: `python -m allocation.domain.solver.warm` in `make install`."""

from __future__ import annotations

import numpy as np

from allocation.domain.solver import Problem, solve


def main() -> None:
    """Solve one tiny problem per shape of input, so that every variant of every kernel is in the cache."""
    fit = np.linspace(0.1, 0.9, 60).reshape(20, 3)
    for exact in (np.float64, np.float32):
        for load in (np.ones(20), np.ones((20, 3))):
            for fairness in (None, 0.5):
                solve(
                    Problem(
                        value=np.ones(20),
                        fit=fit.astype(exact),
                        load=load,
                        capacity=np.full(3, 8.0),
                        fairness=fairness,
                    ),
                    gap=1.0,
                )


if __name__ == "__main__":
    main()
