"""One pass over the table: what every client would choose at given prices, and how that answers to a price change.

Given prices, a client takes the advisor with the largest profit - hour price * load - value price * value, or the pool.
The sum of these maxima plus the prices of all limits bounds every plan from above (Lagrangian duality).
"""

from __future__ import annotations

import numpy as np

from allocation.domain.solver.compiled import fast_kernel

NOTHING = np.float32(-1e29)
"""Below this a reduced profit belongs to a forbidden pair."""


@fast_kernel
def respond(  # type: ignore[no-untyped-def]  # noqa: PLR0912 - one loop nest, compiled as a whole
    profit, load, value, pool, hour_price, value_price, banded, first, step, choice, rival, best, lead
):
    """Fill choice, rival (second best), best (reduced profit) and lead (best - second) of rows first::step.

    Index P (the padded width) stands for the pool. hour_price and value_price are float32 of length P.
    The loops are written so that each becomes a vector loop: maxima first, then which column holds them.
    """
    n, width = profit.shape
    pairs = load.shape[1] > 1
    row = np.empty(width, dtype=np.float32)
    columns = np.arange(width).astype(np.int32)
    none = np.float32(-3e38)
    nobody = np.int32(-1)
    for i in range(first, n, step):
        top = none
        if pairs:
            for j in range(width):
                row[j] = profit[i, j] - load[i, j] * hour_price[j]
        else:
            hours = load[i, 0]
            for j in range(width):
                row[j] = profit[i, j] - hours * hour_price[j]
        if banded:
            worth = value[i]
            for j in range(width):
                row[j] -= worth * value_price[j]
        for j in range(width):
            top = max(top, row[j])
        chosen = nobody
        for j in range(width):
            chosen = max(chosen, columns[j] if row[j] == top else nobody)
        second = none
        for j in range(width):
            second = max(second, row[j] if columns[j] != chosen else none)
        other = nobody
        for j in range(width):
            other = max(other, columns[j] if row[j] == second and columns[j] != chosen else nobody)
        if pool[i] >= second:
            if pool[i] >= top:
                second, other, top, chosen = top, chosen, pool[i], np.int32(width)
            else:
                second, other = pool[i], np.int32(width)
        choice[i] = chosen
        rival[i] = other
        best[i] = top
        lead[i] = top - second


@fast_kernel
def demand(  # type: ignore[no-untyped-def]
    load, value, first, step, window, value_window, choice, rival, best, lead, hours, worth, curve
):
    """Sum the choices: hours and worth per advisor (the pool last), and the curvature of the bound.

    Clients whose lead is within the window (in price units) are taken to switch uniformly over it. curve is
    (2P + 2, 2P + 2): rows 0..P for hour prices, P+1.. for value prices. Returns the sum of best.
    """
    n = load.shape[0]
    pairs = load.shape[1] > 1
    size = len(hours)
    hours[:] = 0.0
    worth[:] = 0.0
    curve[:] = 0.0
    total, smooth = 0.0, 0.0
    banded = value_window > 0
    for i in range(first, n, step):
        j, k = choice[i], rival[i]
        total += best[i]
        weight = float(value[i])
        own = 0.0 if j == size - 1 else float(load[i, j if pairs else 0])
        other = 0.0 if k == size - 1 else float(load[i, k if pairs else 0])
        reach = window * max(own, other) + value_window * weight
        if lead[i] >= reach:
            hours[j] += own
            worth[j] += weight
            continue
        gap = reach - lead[i]
        smooth += gap * gap / (4.0 * reach)
        share = 0.5 * gap / reach
        hours[j] += own * (1.0 - share)
        worth[j] += weight * (1.0 - share)
        hours[k] += other * share
        worth[k] += weight * share
        density = 0.5 / reach
        curve[j, j] += density * own * own
        curve[k, k] += density * other * other
        curve[j, k] -= density * own * other
        curve[k, j] -= density * own * other
        if banded:
            a, b = size + j, size + k
            flow = density * weight
            curve[a, a] += flow * weight
            curve[b, b] += flow * weight
            curve[a, b] -= flow * weight
            curve[b, a] -= flow * weight
            curve[j, a] += flow * own
            curve[a, j] += flow * own
            curve[k, b] += flow * other
            curve[b, k] += flow * other
            curve[j, b] -= flow * own
            curve[b, j] -= flow * own
            curve[k, a] -= flow * other
            curve[a, k] -= flow * other
    return total, smooth
