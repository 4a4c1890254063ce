"""Money moving between the bank and the account, interest and dividends: planned here, sized by the ledger."""

from dataclasses import dataclass

import numpy as np

from clients.demo_extract.draws import Floats, Ints, Rng, stream
from clients.demo_extract.markets import Market
from clients.demo_extract.population import Population, Story
from clients.demo_extract.scene import Scene
from clients.demo_extract.timeline import Timeline
from clients.demo_extract.trading import Lots

DEPOSIT, WITHDRAWAL, INTEREST, DIVIDEND = 0, 1, 2, 3
KIND_TEXT = ("银行转存", "银行转取", "利息归本", "红利入账")
INTEREST_A_QUARTER = 0.0005 / 4
OPENING_HOUR = 9 * 3600
TRANSFERS_A_YEAR = 1.5
QUIET_TRANSFERS_A_YEAR = 0.15


@dataclass
class Flows:
    """Planned movements.

    `size` is fen for deposits, a share of the cash for withdrawals and interest, and fen per share for dividends.
    """

    client: Ints
    session: Ints
    second: Ints
    kind: Ints
    size: Floats
    lot: Ints  # the lot a dividend is paid on
    amount: Ints  # fen, always positive; 0 where nothing moved

    def __len__(self) -> int:
        return len(self.client)


def plan_flows(scene: Scene, lots: Lots) -> Flows:
    """Ordinary transfers, the stories' transfers, interest each quarter and dividends in summer."""
    rng, people, timeline = scene.rng("flows"), scene.people, scene.timeline
    parts = [
        _first_deposits(rng, people),
        _ordinary(rng, people, timeline, DEPOSIT),
        _ordinary(rng, people, timeline, WITHDRAWAL),
        *_stories(rng, people, timeline),
        _interest(people, timeline),
        *_dividends(stream(scene.seed, "dividends"), lots, scene.market, timeline),
    ]
    client, session, kind, size, lot = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    second = np.where(
        kind >= INTEREST, OPENING_HOUR - 1800, rng.integers(OPENING_HOUR, OPENING_HOUR + 23_000, len(client))
    )
    closed = (people.story[client] == Story.CLOSED) & (session > people.story_session[client])
    # The closing payment is the last thing that happens.
    second = np.where((size == 1.0) & (kind == WITHDRAWAL), 15 * 3600 + 1200, second)
    flows = Flows(client, session, second, kind, size, lot, np.zeros(len(client), dtype=np.int64))
    return Flows(**{name: values[~closed] for name, values in vars(flows).items()})


Part = tuple[Ints, Ints, Ints, Floats, Ints]


def _part(client: Ints, session: Ints, kind: int, size: Floats, lot: Ints | None = None) -> Part:
    nowhere = np.full(len(client), -1) if lot is None else lot
    return client, session, np.full(len(client), kind), size.astype(float), nowhere


def _round_sum(yuan: Floats) -> Floats:
    """People move round sums: two leading digits, at least 100 yuan; as fen."""
    step = 10.0 ** np.floor(np.log10(np.maximum(yuan, 1000)) - 1)
    return np.maximum(np.rint(yuan / step) * step, 100) * 100


def _first_deposits(rng: Rng, people: Population) -> Part:
    client = np.flatnonzero(people.open_session > 0)
    return _part(client, people.open_session[client], DEPOSIT, _round_sum(people.wealth[client]))


def _ordinary(rng: Rng, people: Population, timeline: Timeline, kind: int) -> Part:
    begin = np.maximum(timeline.first, people.open_session + 1)
    yearly = np.where(people.dormant, 0.0, np.where(people.quiet, QUIET_TRANSFERS_A_YEAR, TRANSFERS_A_YEAR))
    count = rng.poisson(yearly * (timeline.last - begin).clip(0) / 243)
    client = np.repeat(np.arange(len(people)), count)
    session = begin[client] + (rng.random(len(client)) * (timeline.last + 1 - begin[client])).astype(np.int64)
    if kind == DEPOSIT:
        size = _round_sum(people.wealth[client] * np.exp(rng.normal(-2.7, 0.9, size=len(client))))
        leaving = people.story[client] == Story.LEAVING
        session = np.where(leaving, np.minimum(session, people.story_session[client] - 5).clip(timeline.first), session)
    else:
        size = rng.uniform(0.1, 0.7, size=len(client))
    return _part(client, session, kind, size)


def _stories(rng: Rng, people: Population, timeline: Timeline) -> list[Part]:
    leaving, closed, windfall = (
        np.flatnonzero(people.story == story) for story in (Story.LEAVING, Story.CLOSED, Story.WINDFALL)
    )
    steps = [
        _part(
            leaving,
            np.minimum(people.story_session[leaving] + 4 * i, timeline.last),
            WITHDRAWAL,
            np.full(len(leaving), share),
        )
        for i, share in enumerate((0.45, 0.7, 0.93))
    ]
    sums = _round_sum(np.maximum(120_000, people.wealth[windfall] * rng.uniform(0.25, 0.8, size=len(windfall))))
    return [
        *steps,
        _part(closed, people.story_session[closed], WITHDRAWAL, np.ones(len(closed))),
        _part(windfall, people.story_session[windfall], DEPOSIT, sums),
    ]


def _interest(people: Population, timeline: Timeline) -> Part:
    quarters = np.arange(timeline.days[timeline.first].astype("M8[M]"), np.datetime64(timeline.as_of, "M") + 1)
    days = quarters[quarters.astype(np.int64) % 3 == 2].astype("M8[D]") + 20
    sessions = timeline.session_of(days[(days >= timeline.days[timeline.first]) & (days <= timeline.days[-1])])
    client = np.repeat(np.arange(len(people)), len(sessions))
    session = np.tile(sessions, len(people))
    here = session > people.open_session[client]
    return _part(client[here], session[here], INTEREST, np.full(int(here.sum()), INTEREST_A_QUARTER))


def _dividends(rng: Rng, lots: Lots, market: Market, timeline: Timeline) -> list[Part]:
    """Sixty per cent of the companies pay once a summer, on a day of June or July."""
    count = len(market.codes)
    pays, place = rng.random(count) < 0.6, rng.random(count)
    shares = rng.uniform(0.004, 0.03, size=count)
    parts = []
    months = timeline.days.astype("M8[M]").astype(np.int64) % 12
    years = timeline.days.astype("M8[Y]")
    for year in np.unique(years[timeline.first :]):
        summer = np.flatnonzero(
            (years == year) & ((months == 5) | (months == 6)) & (np.arange(len(years)) > timeline.first)
        )
        if not len(summer):
            continue
        day = summer[(place * len(summer)).astype(np.int64)]
        per_share = market.close[day - 1, np.arange(count)] * shares
        ex = day[lots.security]
        held = np.flatnonzero(pays[lots.security] & (lots.bought < ex) & (lots.sold >= ex))
        parts.append(_part(lots.client[held], ex[held], DIVIDEND, per_share[lots.security[held]], held))
    return parts
