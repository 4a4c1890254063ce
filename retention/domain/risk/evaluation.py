"""The rule held against a branch's own past: who it pointed at on past days, and who of them had left some weeks later.

The days lie one outcome window apart, so that no client leaves twice. The split is by time: shares are taken from the earlier
days and proven on the later ones. What is kept of a day are counts and places, never who.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from branch_crm.core.wilson import wilson
from retention.domain.risk.calibration import pooled
from retention.domain.risk.measures import Floats
from retention.domain.risk.rules import RiskRules
from retention.domain.risk.score import HIGH, LOW, WATCH, Scored

#: What somebody with one column and no rule would do: longest silent first, largest fall of assets first.
RULE, SILENCE, DROP = "rule", "silence", "drop"
RANKINGS = (RULE, SILENCE, DROP)
#: How a client is gone.
CLOSED, TAKEN_OUT, IDLE = "closed", "taken_out", "idle"
WAYS = (CLOSED, TAKEN_OUT, IDLE)
#: Points from which a group of the calibration begins; the first holds who has none.
GROUPS = (0.0, 0.01, 10.0, 20.0, 30.0, 40.0, 50.0)
#: At most so many days are looked at: two years of quarters.
MOST_DAYS = 8
#: A branch may have been given month-ends only, so its first holdings may lie so much later than its first facts.
MONTH = timedelta(days=45)


@dataclass(frozen=True)
class Rate:
    """`left` of `n` clients. interval: of the share, 95 % (Wilson); None of nobody."""

    n: int
    left: int

    @property
    def share(self) -> float | None:
        return self.left / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float] | None:
        return wilson(self.left, self.n)


@dataclass(frozen=True)
class Day:
    """One past day. ways: how the leavers left. groups: by GROUPS. bands: LOW, WATCH, HIGH. ranks: ranking -> places of the
    leavers in it, 1 = first, ascending. digest: of the facts behind, to know the same past again."""

    day: date
    n: int
    left: int
    ways: Mapping[str, int]
    groups: Sequence[Rate]
    bands: Mapping[int, Rate]
    ranks: Mapping[str, Sequence[int]]
    digest: str


@dataclass(frozen=True)
class Top:
    """Of the first k of each day. places: clients looked at. caught: leavers among them, of `left`. lift: times the chance of
    picking blindly."""

    k: int
    places: int
    caught: int
    left: int
    n: int

    @property
    def precision(self) -> Rate:
        return Rate(self.places, self.caught)

    @property
    def recall(self) -> float | None:
        return self.caught / self.left if self.left else None

    @property
    def lift(self) -> float | None:
        return self.caught / self.places / (self.left / self.n) if self.left and self.places else None


@dataclass(frozen=True)
class Said:
    """A group of clients by points or a band. said: the earlier days' clients that speak for it, pooled with a neighbour where
    it would say less than one of fewer points; None = nobody there then. earlier: its own."""

    said: Rate | None
    earlier: Rate
    happened: Rate

    @property
    def holds(self) -> bool | None:
        """Whether the share that was said lies within the interval of what happened."""
        interval = self.happened.interval
        if interval is None or self.said is None or self.said.share is None:
            return None
        # Of nobody who left, the interval begins a rounding error above nothing.
        return interval[0] - 1e-9 <= self.said.share <= interval[1] + 1e-9


@dataclass(frozen=True)
class Evaluation:
    """earlier, later: the days that shares were taken from, and those they were proven on; both oldest first."""

    earlier: Sequence[Day]
    later: Sequence[Day]
    least_leavers: int

    @property
    def left_earlier(self) -> int:
        return sum(day.left for day in self.earlier)

    @property
    def left_later(self) -> int:
        return sum(day.left for day in self.later)

    @property
    def is_telling(self) -> bool:
        return min(self.left_earlier, self.left_later) >= self.least_leavers

    @property
    def base(self) -> Rate:
        return Rate(sum(day.n for day in self.later), self.left_later)


def past_days(*, as_of: date, first: date, rules: RiskRules) -> list[date]:
    """Days whose outcome is known by `as_of` and whose look-back the facts since `first` reach, oldest first."""
    step = timedelta(days=rules.outcome_days)
    earliest = first + timedelta(days=rules.look_back_days) - MONTH
    days = [as_of - step * back for back in range(1, MOST_DAYS + 1)]
    return sorted(day for day in days if day >= earliest)


def hold_against(
    *,
    day: date,
    scored: Scored,
    others: Mapping[str, Floats],
    ways: npt.NDArray[np.str_],
    digest: str,
) -> Day:
    """others: what the rankings beside the rule go by, (N,), larger first, NaN last. ways: (N,) of WAYS, "" = still here."""
    gone = ways != ""
    groups = np.searchsorted(GROUPS, scored.points, side="right") - 1
    by = {RULE: scored.points, **others}
    return Day(
        day=day,
        n=len(gone),
        left=int(gone.sum()),
        ways={way: int((ways == way).sum()) for way in WAYS},
        groups=[_rate(gone, groups == at) for at in range(len(GROUPS))],
        bands={band: _rate(gone, scored.bands == band) for band in (LOW, WATCH, HIGH)},
        ranks={name: _places(by[name], gone, day) for name in RANKINGS},
        digest=digest,
    )


def evaluate(days: Sequence[Day], least_leavers: int) -> Evaluation:
    """The newest third of the days is proven on; with a single day there is nothing to take shares from."""
    ordered = sorted(days, key=lambda day: day.day)
    later = max(1, len(ordered) // 3) if ordered else 0
    cut = len(ordered) - later
    return Evaluation(ordered[:cut], ordered[cut:], least_leavers)


def top(days: Sequence[Day], ranking: str, k: int) -> Top:
    places = sum(min(k, day.n) for day in days)
    caught = sum(sum(place <= k for place in day.ranks[ranking]) for day in days)
    return Top(k, places, caught, sum(day.left for day in days), sum(day.n for day in days))


def caught_by_tenths(days: Sequence[Day], ranking: str) -> list[float]:
    """Share of all leavers among the first tenth, two tenths ... of each day's clients; picked blindly it is the tenth itself."""
    left = sum(day.left for day in days)
    if not left:
        return [0.0] * 10
    return [
        sum(sum(place * 10 <= day.n * tenth for place in day.ranks[ranking]) for day in days) / left
        for tenth in range(1, 11)
    ]


