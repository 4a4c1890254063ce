"""New-share quotas: they count a holder's shares at every broker, so they tell what is held elsewhere (domain.md §2.4)."""

from dataclasses import dataclass

import numpy as np

from clients.demo_extract.draws import Ints
from clients.demo_extract.scene import Scene
from clients.demo_extract.snapshots import EXCHANGES, Assets

STEP = 500_000  # fen of average market value ...
SHARES_PER_STEP = 500  # ... per 500 shares: 10 yuan a share
LEAST_VALUE = 1_000_000
AVERAGED_SESSIONS = 20
LAG = 2  # the average ends two sessions before the quota's day
MARKETS = ("沪", "深", "科创")


@dataclass(frozen=True)
class Quotas:
    """One row per client and market; `elsewhere` is the truth behind it in fen, for tests only."""

    client: Ints
    market: Ints  # index into MARKETS
    shares: Ints
    elsewhere: Ints


def grant_quotas(scene: Scene, assets: Assets) -> Quotas:
    """Quotas at the last session from the twenty sessions up to two before it."""
    rng, people = scene.rng("quotas"), scene.people
    n = len(people)
    counted = assets.stocks[:, :, -(AVERAGED_SESSIONS + LAG) : -LAG]
    counted = np.where(assets.present[None, :, -(AVERAGED_SESSIONS + LAG) : -LAG], counted, 0)
    average = counted.sum(axis=2) // AVERAGED_SESSIONS
    open_now = np.flatnonzero(assets.present[:, -1] & ~people.dormant)
    rows = []
    for index in (EXCHANGES.index("沪"), EXCHANGES.index("深")):
        outside = rng.random(n) < np.where(people.quiet, 0.22, 0.30)
        size = np.maximum(people.wealth, 20_000) * 100 * np.exp(rng.normal(-0.7, 1.1, size=n))
        elsewhere = np.where(outside, size, 0).astype(np.int64)
        value = average[index] + elsewhere
        shares = np.where(value >= LEAST_VALUE, value // STEP * SHARES_PER_STEP, 0)
        rows.append((open_now, np.full(len(open_now), index), shares[open_now], elsewhere[open_now]))
        if index == 0:
            # The STAR quota comes from the same Shanghai value.
            star = open_now[people.star[open_now]]
            rows.append((star, np.full(len(star), 2), shares[star], elsewhere[star]))
    client, market, shares, elsewhere = (np.concatenate(columns) for columns in zip(*rows, strict=True))
    order = np.lexsort((market, client))
    return Quotas(client[order], market[order], shares[order], elsewhere[order])
