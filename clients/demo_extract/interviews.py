"""What some clients told their advisors: profile talks and the questionnaire of domain.md §4.2.

There is no extract file for these either; the demo loads the rows through the clients' own services.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from clients.demo_extract.draws import Bools, Ints, Rng, stream
from clients.demo_extract.numbers import chunk_sizes, client_numbers, serial_numbers
from clients.demo_extract.population import Population, Style, build_population
from clients.demo_extract.timeline import build_timeline
from clients.demo_extract.vocabulary import GOALS, MAIN_INVESTMENTS, WISHES

CODES = {Style.PRESERVER: "PP", Style.FOLLOWER: "FF", Style.INDEPENDENT: "II", Style.ACCUMULATOR: "AA"}
# Mean answer to Q1..Q12 by style; Q3 runs from 1 (cautious) to 4 (bold), the others from 1 to 5.
MEAN_ANSWERS = np.array(
    [
        [4.4, 1.5, 1.4, 4.5, 4.6, 4.2, 2.2, 3.0, 2.4, 3.0, 1.6, 1.4],
        [4.0, 2.0, 2.2, 3.4, 3.3, 3.0, 4.5, 4.3, 2.0, 2.2, 2.4, 2.6],
        [2.0, 3.9, 3.0, 2.4, 2.5, 2.4, 1.6, 2.3, 4.6, 4.3, 3.2, 2.4],
        [1.6, 4.4, 3.8, 1.4, 2.0, 1.8, 2.6, 2.8, 3.3, 3.2, 4.5, 4.6],
    ]
)
CHOICE = 2  # index of Q3
SPREAD = 0.6
SAYS_OTHERWISE = 0.12  # sees herself or himself as somebody else than the trades show
CARELESS = 0.04  # fills in the check item anyhow
ASKED_WEALTH = 1e5  # yuan; above it nearly half have been talked to
TALKS_WITHIN_DAYS = 700
WEALTH_SOURCES = ("salary", "family", "business", "investing", "property", "other")
SOURCE_WEIGHTS = ((50, 22, 6, 4, 14, 4), (58, 14, 10, 6, 8, 4), (28, 6, 34, 20, 8, 4), (12, 6, 38, 34, 6, 4))
PLACES = ("stocks", "funds", "deposits", "property", "insurance", "other")
PLACE_WEIGHTS = ((1, 2, 5, 5, 2, 0.5), (3, 3, 2.5, 5, 1, 0.5), (5, 1.5, 1.5, 5, 1, 1.5), (7, 0.7, 0.8, 4, 0.4, 0.8))
WISHED = {
    Style.PRESERVER: ("patience", "warmth", "plain_speech"),
    Style.FOLLOWER: ("plain_speech", "teaching", "product_knowledge"),
    Style.INDEPENDENT: ("stock_analysis", "market_insight", "asset_allocation"),
    Style.ACCUMULATOR: ("stock_analysis", "margin_derivatives", "digital"),
}


@dataclass(frozen=True)
class Interview:
    """One client's answers; codes as in the clients' models. `answers` is None where only the talk took place."""

    client_no: str
    held_on: date
    answers: dict[str, int] | None
    experience_years: int
    wealth_source: str
    main_investments: str
    distribution: dict[str, int]
    wishes: str
    goal_return_note: str
    liquidity_need: str
    wished_skills: tuple[str, ...]
    preferred_channel: str
    marketing_opt_out: bool


def hold_interviews(*, seed: int, clients: int, as_of: date, months: int = 15) -> list[Interview]:
    """Interviews with about a quarter of the clients; the arguments are those the branch was written with."""
    timeline = build_timeline(as_of=as_of, months=months)
    interviews: list[Interview] = []
    for chunk, size in enumerate(chunk_sizes(clients)):
        serial = serial_numbers(seed, chunk, size)
        people = build_population(seed=seed, chunk=chunk, serial=serial, timeline=timeline)
        rng = stream(seed, "interviews", chunk)
        asked = np.flatnonzero(_asked(rng, people))
        numbers = client_numbers(seed, serial[asked]).tolist()
        answers = _answers(rng, people.style[asked])
        filled_in = rng.random(len(asked)) < 0.75
        for row, (number, client) in enumerate(zip(numbers, asked.tolist(), strict=True)):
            interviews.append(_interview(rng, people, client, number, answers[row] if filled_in[row] else None, as_of))
    return interviews


def _asked(rng: Rng, people: Population) -> Bools:
    chance = np.where(people.quiet, 0.03, np.where(people.wealth >= ASKED_WEALTH, 0.45, 0.10))
    return (rng.random(len(people)) < chance) & ~people.dormant & ~people.institution


def _answers(rng: Rng, style: Ints) -> Ints:
    """Clients x 13 answers."""
    said = np.where(rng.random(len(style)) < SAYS_OTHERWISE, rng.integers(0, len(MEAN_ANSWERS), size=len(style)), style)
    drawn = np.rint(MEAN_ANSWERS[said] + rng.normal(0, SPREAD, size=(len(style), MEAN_ANSWERS.shape[1])))
    top = np.full(MEAN_ANSWERS.shape[1], 5)
    top[CHOICE] = 4
    drawn = np.clip(drawn, 1, top)
    # Q13 is Q5 turned round.
    check = 6 - drawn[:, 4] + rng.integers(-1, 2, size=len(style))
    check = np.where(rng.random(len(style)) < CARELESS, drawn[:, 4], check).clip(1, 5)
    return np.column_stack([drawn, check]).astype(np.int64)


def _interview(rng: Rng, people: Population, client: int, number: str, answers: Ints | None, as_of: date) -> Interview:
    style = Style(int(people.style[client]))
    code = CODES[style]
    opened = int(people.opened[client].astype("M8[Y]").astype(int)) + 1970
    shares = rng.dirichlet(PLACE_WEIGHTS[style])
    # Whole steps of five per cent; what rounding down leaves over stays unstated.
    distribution = {place: int(share * 20) * 5 for place, share in zip(PLACES, shares, strict=True)}
    wished = [skill for skill in WISHED[style] if rng.random() < 0.2]
    return Interview(
        client_no=number,
        held_on=max(
            as_of - timedelta(days=int(rng.integers(5, TALKS_WITHIN_DAYS))), people.opened[client].astype(date)
        ),
        answers=None if answers is None else {f"Q{i + 1}": int(answer) for i, answer in enumerate(answers)},
        experience_years=max(0, as_of.year - opened + int(rng.integers(-1, 4))),
        wealth_source=str(rng.choice(WEALTH_SOURCES, p=np.array(SOURCE_WEIGHTS[style]) / sum(SOURCE_WEIGHTS[style]))),
        main_investments=str(rng.choice(MAIN_INVESTMENTS[code])),
        distribution=distribution,
        wishes=str(rng.choice(WISHES[code])),
        goal_return_note=str(rng.choice(GOALS[code])),
        liquidity_need=str(rng.choice(("low", "medium", "high"), p=(0.5, 0.38, 0.12))),
        wished_skills=tuple(wished),
        preferred_channel=str(rng.choice(("phone", "wechat", "visit", "sms"), p=(0.5, 0.35, 0.1, 0.05))),
        marketing_opt_out=bool(rng.random() < 0.05),
    )
