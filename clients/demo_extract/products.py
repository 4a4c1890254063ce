"""The shelf: funds, private funds, asset-management plans, income notes and trusts with their values over time."""

from dataclasses import dataclass

import numpy as np

from clients.demo_extract.draws import Bools, Floats, Ints, Rng, stream
from clients.demo_extract.timeline import Timeline

NAV_SCALE = 10_000  # values per unit are counted in 1/10000 yuan, units in 1/100
FOREVER = np.iinfo(np.int32).max

# Kind, name stem, code stem, number, risk level, smallest amount in yuan, yearly drift, yearly volatility, fee rate.
OPEN_ENDED = (
    ("现金管理", "天天聚金", "CM", 1, 1, 1, 0.012, 0.0002, 0.0),
    ("公募", "诺恒货币", "000", 3, 1, 100, 0.013, 0.0003, 0.0),
    ("公募", "诺恒纯债", "001", 7, 2, 100, 0.031, 0.012, 0.0008),
    ("公募", "诺恒平衡混合", "002", 8, 3, 100, 0.050, 0.09, 0.0015),
    ("公募", "诺恒成长股票", "003", 7, 4, 100, 0.070, 0.20, 0.0015),
    ("资管", "江州稳健增利", "AM2", 4, 2, 300_000, 0.035, 0.015, 0.0),
    ("资管", "江州固收加强", "AM3", 4, 3, 300_000, 0.048, 0.05, 0.005),
    ("信托", "江信安盈", "TR", 3, 3, 1_000_000, 0.056, 0.004, 0.0),
    ("私募", "磐山量化中性", "PE4", 4, 4, 1_000_000, 0.075, 0.08, 0.01),
    ("私募", "磐山股票多头", "PE5", 4, 5, 1_000_000, 0.095, 0.24, 0.01),
)
NOTE_TERMS = (91, 182, 364)
NOTE_SALE_SESSIONS = 12
QUALIFIED_WEALTH = 3e6  # yuan; the entry for private funds and trusts
PLAN_WEALTH = 1e6


@dataclass(frozen=True)
class Catalogue:
    """P products. `nav` is T x P; a product can be bought from `sale_from` to `sale_to` and pays out at `matures`."""

    codes: list[str]
    names: list[str]
    kinds: list[str]
    risk: Ints
    minimum: Ints  # yuan
    fee_rate: Floats
    term_days: Ints  # 0 for open-ended products
    sale_from: Ints
    sale_to: Ints
    matures: Ints  # session index, FOREVER for open-ended products; may lie after the last session
    maturity: list[str]  # ISO date, "" for open-ended products
    nav: Ints
    entry_class: Ints  # 0 everybody, 1 plans, 2 qualified investors only

    @property
    def is_fund(self) -> Bools:
        """Counted under fund value; everything else is counted under products."""
        return np.array([kind == "公募" for kind in self.kinds])

    def appetite(self, sessions: int) -> Floats:
        """Draw weights, one row per (session, client risk level 1..5, wealth class 0..2); see `appetite_row`."""
        time = np.arange(sessions)[:, None, None, None]
        level = np.arange(1, 6)[None, :, None, None]
        wealth_class = np.arange(3)[None, None, :, None]
        allowed = (
            (time >= self.sale_from)
            & (time <= self.sale_to)
            & (self.risk <= level)
            & (self.entry_class <= wealth_class)
        )
        # People buy near their own level; notes on sale are pushed by the counter, large clients like what needs size.
        weights = allowed * np.exp(-0.7 * (level - self.risk)) * np.where(self.term_days > 0, 2.5, 1.0)
        weights = weights * np.where(self.entry_class == wealth_class, 1.0 + self.entry_class, 1.0)
        return weights.reshape(sessions * 15, len(self.codes))


def appetite_row(session: Ints, risk_level: Ints, wealth: Floats) -> Ints:
    """The row of `Catalogue.appetite` for a client; those without a valid level are treated as C1."""
    wealth_class = (wealth >= PLAN_WEALTH).astype(np.int64) + (wealth >= QUALIFIED_WEALTH)
    return (session * 5 + np.maximum(risk_level, 1) - 1) * 3 + wealth_class


def build_catalogue(*, seed: int, timeline: Timeline) -> Catalogue:
    """The open-ended products, and a series of notes issued every month of the timeline."""
    rng = stream(seed, "products")
    rows: list[tuple[str, str, str, int, int, float, int, int, int, int, str]] = []
    moves: list[Floats] = []
    sessions = len(timeline.days)
    for kind, stem, code, count, risk, minimum, drift, volatility, fee in OPEN_ENDED:
        for i in range(count):
            name = stem if count == 1 else f"{stem}{chr(ord('A') + i)}"
            rows.append(
                (f"{code}{10 + i * 7:0{6 - len(code)}d}", name, kind, risk, minimum, fee, 0, 0, sessions, FOREVER, "")
            )
            moves.append(rng.normal(drift / 243, volatility / 243**0.5, size=sessions))
    for number, start in enumerate(_month_starts(timeline)):
        for term in NOTE_TERMS:
            matures_on = timeline.days[start] + term
            # Past the last session the index only has to be later than it.
            matures = int(timeline.session_of(matures_on)) if matures_on <= timeline.days[-1] else FOREVER
            name = f"江州聚利{number + 101}期{term}天"
            rows.append(
                (f"SN{number + 101}{term:03d}", name, "收益凭证", 1 if term < 300 else 2, 50_000, 0.0, term, start,
                 min(start + NOTE_SALE_SESSIONS, matures - 1), matures, str(matures_on))
            )  # fmt: skip
            moves.append(np.full(sessions, (0.017 + term / 40_000) / 243))
    level = np.cumprod(1 + np.stack(moves, axis=1), axis=0)
    started = np.array([row[7] for row in rows])
    level /= level[started, np.arange(len(rows))]
    codes, names, kinds, risk_, minimum_, fee_, term_, from_, to_, matures_, maturity = zip(*rows, strict=True)
    entry = {"私募": 2, "信托": 2, "资管": 1}
    return Catalogue(
        codes=list(codes),
        names=list(names),
        kinds=list(kinds),
        risk=np.array(risk_),
        minimum=np.array(minimum_),
        fee_rate=np.array(fee_),
        term_days=np.array(term_),
        sale_from=np.array(from_),
        sale_to=np.array(to_),
        matures=np.array(matures_),
        maturity=list(maturity),
        nav=np.rint(level * NAV_SCALE).astype(np.int64),
        entry_class=np.array([entry.get(kind, 0) for kind in kinds]),
    )


def _month_starts(timeline: Timeline) -> list[int]:
    month = timeline.days.astype("M8[M]")
    return [0, *(np.flatnonzero(month[1:] != month[:-1]) + 1).tolist()]


@dataclass
class Holdings:
    """Subscriptions, planned and then filled in by the ledger. Sessions are indices; money in fen."""

    client: Ints
    product: Ints
    bought: Ints
    sold: Ints  # beyond the last session while held
    spend: Floats  # share of the cash at hand
    second: Ints
    amount: Ints
    units: Ints
    proceeds: Ints

    def __len__(self) -> int:
        return len(self.client)


def new_holdings(rng: Rng, client: Ints, product: Ints, bought: Ints, sold: Ints, spend: Floats) -> Holdings:
    """Holdings as planned: nothing bought yet."""
    nothing = np.zeros(len(client), dtype=np.int64)
    second = rng.integers(9 * 3600 + 900, 15 * 3600, size=len(client))
    return Holdings(client, product, bought, sold, spend, second, nothing, nothing.copy(), nothing.copy())
