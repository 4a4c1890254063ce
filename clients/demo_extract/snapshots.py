"""What every client is worth at the snapshots, and what is held at the first and the last of them."""

from dataclasses import dataclass

import numpy as np

from clients.demo_extract.draws import Bools, Ints
from clients.demo_extract.ledger import Balances
from clients.demo_extract.markets import Market
from clients.demo_extract.population import Story
from clients.demo_extract.products import NAV_SCALE, Holdings
from clients.demo_extract.scene import Scene
from clients.demo_extract.trading import Lots

EXCHANGES = ("沪", "深", "北")


@dataclass(frozen=True)
class Assets:
    """Clients x snapshots, in fen. `stocks` has a leading axis over EXCHANGES and leaves ETFs out (they are funds)."""

    cash: Ints
    debt: Ints
    stocks: Ints
    funds: Ints
    products: Ints
    present: Bools  # the account is open

    @property
    def stock_total(self) -> Ints:
        return self.stocks.sum(axis=0)

    @property
    def total(self) -> Ints:
        """Gross of margin debt, as the counter prints it."""
        return self.cash + self.stock_total + self.funds + self.products


def value_assets(scene: Scene, lots: Lots, holdings: Holdings, balances: Balances) -> Assets:
    """Mark everything to market at each snapshot."""
    people, market, catalogue, timeline = scene.people, scene.market, scene.catalogue, scene.timeline
    n, dates = len(people), timeline.snapshots
    stocks = np.zeros((len(EXCHANGES), n, len(dates)), dtype=np.int64)
    funds, products = np.zeros((2, n, len(dates)), dtype=np.int64)
    place = np.array([EXCHANGES.index(exchange) for exchange in market.exchange])[lots.security]
    is_etf = market.is_etf[lots.security]
    is_fund = catalogue.is_fund[holdings.product]
    for column, session in enumerate(dates.tolist()):
        held = (lots.bought <= session) & (lots.sold > session)
        value = np.where(held, lots.quantity * market.close[session, lots.security], 0)
        for index in range(len(EXCHANGES)):
            stocks[index, :, column] = _sum(lots.client, value, (place == index) & ~is_etf, n)
        kept = (holdings.bought <= session) & (holdings.sold > session) & (holdings.amount > 0)
        worth = np.where(kept, holdings.units * catalogue.nav[session, holdings.product] // NAV_SCALE, 0)
        funds[:, column] = _sum(lots.client, value, is_etf, n) + _sum(holdings.client, worth, is_fund, n)
        products[:, column] = _sum(holdings.client, worth, ~is_fund, n)
    closed = (people.story == Story.CLOSED)[:, None] & (dates[None, :] >= people.story_session[:, None])
    present = (dates[None, :] >= people.open_session[:, None]) & ~closed
    return Assets(balances.cash, balances.debt, stocks, funds, products, present)


def _sum(client: Ints, value: Ints, which: Bools, n: int) -> Ints:
    # Sums of fen below 2**53 are exact in float64.
    return np.bincount(client[which], weights=value[which], minlength=n).astype(np.int64)


@dataclass(frozen=True)
class Positions:
    """One row per client and security held at a session; cost in fen per share."""

    client: Ints
    security: Ints
    session: int
    quantity: Ints
    cost: Ints
    value: Ints


def positions_at(session: int, lots: Lots, market: Market) -> Positions:
    """Open lots merged by client and security, at average cost."""
    held = np.flatnonzero((lots.bought <= session) & (lots.sold > session) & (lots.quantity > 0))
    key = lots.client[held] * len(market.codes) + lots.security[held]
    merged, inverse = np.unique(key, return_inverse=True)
    quantity = np.bincount(inverse, weights=lots.quantity[held], minlength=len(merged)).astype(np.int64)
    paid = np.bincount(inverse, weights=lots.quantity[held] * lots.price_bought[held], minlength=len(merged))
    client, security = np.divmod(merged, len(market.codes))
    cost = np.rint(paid / np.maximum(quantity, 1)).astype(np.int64)
    return Positions(client, security, session, quantity, cost, quantity * market.close[session, security])
