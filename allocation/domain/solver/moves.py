"""Move clients one, two or three advisors along, as long as the plan gets better.

A move is a shift (client to another advisor), a swap (two clients trade places) or a chain (a client goes to an advisor
who hands one of theirs on to a third). Limits are soft here: an excess costs its weight, so that a plan may pass
through a small excess on its way to a better one; repair.py raises the weights until every limit holds.

Everything is counted at the settled prices: a client brings the net profit of the option taken, an advisor brings the
price of the hours and value carried less the weight of any excess. The sum is the plan's profit less the weights. At
good prices the best options differ little and filled advisors have little left to gain, so that nearly every move is
ruled out by a bound on what it could bring, before it is looked at.
"""

from __future__ import annotations

import numpy as np

from allocation.domain.solver.compiled import fast_kernel


@fast_kernel
def worth_of(terms, hours, value):  # type: ignore[no-untyped-def]
    """What an advisor with these terms brings when carrying these hours and this value."""
    brings = terms[HOUR_PRICE] * hours + terms[VALUE_PRICE] * value
    if hours > terms[CAPACITY]:
        brings -= terms[HOUR_WEIGHT] * (hours - terms[CAPACITY])
    if value > terms[MOST]:
        brings -= terms[VALUE_WEIGHT] * (value - terms[MOST])
    elif value < terms[LEAST]:
        brings -= terms[VALUE_WEIGHT] * (terms[LEAST] - value)
    return brings


CAPACITY, LEAST, MOST, HOUR_PRICE, VALUE_PRICE, HOUR_WEIGHT, VALUE_WEIGHT, TERMS = range(8)
"""Columns of the terms table, one row per advisor, the pool last: no prices, no weights."""


@fast_kernel
def _most_of(terms, hours, value, fill):  # type: ignore[no-untyped-def]
    """(what more, what less) could at best bring to an advisor who carries this now.

    Without `fill` only what a broken limit costs is counted, not what an unfilled hour could still bring.
    """
    more, less = 0.0, 0.0
    price = terms[VALUE_PRICE]
    if hours > terms[CAPACITY]:
        less += (terms[HOUR_WEIGHT] - terms[HOUR_PRICE]) * (hours - terms[CAPACITY])
    elif fill:
        more += terms[HOUR_PRICE] * (terms[CAPACITY] - hours)
    if value < terms[LEAST]:
        more += (terms[VALUE_WEIGHT] + price) * (terms[LEAST] - value)
        if fill and price > 0.0:
            more += price * (terms[MOST] - terms[LEAST])
    elif value > terms[MOST]:
        less += (terms[VALUE_WEIGHT] - price) * (value - terms[MOST])
        if fill and price < 0.0:
            less -= price * (terms[MOST] - terms[LEAST])
    elif fill and price > 0.0:
        more += price * (terms[MOST] - value)
    elif fill and price < 0.0:
        less -= price * (value - terms[LEAST])
    return more, less


@fast_kernel
def _link(at, advisor, head, after, before):  # type: ignore[no-untyped-def]
    """Thread the clients of each advisor on a list."""
    head[:] = -1
    for i in range(len(at) - 1, -1, -1):
        j = advisor[i, at[i]]
        after[i] = head[j]
        before[i] = -1
        if head[j] >= 0:
            before[head[j]] = i
        head[j] = i


@fast_kernel
def _place(i, option, at, advisor, load, value, hours, worth, head, after, before):  # type: ignore[no-untyped-def]
    old, new = advisor[i, at[i]], advisor[i, option]
    hours[old] -= load[i, at[i]]
    worth[old] -= value[i]
    if before[i] >= 0:
        after[before[i]] = after[i]
    else:
        head[old] = after[i]
    if after[i] >= 0:
        before[after[i]] = before[i]
    at[i] = option
    hours[new] += load[i, option]
    worth[new] += value[i]
    after[i] = head[new]
    before[i] = -1
    if head[new] >= 0:
        before[head[new]] = i
    head[new] = i


@fast_kernel
def _eager(j, at, advisor, net, head, after):  # type: ignore[no-untyped-def]
    """The most that a client of advisor j gains, or the least one loses, in net profit by leaving."""
    depth = advisor.shape[1]
    top = -1e300
    o = head[j]
    while o >= 0:
        its = at[o]
        f = 1 if its == 0 else 0
        if f < depth:
            top = max(top, net[o, f] - net[o, its])
        o = after[o]
    return top


