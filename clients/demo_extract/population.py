"""Who the clients are underneath: wealth, temperament, habits, permissions. The files show only traces of this."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from clients.demo_extract.draws import Bools, Floats, Ints, Rng, stream
from clients.demo_extract.timeline import Timeline


class Style(IntEnum):
    """The four temperaments of domain.md §4; behaviour is drawn so that they can be recovered from the trades."""

    PRESERVER = 0
    FOLLOWER = 1
    INDEPENDENT = 2
    ACCUMULATOR = 3


class Story(IntEnum):
    """What happens to the client inside the window, apart from ordinary life."""

    NONE = 0
    LEAVING = 1  # sells and withdraws in the last three weeks
    CLOSED = 2  # sold, withdrew and closed the account some time ago
    WINDFALL = 3  # a large sum came in during the last sessions
    FADING = 4  # traded, then fell silent


# Share of clients and assets in yuan: about 60 / 22 / 12 / 5 / 1 % in the five tiers, a Pareto tail above the last knot.
WEALTH_KNOTS = ((0.0, 60), (0.10, 900), (0.30, 12_000), (0.60, 100_000), (0.82, 500_000), (0.94, 1e6), (0.99, 5e6))
PARETO_EXPONENT = 1.3
LARGEST_WEALTH = 1.5e8
# Round trips a year (median) and the log spread, by style.
ROUND_TRIPS = np.array([0.9, 8.5, 3.4, 27.0])
ROUND_TRIP_SPREAD = np.array([0.7, 1.0, 0.8, 1.1])
MOST_ROUND_TRIPS = 400.0
STOCK_SHARE = np.array([0.45, 0.72, 0.80, 0.92])


@dataclass(frozen=True)
class Population:
    """Arrays over the clients of one chunk. Money in yuan, shares of wealth in [0, 1], days as datetime64[D]."""

    serial: Ints
    institution: Bools
    female: Bools
    birth: np.ndarray
    household: Ints  # -1 for those who live alone
    relation: Ints  # 0 head, 1 spouse, 2 child or parent
    opened: np.ndarray
    open_session: Ints  # 0 for those who were here before the data begins
    style: Ints
    wealth: Floats
    stock_share: Floats
    product_share: Floats
    dormant: Bools
    quiet: Bools
    round_trips: Floats
    rate: Floats
    risk_level: Ints  # 1..5; 0 not assessed
    chinext: Bools
    star: Bools
    bse: Bools
    margin: Bools
    options: Bools
    story: Ints
    story_session: Ints

    def __len__(self) -> int:
        return len(self.serial)

    @property
    def lowest(self) -> Bools:
        """The most cautious of level C1, who may not buy anything above R1 even on their own request."""
        return (self.risk_level == 1) & (self.serial % 4 == 0)

    @property
    def board_class(self) -> Ints:
        """0 main boards only, 1 and ChiNext, 2 and STAR, 3 and BSE."""
        return self.chinext.astype(np.int64) * (1 + self.star * (1 + self.bse))


def build_population(*, seed: int, chunk: int, serial: Ints, timeline: Timeline) -> Population:
    """Draw the clients whose serial numbers are given; families never span two chunks."""
    rng = stream(seed, "population", chunk)
    n = len(serial)
    institution = rng.random(n) < 0.008
    female = rng.random(n) < 0.46
    age = rng.normal(50, 14, size=n).clip(19, 92)
    household, relation = _form_families(rng, institution, age, female)
    birth = (
        np.datetime64(timeline.as_of) - (age * 365.25).astype("m8[D]") - rng.integers(0, 365, size=n).astype("m8[D]")
    )
    opened = _opening_days(rng, timeline, age, institution)
    # Those who opened long before the data begins are simply there at session 0.
    new = opened >= timeline.days[timeline.first]
    open_session = np.where(new, np.minimum(timeline.session_of(opened), timeline.last), 0)

    wealth = wealth_quantile(rng.random(n))
    wealth = np.where(institution, np.maximum(wealth, 2e5) * 3, wealth).clip(max=LARGEST_WEALTH)
    style = _styles(rng, age, wealth)
    sleepy = rng.random(n) < np.interp(np.log10(wealth), [2, 3, 4, 5, 6, 7], [0.95, 0.8, 0.42, 0.14, 0.07, 0.05])
    sleepy &= ~new
    dormant = sleepy & (wealth < 4_000) & (rng.random(n) < 0.7)
    wealth = np.where(dormant, wealth.clip(max=95), wealth)
    spread = rng.normal(size=n)
    round_trips = (ROUND_TRIPS[style] * np.exp(ROUND_TRIP_SPREAD[style] * spread)).clip(max=MOST_ROUND_TRIPS)
    chinext = (wealth > 1e5) & (rng.random(n) < 0.55) & ~dormant
    star = chinext & (wealth > 5e5) & (rng.random(n) < 0.7)
    margin = (wealth > 5e5) & ~sleepy & ~new & (rng.random(n) < np.array([0.02, 0.10, 0.12, 0.6])[style])
    product_share = np.where(
        (wealth > 2e4) & (rng.random(n) < np.array([0.75, 0.34, 0.25, 0.1])[style]),
        rng.beta(2.6, 2, size=n) * np.array([1.0, 0.6, 0.6, 0.35])[style],
        0.0,
    )
    stock_share = (STOCK_SHARE[style] + rng.normal(0, 0.16, size=n)).clip(0, 0.97) * (1 - product_share)
    stock_share = np.where(dormant | (rng.random(n) < 0.06), 0.0, stock_share)
    story, story_session = _stories(rng, timeline, sleepy, new, wealth)
    return Population(
        serial=serial,
        institution=institution,
        female=female,
        birth=birth,
        household=household,
        relation=relation,
        opened=opened,
        open_session=open_session,
        style=style,
        wealth=wealth,
        stock_share=stock_share,
        product_share=product_share,
        dormant=dormant,
        quiet=sleepy,
        round_trips=np.where(sleepy, 0.0, round_trips),
        rate=_commission_rates(rng, opened, wealth),
        risk_level=_risk_levels(rng, style, age, dormant),
        chinext=chinext,
        star=star,
        bse=star & (rng.random(n) < 0.35),
        margin=margin,
        options=star & (style >= Style.INDEPENDENT) & (rng.random(n) < 0.2),
        story=story,
        story_session=story_session,
    )


def wealth_quantile(u: Floats) -> Floats:
    """Assets of the client at rank u in [0, 1): log-linear between the knots, Pareto above them."""
    ranks = [rank for rank, _ in WEALTH_KNOTS]
    logs = np.log([wealth for _, wealth in WEALTH_KNOTS])
    body = np.exp(np.interp(u, ranks, logs))
    top = WEALTH_KNOTS[-1]
    tail = top[1] * ((1 - top[0]) / np.maximum(1 - u, 1e-9)) ** (1 / PARETO_EXPONENT)
    return np.where(u > top[0], tail, body).clip(max=LARGEST_WEALTH)


def _form_families(rng: Rng, institution: Bools, age: Floats, female: Bools) -> tuple[Ints, Ints]:
    """Put about a fifth of the persons into households of two or three; ages and sexes are made to fit (in place)."""
    household = np.full(len(age), -1)
    relation = np.zeros(len(age), dtype=np.int64)
    persons = rng.permutation(np.flatnonzero(~institution))
    members = persons[: len(persons) // 5 // 3 * 3].reshape(-1, 3)
    head, spouse, kin = members.T
    for column in (head, spouse, kin):
        household[column] = head
    alone = rng.random(len(head)) < 0.5
    household[kin[alone]] = -1
    relation[spouse], relation[kin[~alone]] = 1, 2
    age[head] = age[head].clip(26, 80)
    female[spouse] = ~female[head]
    age[spouse] = (age[head] + rng.normal(0, 3, size=len(head))).clip(24, 84)
    child = age[head] >= 46
    gap = rng.normal(27, 3.5, size=len(head)).clip(20, 38)
    age[kin[~alone]] = np.where(child, age[head] - gap, age[head] + gap)[~alone].clip(19, 94)
    return household, relation


def _opening_days(rng: Rng, timeline: Timeline, age: Floats, institution: Bools) -> np.ndarray:
    """Waves of openings follow the bull markets of 2000, 2007, 2015 and 2020; nobody opens before the age of 18."""
    wave = rng.choice([2000.0, 2007.4, 2015.3, 2020.5, -1.0], size=len(age), p=[0.16, 0.22, 0.26, 0.14, 0.22])
    now = timeline.as_of.year + timeline.as_of.timetuple().tm_yday / 366
    year = np.where(wave < 0, now - rng.exponential(3.2, size=len(age)), rng.normal(wave, 1.1))
    earliest = np.where(institution, 1998.0, now - age + 18.1)
    year = np.maximum(np.minimum(year, now - rng.exponential(2.0, size=len(age)) - 0.02), earliest)
    year = np.clip(year, 1994.0, now - 0.02)
    return np.datetime64(timeline.as_of) - ((now - year) * 365.25).astype("m8[D]")


def _styles(rng: Rng, age: Floats, wealth: Floats) -> Ints:
    lean = np.stack(
        [
            0.38 + 0.012 * (age - 50),
            0.32 - 0.003 * (age - 50),
            0.17 + 0.03 * np.log10(wealth / 1e5),
            0.15 + 0.02 * np.log10(wealth / 1e5) - 0.003 * (age - 50),
        ],
        axis=1,
    ).clip(0.03)
    shares = np.cumsum(lean / lean.sum(axis=1, keepdims=True), axis=1)
    return (rng.random((len(age), 1)) > shares).sum(axis=1).clip(0, 3)


def _commission_rates(rng: Rng, opened: np.ndarray, wealth: Floats) -> Floats:
    """Old accounts still pay the rates of their time; large ones have negotiated."""
    year = opened.astype("M8[Y]").astype(np.int64) + 1970
    usual = np.interp(year, [2000, 2010, 2014, 2016, 2020, 2026], [0.0018, 0.0010, 0.0006, 0.00035, 0.00025, 0.0002])
    rate = usual * np.exp(rng.normal(0, 0.3, size=len(year))) * np.where(wealth > 1e6, 0.6, 1.0)
    return np.rint(rate.clip(0.00011, 0.003) * 1e5) / 1e5


def _risk_levels(rng: Rng, style: Ints, age: Floats, dormant: Bools) -> Ints:
    level = np.array([2.3, 3.2, 3.7, 4.5])[style] - 0.02 * (age - 50) + rng.normal(0, 0.6, size=len(style))
    level = np.rint(level).clip(1, 5).astype(np.int64)
    return np.where(rng.random(len(style)) < np.where(dormant, 0.25, 0.01), 0, level)


def _stories(rng: Rng, timeline: Timeline, sleepy: Bools, new: Bools, wealth: Floats) -> tuple[Ints, Ints]:
    n = len(wealth)
    story = rng.choice(5, size=n, p=[0.865, 0.016, 0.022, 0.012, 0.085])
    story[sleepy | new | (wealth < 2_000)] = Story.NONE
    story[(story == Story.WINDFALL) & (wealth < 3e4)] = Story.NONE
    window = timeline.last - timeline.first
    session = np.full(n, timeline.last)
    draws = rng.random(n)
    for kind, (nearest, farthest) in {
        Story.LEAVING: (1, 12),
        Story.CLOSED: (8, max(9, window - 40)),
        Story.WINDFALL: (0, 4),
        Story.FADING: (min(65, window // 3), max(10, int(window * 0.7))),
    }.items():
        chosen = story == kind
        back = (nearest + draws * (farthest - nearest)).astype(np.int64)
        session[chosen] = (timeline.last - back)[chosen].clip(timeline.first + 3)
    return story, session
