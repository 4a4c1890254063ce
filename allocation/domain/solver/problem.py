"""What the matching engine is asked: clients, advisors, hours, and the rules a plan must keep."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]
Float64s = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]

POOL = -1
"""Stands for "no advisor" in assignments and incumbents."""

_NOBODY: Ints = np.empty(0, dtype=np.int32)
_NOTHING: Float64s = np.empty(0)


class ProblemError(ValueError):
    """The problem itself is malformed; `field` is the field of docs/formats.md that is wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


@dataclass(frozen=True, eq=False)
class Problem:
    """One allocation problem of N clients and M advisors (docs/formats.md, "Allocation problem").

    value: (N,) weight of each client, >= 0.
    fit: (N, M) in [0, 1], float32 or float64; NaN means the pair may never be formed.
    load: (N,) or (N, M) service hours a client costs, >= 0.
    capacity: (M,) hours of each advisor, >= 0.
    incumbent: (N,) index of today's advisor or -1.
    switch_penalty: taken off `fit` wherever a client leaves an incumbent for another advisor.
    pool_allowed: (N,) or scalar; may the client stay without an advisor, worth 0?
    fairness: each advisor's value per hour stays within (1 +- fairness) of all value per all hours; None = no band.
    pinned: (K, 2) pairs (client, advisor) that must hold.
    stay_bonus: (N,) added to the profit where a client keeps the incumbent; the price of a move in a move budget.

    Raises ProblemError naming the field when shapes, ranges or types do not fit.
    """

    value: Float64s
    fit: Floats
    load: Float64s
    capacity: Float64s
    incumbent: Ints = field(default_factory=lambda: _NOBODY)
    switch_penalty: float = 0.0
    pool_allowed: Bools = field(default_factory=lambda: np.array(True))
    fairness: float | None = None
    pinned: Ints = field(default_factory=lambda: np.empty((0, 2), dtype=np.int32))
    stay_bonus: Float64s = field(default_factory=lambda: _NOTHING)

    def __post_init__(self) -> None:
        value = _numbers("value", self.value, (1,))
        capacity = _numbers("capacity", self.capacity, (1,))
        n, m = len(value), len(capacity)
        load = _numbers("load", self.load, (1, 2))
        if load.shape not in {(n,), (n, m)}:
            raise ProblemError("load", f"must be {n} numbers or {n} x {m}, got {_shape(load)}")
        put = object.__setattr__
        put(self, "value", value)
        put(self, "capacity", capacity)
        put(self, "load", load)
        put(self, "fit", _fit(self.fit, n, m))
        put(self, "incumbent", _incumbent(self.incumbent, n, m))
        put(self, "switch_penalty", _scalar("switch_penalty", self.switch_penalty))
        put(self, "pool_allowed", _pool(self.pool_allowed, n))
        put(self, "fairness", None if self.fairness is None else _scalar("fairness", self.fairness))
        put(self, "pinned", _pinned(self.pinned, n, m))
        put(self, "stay_bonus", np.zeros(n) if self.stay_bonus is _NOTHING else _bonus(self.stay_bonus, n))

    @property
    def clients(self) -> int:
        return len(self.value)

    @property
    def advisors(self) -> int:
        return len(self.capacity)

    @property
    def pair_loads(self) -> bool:
        """Does the same client cost different advisors different hours?"""
        return self.load.ndim == 2

    def band(self) -> tuple[Float64s, Float64s]:
        """Least and most value each advisor may carry: (-inf, inf) without a fairness rule.

        Where nobody has any hours the rule divides by zero and says nothing.
        """
        hours = float(self.capacity.sum())
        if self.fairness is None or hours <= 0:
            return np.full(self.advisors, -np.inf), np.full(self.advisors, np.inf)
        share = self.capacity * (float(self.value.sum()) / hours)
        return share * (1.0 - self.fairness), share * (1.0 + self.fairness)


def _shape(array: np.ndarray) -> str:
    return " x ".join(str(size) for size in array.shape) or "a single number"