@fast_kernel
def improve(  # type: ignore[no-untyped-def]  # noqa: PLR0912, PLR0915 - one loop nest, compiled as a whole
    order, advisor, net, load, value, at, hours, worth, terms, chains, fill, rounds
):
    """Apply the best move of each client in turn until none gains; returns the number of moves made.

    advisor, net, load, value: the table of near_ties.Options; at: (K,) the option each client has now.
    hours, worth: running sums per advisor, clients outside the table included. order: the turns; rounds: most
    passes. Without `chains` only shifts are tried. Without `fill` only moves that mend a broken limit are searched for in depth.
    """
    clients, depth = advisor.shape
    advisors = len(hours)
    head = np.empty(advisors, dtype=np.int32)
    after = np.empty(clients, dtype=np.int32)
    before = np.empty(clients, dtype=np.int32)
    more, less, eager = np.empty(advisors), np.empty(advisors), np.empty(advisors)
    _link(at, advisor, head, after, before)
    for j in range(advisors):
        more[j], less[j] = _most_of(terms[j], hours[j], worth[j], fill)
        eager[j] = _eager(j, at, advisor, net, head, after)
    most_more = more.max()
    made = 0
    for _ in range(rounds):
        made_before = made
        for turn in range(clients):
            i = order[turn]
            own = at[i]
            j = advisor[i, own]
            less_j, poor_j = hours[j] - load[i, own], worth[j] - value[i]
            now_j = worth_of(terms[j], hours[j], worth[j])
            eased_j = worth_of(terms[j], less_j, poor_j) - now_j
            swap_j = max(more[j], less[j])
            best = 1e-9 * (1.0 + abs(net[i, own]))
            option, other, other_option = -1, -1, -1
            for e in range(depth):
                k = advisor[i, e]
                if k < 0:
                    break
                if e == own:
                    continue
                gain = net[i, e] - net[i, own]
                full, rich = hours[k] + load[i, e], worth[k] + value[i]
                now_k = worth_of(terms[k], hours[k], worth[k])
                shift = gain + eased_j + worth_of(terms[k], full, rich) - now_k
                if shift > best:
                    best, option, other = shift, e, -1
                through_k = gain + max(more[k], less[k])
                promise = through_k + max(swap_j, eased_j + most_more)
                if not chains or k == advisors - 1 or promise + eager[k] <= best:
                    continue
                o = head[k]
                while o >= 0:
                    its = at[o]
                    f = 1 if its == 0 else 0
                    if f < depth and promise + net[o, f] - net[o, its] > best:
                        left, lean = full - load[o, its], rich - value[o]
                        hand = gain - net[o, its] + worth_of(terms[k], left, lean) - now_k
                        while f < depth:
                            t = advisor[o, f]
                            both = hand + net[o, f]
                            if t < 0 or both + max(swap_j, eased_j + most_more) <= best:
                                break
                            if t == j:
                                both += worth_of(terms[j], less_j + load[o, f], poor_j + value[o]) - now_j
                            else:
                                both += eased_j
                                if both + more[t] > best:
                                    both += worth_of(terms[t], hours[t] + load[o, f], worth[t] + value[o])
                                    both -= worth_of(terms[t], hours[t], worth[t])
                                else:
                                    both = best
                            if both > best:
                                best, option, other, other_option = both, e, o, f
                            f += 2 if f + 1 == its else 1
                    o = after[o]
            if option < 0:
                continue
            made += 1
            if other >= 0:
                t = advisor[other, other_option]
                _place(other, other_option, at, advisor, load, value, hours, worth, head, after, before)
                more[t], less[t] = _most_of(terms[t], hours[t], worth[t], fill)
                eager[t] = _eager(t, at, advisor, net, head, after)
            k = advisor[i, option]
            _place(i, option, at, advisor, load, value, hours, worth, head, after, before)
            more[j], less[j] = _most_of(terms[j], hours[j], worth[j], fill)
            more[k], less[k] = _most_of(terms[k], hours[k], worth[k], fill)
            eager[j] = _eager(j, at, advisor, net, head, after)
            eager[k] = _eager(k, at, advisor, net, head, after)
            most_more = more.max()
        if made == made_before:
            break
    return made
