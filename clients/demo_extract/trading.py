"""Round trips in shares: which security, when bought, when sold, in the manner of the client's temperament."""

from dataclasses import dataclass

import numpy as np

from clients.demo_extract.draws import Bools, Floats, Ints, Rng, draw_per_row
from clients.demo_extract.markets import Market
from clients.demo_extract.population import Population, Story, Style
from clients.demo_extract.scene import Scene
from clients.demo_extract.timeline import Timeline

# By style: preserver, follower, independent, accumulator.
SPEND = np.array([0.55, 0.60, 0.70, 0.85])
FAVOURITES = np.array([0.3, 0.0, 0.9, 0.6])  # share of purchases among the client's few own names
KEEPS_LOSERS = np.array([0.50, 0.45, 0.10, 0.20])  # disposition effect
MOST_HOLDINGS = np.array([5, 7, 2, 3])
PATIENCE = np.array([1.0, 1.2, 1.5, 1.9])  # the bolder, the less cash lies idle
LONGEST_HELD = 1500.0  # sessions, on average
FAVOURITE_COUNT = 3
FINANCED = 0.45  # share of a margin client's purchases on borrowed money
BOARDS_BY_CLASS = ((0, 2, 5), (0, 2, 3, 5), (0, 1, 2, 3, 5), (0, 1, 2, 3, 4, 5))


@dataclass
class Lots:
    """Round trips, planned and then filled in by the ledger. Sessions are indices, prices and money in fen."""

    client: Ints
    security: Ints
    bought: Ints
    sold: Ints  # beyond the last session while held
    spend: Floats  # share of the cash at hand
    financed: Bools
    second_bought: Ints
    second_sold: Ints
    price_bought: Ints
    price_sold: Ints
    quantity: Ints
    fee_bought: Ints
    fee_sold: Ints
    was_sold: Bools

    def __len__(self) -> int:
        return len(self.client)


def plan_lots(scene: Scene, *, scale: float = 1.0) -> Lots:
    """The opening book (quantities known, bought before the window) followed by the purchases to come.

    `scale` multiplies the number of purchases, for a wanted number of trades.
    """
    rng, people, market, timeline = scene.rng("trading"), scene.people, scene.market, scene.timeline
    tastes = Tastes(rng, people, market)
    slots = rng.integers(1, MOST_HOLDINGS[people.style] + 1)
    held_client, held_since, held_share = _opening_book(rng, people, timeline, slots)
    new_client, new_day = _purchases(rng, people, market, timeline, scale)
    client, bought = np.concatenate([held_client, new_client]), np.concatenate([held_since, new_day])
    size, opening, style = len(client), len(held_client), people.style[client]
    security = tastes.choose(client, bought)
    quantity = np.zeros(size, dtype=np.int64)
    quantity[:opening] = _opening_quantities(scene, held_client, security[:opening], held_share)

    # As many sales as purchases: a client who turns over r positions a year and holds k keeps each for k/r years.
    turned_over = np.maximum(people.round_trips[client] * scale, 0.01)
    patience = np.minimum(LONGEST_HELD, slots[client] * 243 / turned_over * PATIENCE[style])
    sold = np.maximum(bought, timeline.first) + 1 + rng.exponential(patience).astype(np.int64)
    sold = _hold_losers(rng, scene, client, security, bought, sold)
    sold = np.where(people.quiet[client], timeline.last + 1, sold)
    sold, keep = _follow_stories(rng, people, client, bought, sold)
    keep[:opening] &= quantity[:opening] > 0

    nothing = np.zeros(size, dtype=np.int64)
    lots = Lots(
        client=client,
        security=security,
        bought=bought,
        sold=sold,
        spend=(SPEND[style] * rng.uniform(0.5, 1.4, size=size)).clip(max=0.97),
        financed=people.margin[client] & (rng.random(size) < FINANCED) & (quantity == 0),
        second_bought=_dealing_second(rng, size),
        second_sold=_dealing_second(rng, size),
        price_bought=market.price_between(rng, bought, security),
        price_sold=market.price_between(rng, sold.clip(max=timeline.last), security),
        quantity=quantity,
        fee_bought=nothing,
        fee_sold=nothing,
        was_sold=nothing > 0,
    )
    # Taking the kept ones also copies, so that no two fields share their memory.
    return Lots(**{name: values[keep] for name, values in vars(lots).items()})


