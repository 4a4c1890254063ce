"""Odean's count: does a client sell winners sooner than losers? (Odean 1998; Barber & Odean in Thaler ed.)

On each day on which a client sells, every position is compared with its average cost: sold ones give realised gains or
losses, the others paper gains or losses. PGR = RG / (RG + PG), PLR = RL / (RL + PL); the figure is PGR - PLR.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
import numpy.typing as npt

COUNTS = ("realised_gains", "realised_losses", "paper_gains", "paper_losses")


@numba.njit(cache=True)
def _count(  # noqa: PLR0912 - one pass over the trades, compiled
    client: npt.NDArray[np.int64],
    session: npt.NDArray[np.int64],
    slot: npt.NDArray[np.int64],
    is_buy: npt.NDArray[np.bool_],
    quantity: npt.NDArray[np.float64],
    price: npt.NDArray[np.float64],
    slots: int,
    clients: int,
    price_start: npt.NDArray[np.int64],
    price_session: npt.NDArray[np.int64],
    price_value: npt.NDArray[np.float64],
    security_of_slot: npt.NDArray[np.int64],
    first_slot: npt.NDArray[np.int64],
) -> Any:
    held = np.zeros(slots)
    cost = np.zeros(slots)
    sold_on = np.full(slots, -1, dtype=np.int64)
    counts = np.zeros((clients, 4), dtype=np.int64)
    n = len(client)
    i = 0
    while i < n:
        who, day = client[i], session[i]
        j = i
        sells = False
        while j < n and client[j] == who and session[j] == day:
            s = slot[j]
            if is_buy[j]:
                total = held[s] + quantity[j]
                if total > 0:
                    cost[s] = (cost[s] * held[s] + price[j] * quantity[j]) / total
                held[s] = total
            elif held[s] > 0:
                sells = True
                if sold_on[s] != day:
                    sold_on[s] = day
                    if price[j] > cost[s]:
                        counts[who, 0] += 1
                    elif price[j] < cost[s]:
                        counts[who, 1] += 1
                held[s] = max(0.0, held[s] - quantity[j])
            j += 1
        if sells:
            for s in range(first_slot[who], first_slot[who + 1]):
                if held[s] <= 0 or sold_on[s] == day:
                    continue
                security = security_of_slot[s]
                low, high = price_start[security], price_start[security + 1]
                at = low + np.searchsorted(price_session[low:high], day)
                if at < high and price_session[at] == day:
                    if price_value[at] > cost[s]:
                        counts[who, 2] += 1
                    elif price_value[at] < cost[s]:
                        counts[who, 3] += 1
        i = j
    return counts


def count_gains_and_losses(
    client: npt.NDArray[np.int64],
    session: npt.NDArray[np.int64],
    security: npt.NDArray[np.int64],
    is_buy: npt.NDArray[np.bool_],
    quantity: npt.NDArray[np.float64],
    price: npt.NDArray[np.float64],
    *,
    clients: int,
    price_security: npt.NDArray[np.int64],
    price_session: npt.NDArray[np.int64],
    price_value: npt.NDArray[np.float64],
) -> npt.NDArray[np.int64]:
    """(clients, 4) counts in the order of COUNTS.

    Trades in any order; `client` and `security` are dense indices. Prices are sorted by (security, session). A held security
    without a price that day counts on neither side, as does one at exactly its cost.
    """
    order = np.lexsort((np.arange(len(client)), session, client))
    client, session, security = client[order], session[order], security[order]
    is_buy, quantity, price = is_buy[order], quantity[order], price[order]
    securities = int(max(security.max(initial=-1), price_security.max(initial=-1))) + 1
    pairs, slot = np.unique(client * securities + security, return_inverse=True)
    first_slot = np.searchsorted(pairs, np.arange(clients + 1) * securities)
    price_start = np.searchsorted(price_security, np.arange(securities + 1))
    return np.asarray(
        _count(
            client, session, slot.astype(np.int64), is_buy, quantity, price, len(pairs), clients,
            price_start, price_session, price_value, pairs % max(securities, 1), first_slot,
        )
    )  # fmt: skip


def disposition(counts: npt.NDArray[np.int64], *, minimum: int) -> npt.NDArray[np.float64]:
    """PGR - PLR per client; NaN where either side has fewer than `minimum` observations."""
    gains, losses = counts[:, 0] + counts[:, 2], counts[:, 1] + counts[:, 3]
    with np.errstate(invalid="ignore", divide="ignore"):
        figure = counts[:, 0] / gains - counts[:, 1] / losses
    figure[(gains < minimum) | (losses < minimum)] = np.nan
    return np.asarray(figure)
