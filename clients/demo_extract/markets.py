"""A small exchange: listed companies and ETFs with one simulated price path that every client shares."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clients.demo_extract.draws import Bools, Floats, Ints, Rng, stream, texts
from clients.demo_extract.timeline import Timeline
from clients.demo_extract.vocabulary import ETFS, LISTED_HEADS

# Board: code prefixes, number of companies, price limit, smallest order, exchange as printed in the extract.
BOARDS = (
    ("main_sh", ("600", "601", "603", "605"), 115, 0.10, 100, "沪"),
    ("star", ("688",), 26, 0.20, 200, "沪"),
    ("main_sz", ("000", "001", "002", "003"), 95, 0.10, 100, "深"),
    ("chinext", ("300", "301"), 48, 0.20, 100, "深"),
    ("bse", ("830", "920"), 16, 0.30, 100, "北"),
)
SECTORS = {
    "银行": 0.35, "证券": 1.2, "保险": 0.7, "酒业": 0.8, "食品": 0.6, "医药": 0.9, "生物": 1.2, "电力": 0.4, "水务": 0.4,
    "高速": 0.35, "港口": 0.45, "半导": 1.6, "微电": 1.6, "软件": 1.4, "智能": 1.6, "光电": 1.4, "能源": 1.1, "锂业": 1.5,
    "汽车": 1.1, "航天": 1.3, "重工": 0.9, "化工": 0.9, "钢铁": 0.8, "有色": 1.1, "地产": 0.9, "传媒": 1.2, "通信": 1.1,
    "家居": 0.8, "物流": 0.8, "农业": 0.8,
}  # fmt: skip
MAIN_BOARDS = [at for at, row in enumerate(BOARDS) if row[0].startswith("main")]
#: Companies of the demo exchange under risk warning (*ST).
UNDER_WARNING = 4
DEFENSIVE = frozenset({"银行", "保险", "电力", "水务", "高速", "港口", "食品"})


@dataclass(frozen=True)
class Market:
    """K securities over the sessions of the timeline. Prices are T x K in fen."""

    codes: list[str]
    names: list[str]
    exchange: list[str]
    board: NDArray[np.int64]  # index into BOARDS; len(BOARDS) for ETFs
    order_unit: Ints
    calm: Bools
    popularity: Floats
    close: Ints
    low: Ints
    high: Ints
    limit_up: Bools
    momentum: Floats  # return of the 20 sessions before the day

    @property
    def is_etf(self) -> Bools:
        return self.board == len(BOARDS)

    def price_between(self, rng: Rng, sessions: Ints, securities: Ints) -> Ints:
        """A dealt price for each (session, security), inside the day's range."""
        low, high = self.low[sessions, securities], self.high[sessions, securities]
        return low + np.rint((high - low) * rng.random(len(sessions))).astype(np.int64)


def build_market(*, seed: int, timeline: Timeline) -> Market:
    """List the companies and walk their prices: market, sector and own moves, price limits, runs of limit-ups."""
    rng = stream(seed, "market")
    codes, board, sector = _listings(rng)
    count = len(codes)
    sector_names = list(SECTORS)
    names = _names(rng, sector, sector_names)
    limits = np.array([row[3] for row in BOARDS] + [0.10])[board]
    heat = np.where(board == len(BOARDS), 0.7, np.array(list(SECTORS.values()))[sector])
    close, low, high, limit_up = _walk(rng, len(timeline.days), limits, heat, sector, board)
    before = np.vstack([np.repeat(close[:1], 21, axis=0), close])[:-21]
    yesterday = np.vstack([close[:1], close[:-1]])
    popularity: Floats = np.power(1.0 + rng.permutation(count), -0.9) * np.where(board == len(BOARDS), 2.0, 1.0)
    return Market(
        codes=codes,
        names=_marked(names, board, close),
        exchange=[
            (*(row[5] for row in BOARDS), "")[b] or ("沪" if code[0] == "5" else "深") for code, b in zip(codes, board)
        ],
        board=board,
        order_unit=np.array([row[4] for row in BOARDS] + [100])[board],
        calm=(board == len(BOARDS)) | np.isin(texts(sector_names)[sector].astype(str), list(DEFENSIVE)),
        popularity=popularity,
        close=close,
        low=low,
        high=high,
        limit_up=limit_up,
        momentum=yesterday / before - 1,
    )


