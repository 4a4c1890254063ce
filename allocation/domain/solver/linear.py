"""Solve small symmetric systems without BLAS, whose threads spin when the machine is busy."""

from __future__ import annotations

import numpy as np

from allocation.domain.solver.compiled import fast_kernel


@fast_kernel
def solve_spd(matrix, right):  # type: ignore[no-untyped-def]
    """Solve matrix @ x = right for a symmetric positive definite matrix (Cholesky); both are overwritten."""
    n = len(right)
    for i in range(n):
        for j in range(i):
            total = 0.0
            for k in range(j):
                total += matrix[i, k] * matrix[j, k]
            matrix[i, j] = (matrix[i, j] - total) / matrix[j, j]
        total = 0.0
        for k in range(i):
            total += matrix[i, k] * matrix[i, k]
        matrix[i, i] = np.sqrt(max(matrix[i, i] - total, 1e-12))
    for i in range(n):
        total = 0.0
        for k in range(i):
            total += matrix[i, k] * right[k]
        right[i] = (right[i] - total) / matrix[i, i]
    for i in range(n - 1, -1, -1):
        right[i] /= matrix[i, i]
        for k in range(i):
            right[k] -= matrix[i, k] * right[i]
    return right