def _numbers(name: str, raw: object, dims: tuple[int, ...]) -> Float64s:
    array = np.asarray(raw)
    if array.dtype.kind not in "iuf":
        raise ProblemError(name, "must hold numbers only")
    if array.ndim not in dims:
        wanted = " or ".join("a list" if dim == 1 else "a table" for dim in dims)
        raise ProblemError(name, f"must be {wanted} of numbers, got {_shape(array)}")
    array = np.ascontiguousarray(array, dtype=np.float64)
    bad = ~np.isfinite(array) | (array < 0)
    if bad.any():
        where = tuple(int(index) for index in np.argwhere(bad)[0])
        raise ProblemError(name, f"must be finite and >= 0, got {array[where]} at {_place(where)}")
    return array


def _place(where: tuple[int, ...]) -> str:
    return "[" + "][".join(str(index) for index in where) + "]"


def _fit(raw: object, n: int, m: int) -> Floats:
    fit = np.asarray(raw)
    if fit.size == 0 and n * m == 0:
        return np.empty((n, m), dtype=np.float64)
    if fit.dtype.kind not in "iuf":
        raise ProblemError("fit", "must hold numbers, with null or NaN for a forbidden pair")
    if fit.shape != (n, m):
        raise ProblemError("fit", f"must be {n} x {m} (clients x advisors), got {_shape(fit)}")
    fit = np.ascontiguousarray(fit, dtype=np.float32 if fit.dtype == np.float32 else np.float64)
    # NaN is legal and loses both comparisons, so the range is checked on the extremes first: no table-sized mask.
    low, high = np.fmin.reduce(fit, axis=None), np.fmax.reduce(fit, axis=None)
    if low < 0 or high > 1:
        where = tuple(int(index) for index in np.argwhere((fit < 0) | (fit > 1))[0])
        raise ProblemError("fit", f"must lie in [0, 1], got {fit[where]} at {_place(where)}")
    return fit


def _indices(name: str, raw: object) -> npt.NDArray[np.int64]:
    array = np.asarray(raw)
    if array.dtype.kind == "f" and np.isfinite(array).all() and (array == np.floor(array)).all():
        array = array.astype(np.int64)
    if array.size and array.dtype.kind not in "iu":
        raise ProblemError(name, "must hold whole numbers (indices)")
    return array.astype(np.int64)


def _incumbent(raw: object, n: int, m: int) -> Ints:
    if raw is _NOBODY:
        return np.full(n, POOL, dtype=np.int32)
    array = _indices("incumbent", raw)
    if array.shape != (n,):
        raise ProblemError("incumbent", f"must be {n} advisor indices, got {_shape(array)}")
    bad = np.flatnonzero((array < POOL) | (array >= m))
    if len(bad):
        at = int(bad[0])
        raise ProblemError("incumbent", f"must be an advisor index 0..{m - 1} or -1, got {array[at]} at [{at}]")
    return array.astype(np.int32)


def _scalar(name: str, raw: object) -> float:
    if isinstance(raw, (bool, np.bool_)) or not isinstance(raw, (int, float, np.integer, np.floating)):
        raise ProblemError(name, "must be a single number")
    number = float(raw)
    if not np.isfinite(number) or number < 0:
        raise ProblemError(name, f"must be finite and >= 0, got {number}")
    return number


def _bonus(raw: object, n: int) -> Float64s:
    bonus = _numbers("stay_bonus", raw, (1,))
    if bonus.shape != (n,):
        raise ProblemError("stay_bonus", f"must be {n} numbers, got {_shape(bonus)}")
    return bonus


def _pool(raw: object, n: int) -> Bools:
    array = np.asarray(raw)
    if array.dtype.kind != "b" and array.size:
        raise ProblemError("pool_allowed", "must be true, false or a list of them")
    if array.ndim == 0:
        return np.full(n, bool(array))
    if array.shape != (n,):
        raise ProblemError("pool_allowed", f"must be one truth value or {n} of them, got {_shape(array)}")
    return np.ascontiguousarray(array, dtype=np.bool_)


def _pinned(raw: object, n: int, m: int) -> Ints:
    array = _indices("pinned", raw)
    if array.size == 0:
        return np.empty((0, 2), dtype=np.int32)
    if array.ndim != 2 or array.shape[1] != 2:
        raise ProblemError("pinned", "must be a list of [client, advisor] pairs")
    for at, (client, advisor) in enumerate(array):
        if not 0 <= client < n:
            raise ProblemError("pinned", f"[{at}] names client {client}, there are {n} clients")
        if not 0 <= advisor < m:
            raise ProblemError("pinned", f"[{at}] names advisor {advisor}, there are {m} advisors")
    return array.astype(np.int32)
