"""One pass over the table: what every client would choose at given prices, and how that answers to a price change.

Given prices, a client takes the advisor with the largest profit - hour price * load - value price * value, or the pool.
The sum of these maxima plus the prices of all limits bounds every plan from above (Lagrangian duality).
"""

from __future__ import annotations

import numpy as np

from allocation.domain.solver.compiled import fast_kernel


@fast_kernel
def respond(  # type: ignore[no-untyped-def]  # noqa: PLR0912, PLR0915 - one loop nest, compiled as a whole
    profit,
    load,
    value,
    pool,
    size,
    hour_price,
    value_price,
    banded,
    window,
    value_window,
    first,
    step,
    choice,
    lead,
    hours,
    worth,
    curve,
):
    """Ask rows first::step; returns (sum of best net profits, what the smoothing adds to it).

    choice: the best column, P (the padded width) for the pool; lead: its distance to the second best.
    hours, worth: (P + 1,) smoothed demand, the pool last. curve: how demand falls when prices rise, rows 0..P for
    hours and, when banded, P+1.. for value. A client spreads over the options within `window` * size + `value_window`
    * value of the best: the shares are the projection of the net profits onto the simplex, so that sum, slope and
    curvature belong to one smooth convex function.
    The loops over columns are written so that each becomes a vector loop.
    """
    n, width = profit.shape
    pairs = load.shape[1] > 1
    row = np.empty(width, dtype=np.float32)
    columns = np.arange(width).astype(np.int32)
    near = np.empty(width + 1, dtype=np.int32)
    net = np.empty(width + 1, dtype=np.float64)
    none = np.float32(-3e38)
    nobody = np.int32(-1)
    offset = width + 1
    hours[:] = 0.0
    worth[:] = 0.0
    curve[:] = 0.0
    total, smoothing = 0.0, 0.0
    for i in range(first, n, step):
        if pairs:
            for j in range(width):
                row[j] = profit[i, j] - load[i, j] * hour_price[j]
        else:
            cost = load[i, 0]
            for j in range(width):
                row[j] = profit[i, j] - cost * hour_price[j]
        weight = value[i]
        if banded:
            for j in range(width):
                row[j] -= weight * value_price[j]
        top = none
        for j in range(width):
            top = max(top, row[j])
        chosen = nobody
        for j in range(width):
            chosen = max(chosen, columns[j] if row[j] == top else nobody)
        second = none
        for j in range(width):
            second = max(second, row[j] if columns[j] != chosen else none)
        if pool[i] >= second:
            second = min(top, pool[i])
            if pool[i] >= top:
                top, chosen = pool[i], np.int32(width)
        choice[i] = chosen
        lead[i] = top - second
        total += top  # type: ignore[assignment]
        spread = float(window * size[i] + value_window * weight)
        if lead[i] >= spread:
            if chosen < width:
                hours[chosen] += load[i, chosen if pairs else 0]
                worth[chosen] += weight
            continue
        # Gather the options within reach, best first, and project.
        count = 0
        edge = top - spread
        for j in range(width + 1):
            this = row[j] if j < width else pool[i]
            if this <= edge:
                continue
            at = count
            while at > 0 and net[at - 1] < this:
                net[at], near[at] = net[at - 1], near[at - 1]
                at -= 1
            net[at], near[at] = this, j
            count += 1
        running, level, support = 0.0, 0.0, 0
        for a in range(count):
            running += net[a]
            mark = (running - spread) / (a + 1)
            if net[a] > mark:
                level, support = mark, a + 1
        squares = 0.0
        smooth = 0.0
        for a in range(support):
            j = near[a]
            share = (net[a] - level) / spread
            squares += share * share
            smooth += share * net[a]
            if j < width:
                hours[j] += share * load[i, j if pairs else 0]
                worth[j] += share * weight
        smoothing += smooth + 0.5 * spread * (1.0 - squares) - top  # type: ignore[assignment]
        for a in range(support):
            j = near[a]
            own = float(load[i, j if pairs else 0]) if j < width else 0.0
            for b in range(support):
                k = near[b]
                density = ((1.0 if a == b else 0.0) - 1.0 / support) / spread
                other = float(load[i, k if pairs else 0]) if k < width else 0.0
                curve[j, k] += density * own * other
                if value_window > 0:
                    flow = density * weight
                    curve[offset + j, offset + k] += flow * weight
                    curve[j, offset + k] += flow * own
                    curve[offset + j, k] += flow * other
    return total, smoothing
