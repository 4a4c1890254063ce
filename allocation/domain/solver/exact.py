"""Small problems where whole clients matter more than prices: branch and bound by HiGHS, in a process of its own.

The prices cut the problem down first: an option whose loss against the client's best one exceeds the distance between
bound and plan cannot be part of a better plan, so that only a thin core is left. HiGHS does not always keep its time
limit, so it runs in a child process that is ended from outside; every better plan arrives while it works.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue

import numpy as np

from allocation.domain.solver.compiled import CHECKOUT
from allocation.domain.solver.near_ties import NO_OPTION
from allocation.domain.solver.problem import Bools, Float64s, Ints
from allocation.domain.solver.repair import Board

BOUND_TOLERANCE = 1e-7
"""Relative allowance for the tolerances within which HiGHS calls a solution of its relaxations optimal."""


@dataclass(eq=False)
class Found:
    """Better options for the clients of a board, if any; a bound on the board's profit; whether none can exist."""

    at: Ints | None
    bound: float
    impossible: bool


@dataclass(frozen=True, eq=False)
class MoveLimit:
    """moved: which options of the board change hands; at most `most` of them. bonus: what the board's profits pay a client for
    staying (the price of a move), which the search must not count."""

    moved: Bools
    most: int
    bonus: Float64s


def branch_and_bound(
    board: Board,
    start: Ints | None,
    ceiling: float,
    *,
    gap: float,
    seconds: float,
    seed: int,
    limit: MoveLimit | None = None,
) -> Found:
    """Search the options of a board that holds all clients.

    ceiling: a proven bound on the plan's profit at the board's prices. start: options that keep every limit.
    """
    options = board.options
    everyone = np.arange(len(options.clients))
    profits = options.profit if limit is None else options.profit - np.where(limit.moved, 0.0, limit.bonus[:, None])

    def profit_of(at: Ints) -> float:
        return float(profits[everyone, at].sum())

    floor = profit_of(start) if start is not None else -np.inf
    loss = options.net[:, :1] - options.net
    kept = (options.advisor != NO_OPTION) & (loss <= (ceiling - floor) * (1 + 1e-9) + 1e-9)
    if start is not None:
        kept[np.arange(len(start)), start] = True
    best, bound, impossible = start, ceiling, False
    for line in _ask(board, kept, start, profits, limit, gap, seconds, seed):
        if "at" in line:
            at = np.array(line["at"], dtype=np.int32)
            over, outside = board.broken(at)
            profit = profit_of(at)
            within = limit is None or limit.moved[everyone, at].sum() <= limit.most
            if within and not over.any() and not outside.any() and profit > floor:
                best, floor = at, profit
        if line.get("status") == "infeasible":
            impossible = start is None
        if "bound" in line:
            # Options left out could not have beaten the plan they were measured against.
            proven = max(line["bound"] + BOUND_TOLERANCE * (1 + abs(line["bound"])), floor)
            bound = min(bound, proven)
    return Found(best, bound, impossible)


def _ask(
    board: Board,
    kept: Bools,
    start: Ints | None,
    profits: Float64s,
    limit: MoveLimit | None,
    gap: float,
    seconds: float,
    seed: int,
) -> Iterator[dict]:  # type: ignore[type-arg]
    """Lines of the child process, until it ends or is ended."""
    deadline = time.monotonic() + seconds
    options, limits = board.options, board.limits
    with tempfile.TemporaryDirectory(prefix="branch_crm-") as folder:
        path = Path(folder) / "core.npz"
        client, option = np.nonzero(kept)
        np.savez(
            path,
            client=client,
            option=option,
            advisor=options.advisor[client, option],
            profit=profits[client, option],
            moved=np.zeros(len(client), dtype=np.bool_) if limit is None else limit.moved[client, option],
            most_moves=len(options.clients) if limit is None else limit.most,
            load=options.load[client, option],
            value=options.value[client],
            capacity=limits.capacity - board.base_hours,
            least=limits.least - board.base_worth,
            most=limits.most - board.base_worth,
            start=np.empty(0, dtype=np.int32) if start is None else start,
            gap=gap,
            seconds=seconds,
            seed=seed,
        )
        child = subprocess.Popen(  # noqa: S603 - our own module, no shell
            [sys.executable, "-m", "allocation.domain.solver.exact_worker", str(path)],
            cwd=CHECKOUT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        lines: Queue[str | None] = Queue()
        reader = threading.Thread(target=_read, args=(child, lines), daemon=True)
        reader.start()
        try:
            while (left := deadline - time.monotonic()) > 0:
                try:
                    line = lines.get(timeout=left)
                except Empty:
                    break
                if line is None:
                    break
                yield json.loads(line)
        finally:
            child.kill()
            child.wait()
            reader.join()


def _read(child: subprocess.Popen[str], lines: Queue[str | None]) -> None:
    for line in child.stdout or ():
        if line.startswith("{"):
            lines.put(line)
    lines.put(None)