def _listings(rng: Rng) -> tuple[list[str], Ints, Ints]:
    codes: list[str] = []
    board: list[int] = []
    for index, (_, prefixes, count, *_rest) in enumerate(BOARDS):
        tails = rng.choice(np.arange(1, 1000), size=count, replace=False)
        codes += [f"{prefixes[i % len(prefixes)]}{tail:03d}" for i, tail in enumerate(tails)]
        board += [index] * count
    codes += [f"{'510' if i % 2 else '159'}{300 + 37 * i:03d}" for i in range(len(ETFS))]
    board += [len(BOARDS)] * len(ETFS)
    return codes, np.array(board), rng.integers(0, len(SECTORS), size=len(codes))


def _names(rng: Rng, sector: Ints, sector_names: list[str]) -> list[str]:
    """Every company its own name: the k-th of a sector takes the k-th of the heads in that sector's own order."""
    order = [rng.permutation(len(LISTED_HEADS)) for _ in sector_names]
    used = [0] * len(sector_names)
    names: list[str] = []
    for kind in sector[: len(sector) - len(ETFS)].tolist():
        head, round_ = used[kind] % len(LISTED_HEADS), used[kind] // len(LISTED_HEADS)
        names.append(f"{LISTED_HEADS[order[kind][head]]}{sector_names[kind]}{'ABC'[round_ - 1] if round_ else ''}")
        used[kind] += 1
    return names + ETFS


def _marked(names: list[str], board: Ints, close: Ints) -> list[str]:
    """The main-board companies that fell deepest carry the exchange's risk warning, as their holders would see it."""
    fall = np.where(np.isin(board, MAIN_BOARDS), close[-1] / close.max(axis=0), 1.0)
    warned = set(np.argsort(fall, kind="stable")[:UNDER_WARNING].tolist())
    return [f"*ST{name}" if at in warned else name for at, name in enumerate(names)]


def _walk(
    rng: Rng, sessions: int, limits: Floats, heat: Floats, sector: Ints, board: Ints
) -> tuple[Ints, Ints, Ints, Bools]:
    count = len(limits)
    # Sector trends last for weeks: this is what makes momentum visible to those who chase it.
    trend = np.zeros((sessions, len(SECTORS)))
    shocks = rng.normal(0, 0.0026, size=trend.shape)
    for t in range(1, sessions):
        trend[t] = 0.9 * trend[t - 1] + shocks[t]
    sector_move = np.where(board == len(BOARDS), 0.0, 1.0) * trend[:, sector] * 0.5
    own = rng.standard_t(4, size=(sessions, count)) * (0.005 + 0.006 * heat)
    market = rng.normal(0.0003, 0.009, size=(sessions, 1))
    moves = market * (0.5 + 0.5 * heat) + sector_move + own + 0.0002
    _add_limit_up_runs(rng, moves, heat, limits, board)

    price = np.rint(np.exp(rng.normal(2.7, 0.75, size=count)) * 100).clip(250, 30_000).astype(np.int64)
    close, low, high = (np.empty((sessions, count), dtype=np.int64) for _ in range(3))
    limit_up = np.zeros((sessions, count), dtype=bool)
    wick = np.abs(rng.normal(0, 0.006, size=(2, sessions, count)))
    for t in range(sessions):
        ceiling = np.floor(price * (1 + limits) + 0.5).astype(np.int64)
        floor = np.maximum(np.floor(price * (1 - limits) + 0.5).astype(np.int64), 100)
        today = np.clip(np.rint(price * (1 + moves[t])).astype(np.int64), floor, ceiling)
        high[t] = np.minimum(np.rint(np.maximum(price, today) * (1 + wick[0, t])), ceiling)
        low[t] = np.maximum(np.rint(np.minimum(price, today) * (1 - wick[1, t])), floor)
        limit_up[t] = today == ceiling
        # A share nailed to its limit is dealt at the limit.
        low[t] = np.where(limit_up[t], np.maximum(low[t], np.rint(today * 0.985)), low[t])
        close[t] = price = today
    return close, low, high, limit_up


def _add_limit_up_runs(rng: Rng, moves: Floats, heat: Floats, limits: Floats, board: Ints) -> None:
    sessions, count = moves.shape
    starts = rng.random((sessions, count)) < 0.0012 * heat * (board < len(BOARDS))
    for t, security in np.argwhere(starts):
        length = int(rng.integers(1, 5))
        moves[t : t + length, security] = limits[security] * 1.05
        # Later reversal, as the literature finds after limit-hitting days.
        moves[t + length : t + length + 8, security] -= limits[security] * 0.06 * length