class Tastes:
    """What each temperament buys on a day, within the boards the client may trade."""

    def __init__(self, rng: Rng, people: Population, market: Market) -> None:
        self.rng, self.people, self.market = rng, people, market
        crowd = market.popularity
        hot = np.exp(7 * market.momentum.clip(-0.3, 0.6)) * (1 + 10 * market.limit_up)
        self.daily = {
            Style.PRESERVER: crowd**0.6 * np.where(market.calm, 1.0, 0.08),
            Style.FOLLOWER: crowd * hot,
            Style.INDEPENDENT: np.where(crowd < np.sort(crowd)[-60], 1.0, 0.12),
            Style.ACCUMULATOR: crowd**0.5 * np.sqrt(hot),
        }
        self.allowed = np.array([np.isin(market.board, boards) for boards in BOARDS_BY_CLASS])
        self.favourites = np.empty((len(people), FAVOURITE_COUNT), dtype=np.int64)
        for index in range(FAVOURITE_COUNT):
            everyone = np.arange(len(people))
            self.favourites[:, index] = self._draw(everyone, np.zeros(len(people), dtype=np.int64))

    def choose(self, client: Ints, session: Ints) -> Ints:
        """A security for each purchase of a client at a session."""
        free = self._draw(client, session)
        own = self.favourites[client, self.rng.integers(0, FAVOURITE_COUNT, size=len(client))]
        return np.where(self.rng.random(len(client)) < FAVOURITES[self.people.style[client]], own, free)

    def _draw(self, client: Ints, session: Ints) -> Ints:
        chosen = np.empty(len(client), dtype=np.int64)
        style, board_class = self.people.style[client], self.people.board_class[client]
        for kind, weights in self.daily.items():
            for boards, allowed in enumerate(self.allowed):
                which = np.flatnonzero((style == kind) & (board_class == boards))
                rows = session[which] if weights.ndim == 2 else np.zeros(len(which), dtype=np.int64)
                chosen[which] = draw_per_row(self.rng, np.atleast_2d(weights * allowed), rows)
        return chosen


def _opening_book(rng: Rng, people: Population, timeline: Timeline, slots: Ints) -> tuple[Ints, Ints, Floats]:
    """Client, purchase session and share of wealth of every lot held when the window opens."""
    holders = np.flatnonzero((people.stock_share > 0) & (people.open_session == 0) & ~people.dormant)
    client = np.repeat(holders, slots[holders])
    opened = np.minimum(timeline.session_of(people.opened[client]), timeline.first - 20)
    bought = opened + (rng.random(len(client)) * (timeline.first - opened)).astype(np.int64)
    parts = rng.gamma(1.5, size=len(client))
    total = np.bincount(client, weights=parts, minlength=len(people))
    return client, bought, people.stock_share[client] * parts / total[client]


def _opening_quantities(scene: Scene, client: Ints, security: Ints, share: Floats) -> Ints:
    """Whole orders for the client's share of wealth at the price before the window."""
    unit = scene.market.order_unit[security]
    price = scene.market.close[scene.timeline.first - 1, security]
    return np.floor(scene.people.wealth[client] * share * 100 / price / unit).astype(np.int64) * unit


def _purchases(rng: Rng, people: Population, market: Market, timeline: Timeline, scale: float) -> tuple[Ints, Ints]:
    begin = np.maximum(timeline.first, people.open_session + 1)
    end = np.where(people.story == Story.FADING, people.story_session, timeline.last)
    years = (end - begin).clip(0) / 243
    count = rng.poisson(people.round_trips * years * scale)
    # Newcomers come to buy.
    count += np.where((people.open_session > 0) & (people.stock_share > 0), rng.integers(1, 4, size=len(people)), 0)
    client = np.repeat(np.arange(len(people)), np.where(end > begin, count, 0))
    # Dealing picks up after rises, so the day is drawn from the market's mood; half of it comes in bursts.
    mood = np.exp(6 * market.momentum.mean(axis=1).clip(-0.15, 0.15))
    clock = np.concatenate([[0.0], np.cumsum(mood)])
    low, high = clock[begin[client]], clock[end[client]]
    free = np.searchsorted(clock, low + rng.random(len(client)) * (high - low), side="right") - 1
    centres = rng.random((len(people), 4))[client, rng.integers(0, 4, size=len(client))]
    burst = begin[client] + centres * (end - begin)[client] + rng.normal(0, 3.0, size=len(client))
    session = np.where(rng.random(len(client)) < 0.5, free, np.rint(burst).astype(np.int64))
    return client, np.clip(session, begin[client], end[client])


def _hold_losers(rng: Rng, scene: Scene, client: Ints, security: Ints, bought: Ints, sold: Ints) -> Ints:
    """The disposition effect: a sale at a loss is often put off."""
    close, since = scene.market.close, np.maximum(bought, scene.timeline.first)
    losing = close[sold.clip(max=scene.timeline.last), security] < close[bought, security]
    reluctant = losing & (rng.random(len(client)) < KEEPS_LOSERS[scene.people.style[client]])
    return np.where(reluctant, since + 4 * (sold - since), sold)


def _follow_stories(rng: Rng, people: Population, client: Ints, bought: Ints, sold: Ints) -> tuple[Ints, Bools]:
    """Leavers sell most, closers everything, shortly before their day; neither buys any more."""
    story, session = people.story[client], people.story_session[client]
    leaving, closed = story == Story.LEAVING, story == Story.CLOSED
    exit_day = np.maximum(session - rng.integers(1, 4, size=len(client)), bought + 1)
    goes = closed | (leaving & (rng.random(len(client)) < 0.85))
    keep = ~((leaving | closed) & (bought >= session - 3))
    return np.where(goes, np.minimum(sold, exit_day), sold), keep


def _dealing_second(rng: Rng, size: int) -> Ints:
    """A second of the day inside the two dealing sessions, busiest after the opening."""
    minute = np.minimum(rng.exponential(80, size=size), rng.uniform(0, 236, size=size) + 0.0)
    second = (minute * 60).astype(np.int64) % (236 * 60)
    return np.where(second < 118 * 60, 9 * 3600 + 1800 + second, 13 * 3600 + second - 118 * 60)
