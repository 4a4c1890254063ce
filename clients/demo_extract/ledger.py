"""The cash account of every client: all planned events in order, each sized by what is there at that moment."""

from dataclasses import dataclass

import numpy as np

from clients.demo_extract.draws import Ints
from clients.demo_extract.flows import DEPOSIT, DIVIDEND, INTEREST, Flows
from clients.demo_extract.products import NAV_SCALE, Holdings
from clients.demo_extract.scene import Scene
from clients.demo_extract.trading import Lots

LEAST_COMMISSION = 500  # fen: "not less than 5 yuan"
STAMP_DUTY = 0.0005  # on sales
TRANSFER_FEE = 0.00001  # both sides
LEVIES = 0.0000541  # exchange and regulator's part of the commission
LARGEST_DEBT_TO_EQUITY = 0.8

BUY, SELL, FLOW, SUBSCRIBE, REDEEM = range(5)


def commission(amount: Ints, rate: np.ndarray) -> Ints:
    """Gross commission in fen."""
    return np.maximum(np.rint(amount * rate).astype(np.int64), LEAST_COMMISSION)


def net_commission(gross: Ints, amount: Ints) -> Ints:
    """What stays with the branch's firm after the levies."""
    return gross - np.rint(amount * LEVIES).astype(np.int64)


def taxes(amount: Ints, *, sale: bool) -> Ints:
    """Stamp duty and transfer fee in fen; they leave the account but are not commission."""
    return np.rint(amount * (TRANSFER_FEE + STAMP_DUTY * sale)).astype(np.int64)


def subscription_fee(amount: Ints, rate: np.ndarray) -> Ints:
    """Fee of a product order in fen, on top of its amount."""
    return np.rint(amount * rate).astype(np.int64)


@dataclass(frozen=True)
class Balances:
    """Cash and margin debt in fen at every snapshot (clients x snapshots)."""

    cash: Ints
    debt: Ints