def calibrated(evaluation: Evaluation) -> list[Said]:
    """By GROUPS: what the earlier days say, never less for more points, beside what happened on the later ones."""
    earlier, later = ([day.groups for day in days] for days in (evaluation.earlier, evaluation.later))
    return _said(earlier, later, len(GROUPS))


def banded(evaluation: Evaluation) -> dict[int, Said]:
    """The same by band, which is what lists and panels say of one."""
    bands = (LOW, WATCH, HIGH)
    earlier, later = (
        [[day.bands[band] for band in bands] for day in days] for days in (evaluation.earlier, evaluation.later)
    )
    return dict(zip(bands, _said(earlier, later, len(bands)), strict=True))


def _said(earlier: Sequence[Sequence[Rate]], later: Sequence[Sequence[Rate]], groups: int) -> list[Said]:
    """Each day's rates by group."""
    own = [_sum(rates[at] for rates in earlier) for at in range(groups)]
    happened = [_sum(rates[at] for rates in later) for at in range(groups)]
    return [
        Said(Rate(*speak) if speak else None, before, after)
        for speak, before, after in zip(pooled(own), own, happened, strict=True)
    ]


def to_json(day: Day) -> dict[str, Any]:
    return {
        "day": day.day.isoformat(),
        "n": day.n,
        "left": day.left,
        "ways": dict(day.ways),
        "groups": [[rate.n, rate.left] for rate in day.groups],
        "bands": {str(band): [rate.n, rate.left] for band, rate in day.bands.items()},
        "ranks": {name: list(places) for name, places in day.ranks.items()},
        "digest": day.digest,
    }


def from_json(raw: Mapping[str, Any]) -> Day:
    return Day(
        day=date.fromisoformat(raw["day"]),
        n=raw["n"],
        left=raw["left"],
        ways=raw["ways"],
        groups=[Rate(*pair) for pair in raw["groups"]],
        bands={int(band): Rate(*pair) for band, pair in raw["bands"].items()},
        ranks=raw["ranks"],
        digest=raw["digest"],
    )


def _rate(gone: npt.NDArray[np.bool_], chosen: npt.NDArray[np.bool_]) -> Rate:
    return Rate(int(chosen.sum()), int((gone & chosen).sum()))


def _sum(rates: Iterable[Rate]) -> Rate:
    known = list(rates)
    return Rate(sum(rate.n for rate in known), sum(rate.left for rate in known))


def _places(by: Floats, gone: npt.NDArray[np.bool_], day: date) -> list[int]:
    """Equals stand in an order drawn by the day: the same each time, and no ranking gains by the order of accounts."""
    drawn = np.random.default_rng(day.toordinal()).permutation(len(by))
    order = np.lexsort((drawn, -np.nan_to_num(by, nan=-np.inf)))
    return [int(place) + 1 for place in np.flatnonzero(gone[order])]