class Ledger:
    """Plays the events of one chunk; fills in lots, holdings and flows as they happen."""

    def __init__(self, scene: Scene, lots: Lots, holdings: Holdings, flows: Flows) -> None:
        self.people, self.market, self.catalogue = scene.people, scene.market, scene.catalogue
        self.timeline, self.lots, self.holdings, self.flows = scene.timeline, lots, holdings, flows
        self.cash = self._opening_cash()
        self.debt = np.zeros(len(self.people), dtype=np.int64)
        self.book = np.bincount(
            lots.client, weights=lots.quantity * lots.price_bought, minlength=len(self.people)
        ).astype(np.int64)

    def play(self) -> Balances:
        """Run every event and return the balances at the snapshots."""
        opening = self.cash.copy()
        client, session, kind, ref = self._events()
        start = np.searchsorted(client, np.arange(len(self.people)))
        rank = np.arange(len(client)) - start[client]
        in_rounds = np.argsort(rank, kind="stable")
        cash_after, debt_after = np.empty((2, len(client)), dtype=np.int64)
        steps = (self._buy, self._sell, self._flow, self._subscribe, self._redeem)
        # The n-th event of every client makes one round, so no client appears twice in it.
        for events in np.split(in_rounds, np.cumsum(np.bincount(rank))[:-1]) if len(rank) else []:
            kinds = kind[events]
            for code, step in enumerate(steps):
                which = ref[events[kinds == code]]
                if len(which):
                    step(which)
            cash_after[events], debt_after[events] = self.cash[client[events]], self.debt[client[events]]
        return self._at_snapshots(client, session, start, opening, cash_after, debt_after)

    def _opening_cash(self) -> Ints:
        n, before = len(self.people), self.timeline.first - 1
        shares = self.lots.quantity * self.market.close[before, self.lots.security]
        held = np.flatnonzero(self.holdings.amount > 0)
        products = np.bincount(self.holdings.client[held], weights=self.holdings.amount[held], minlength=n)
        stocks = np.bincount(self.lots.client, weights=shares, minlength=n)
        wealth = np.where(self.people.open_session > 0, 0, self.people.wealth * 100)
        return np.maximum(wealth - products - stocks, 0).astype(np.int64)

    def _events(self) -> tuple[Ints, Ints, Ints, Ints]:
        """Client, session, kind and reference of every event, in order of client and time."""
        lots, holdings, flows, last = self.lots, self.holdings, self.flows, self.timeline.last
        buys = np.flatnonzero(lots.quantity == 0)
        sells = np.flatnonzero(lots.sold <= last)
        orders = np.flatnonzero(holdings.amount == 0)
        redemptions = np.flatnonzero(holdings.sold <= last)
        parts = (
            (lots.client[buys], lots.bought[buys], lots.second_bought[buys], BUY, buys),
            (lots.client[sells], lots.sold[sells], lots.second_sold[sells], SELL, sells),
            (flows.client, flows.session, flows.second, FLOW, np.arange(len(flows))),
            (holdings.client[orders], holdings.bought[orders], holdings.second[orders], SUBSCRIBE, orders),
            (
                holdings.client[redemptions],
                holdings.sold[redemptions],
                holdings.second[redemptions],
                REDEEM,
                redemptions,
            ),
        )
        client, session, second, ref = (np.concatenate([part[i] for part in parts]) for i in (0, 1, 2, 4))
        kind = np.concatenate([np.full(len(part[0]), part[3]) for part in parts])
        order = np.lexsort((kind, second, session, client))
        return client[order], session[order], kind[order], ref[order]

    def _buy(self, which: Ints) -> None:
        lots = self.lots
        client, price, unit = lots.client[which], lots.price_bought[which], self.market.order_unit[lots.security[which]]
        cash = self.cash[client]
        credit = (LARGEST_DEBT_TO_EQUITY * (cash + self.book[client] - self.debt[client]) - self.debt[client]).clip(0)
        financed = lots.financed[which] & (credit > 0)
        purse = np.where(financed, np.minimum(credit, 0.6 * (cash + self.book[client])), cash)
        quantity = np.floor(purse * lots.spend[which] / (price * unit)).astype(np.int64) * unit
        # Someone who wants a share takes the smallest order when the plan would give none.
        quantity = np.where((quantity == 0) & ~financed, unit, quantity)
        amount = quantity * price
        fee = commission(amount, self.people.rate[client])
        due = fee + taxes(amount, sale=False)
        done = (quantity > 0) & (due + np.where(financed, 0, amount) <= cash)
        which, client, amount, financed = which[done], client[done], amount[done], financed[done]
        lots.quantity[which], lots.fee_bought[which] = quantity[done], fee[done]
        lots.financed[which] = financed
        self.cash[client] -= due[done] + np.where(financed, 0, amount)
        self.debt[client] += np.where(financed, amount, 0)
        self.book[client] += amount

    def _sell(self, which: Ints) -> None:
        lots = self.lots
        which = which[lots.quantity[which] > 0]
        client = lots.client[which]
        amount = lots.quantity[which] * lots.price_sold[which]
        fee = commission(amount, self.people.rate[client])
        received = amount - fee - taxes(amount, sale=True)
        cost = lots.quantity[which] * lots.price_bought[which]
        repaid = np.where(
            lots.financed[which], np.minimum(self.debt[client], np.minimum(cost, self.cash[client] + received)), 0
        )
        # Debt that lost lots left behind is repaid from the next sale of any kind.
        orphaned = (self.debt[client] - repaid > self.book[client] - cost) & ~lots.financed[which]
        repaid = np.where(orphaned, np.minimum(self.debt[client], received.clip(0)), repaid)
        lots.fee_sold[which], lots.was_sold[which] = fee, True
        self.cash[client] += received - repaid
        self.debt[client] -= repaid
        self.book[client] -= cost

    def _flow(self, which: Ints) -> None:
        flows = self.flows
        client, kind, size = flows.client[which], flows.kind[which], flows.size[which]
        cash = self.cash[client]
        held = np.where(kind == DIVIDEND, self.lots.quantity[flows.lot[which].clip(0)] if len(self.lots) else 0, 0)
        share = np.floor(cash * size)
        # Withdrawals are round hundreds unless all of it goes.
        withdrawn = np.where(size >= 1.0, cash, share // 10_000 * 10_000)
        owing = (self.debt[client] > 0) & (size < 0.9)
        amount = np.select(
            [kind == DEPOSIT, kind == INTEREST, kind == DIVIDEND],
            [size, np.rint(cash * size), np.rint(held * size)],
            np.where(owing, 0, withdrawn),
        ).astype(np.int64)
        flows.amount[which] = amount
        self.cash[client] += np.where((kind == DEPOSIT) | (kind == INTEREST) | (kind == DIVIDEND), amount, -amount)

    def _subscribe(self, which: Ints) -> None:
        holdings = self.holdings
        client, product = holdings.client[which], holdings.product[which]
        cash, minimum = self.cash[client], self.catalogue.minimum[product] * 100
        wanted = np.floor(cash * holdings.spend[which] / 100_000).astype(np.int64) * 100_000
        amount = np.maximum(wanted, minimum)
        fee = subscription_fee(amount, self.catalogue.fee_rate[product])
        done = (amount + fee <= cash) & (amount > 0)
        which, client, product, amount = which[done], client[done], product[done], amount[done]
        holdings.amount[which] = amount
        holdings.units[which] = amount * NAV_SCALE // self.catalogue.nav[holdings.bought[which], product]
        self.cash[client] -= amount + fee[done]

    def _redeem(self, which: Ints) -> None:
        holdings = self.holdings
        which = which[holdings.amount[which] > 0]
        nav = self.catalogue.nav[holdings.sold[which], holdings.product[which]]
        proceeds = holdings.units[which] * nav // NAV_SCALE
        holdings.proceeds[which] = proceeds
        self.cash[holdings.client[which]] += proceeds

    def _at_snapshots(
        self, client: Ints, session: Ints, start: Ints, opening: Ints, cash_after: Ints, debt_after: Ints
    ) -> Balances:
        width = self.timeline.last + 2
        everyone = np.arange(len(self.people))
        wanted = everyone[:, None] * width + self.timeline.snapshots[None, :]
        found = np.searchsorted(client * width + session, wanted, side="right") - 1
        moved = found >= start[:, None]
        inside = found.clip(0)
        if not len(client):
            return Balances(np.repeat(opening[:, None], wanted.shape[1], axis=1), np.zeros_like(wanted))
        return Balances(
            cash=np.where(moved, cash_after[inside], opening[:, None]),
            debt=np.where(moved, debt_after[inside], 0),
        )
