"""The child process of exact.py: hand one core problem to HiGHS, print better plans and bounds as JSON lines."""

from __future__ import annotations

import json
import sys
from typing import Any

import highspy
import numpy as np


def main(path: str) -> None:
    """Solve the core saved at `path`; stdout carries {"at": [...]}, {"bound": x} and {"status": ...} lines."""
    core = np.load(path, allow_pickle=False)
    clients = int(core["client"].max()) + 1
    solver = highspy.Highs()
    for option, setting in {
        "output_flag": False,
        "threads": 1,
        "random_seed": int(core["seed"]),
        "time_limit": float(core["seconds"]),
        "mip_rel_gap": float(core["gap"]),
        "mip_abs_gap": 1e-9,
        "primal_feasibility_tolerance": 1e-9,
        "mip_feasibility_tolerance": 1e-9,
    }.items():
        solver.setOptionValue(option, setting)
    solver.passModel(_model(core, clients))
    if len(core["start"]):
        chosen = core["option"] == core["start"][core["client"]]
        known = highspy.HighsSolution()
        known.col_value = chosen.astype(float).tolist()
        solver.setSolution(known)

    def better(event: Any) -> None:
        _say(at=_options(core, np.array(event.data_out.mip_solution), clients))
        _say(bound=float(event.data_out.mip_dual_bound))

    solver.cbMipImprovingSolution += better
    solver.run()
    status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        _say(status="infeasible")
        return
    info = solver.getInfo()
    if info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
        _say(at=_options(core, np.array(solver.getSolution().col_value), clients))
    if np.isfinite(info.mip_dual_bound):
        _say(bound=float(info.mip_dual_bound))


def _model(core: Any, clients: int) -> highspy.HighsLp:
    """Columns: options. Rows: one per client (exactly one option), then hours, value bands where there are any, moves."""
    columns = len(core["client"])
    pool = len(core["capacity"]) - 1
    here = core["advisor"] != pool
    banded = np.isfinite(core["most"][:pool])
    row_of_hours = clients + np.arange(pool)
    row_of_band = clients + pool + np.cumsum(banded) - 1
    column = np.arange(columns)
    advisor = np.minimum(core["advisor"], pool - 1)
    in_band = here & banded[advisor]
    moved = core["moved"]
    row_of_moves = clients + pool + int(banded.sum())
    rows = np.concatenate(
        [core["client"], row_of_hours[advisor[here]], row_of_band[advisor[in_band]], np.full(moved.sum(), row_of_moves)]
    )
    of = np.concatenate([column, column[here], column[in_band], column[moved]])
    amount = np.concatenate([np.ones(columns), core["load"][here], core["value"][in_band], np.ones(moved.sum())])
    order = np.lexsort((rows, of))
    model = highspy.HighsLp()
    model.num_col_ = columns
    model.num_row_ = row_of_moves + 1
    model.sense_ = highspy.ObjSense.kMaximize
    model.col_cost_ = core["profit"]
    model.col_lower_ = np.zeros(columns)
    model.col_upper_ = np.ones(columns)
    model.integrality_ = [highspy.HighsVarType.kInteger] * columns
    free = np.full(pool, -highspy.kHighsInf)
    model.row_lower_ = np.concatenate([np.ones(clients), free, core["least"][:pool][banded], [0.0]])
    model.row_upper_ = np.concatenate(
        [np.ones(clients), core["capacity"][:pool], core["most"][:pool][banded], [float(core["most_moves"])]]
    )
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = np.searchsorted(of[order], np.arange(columns + 1)).astype(np.int32)
    model.a_matrix_.index_ = rows[order].astype(np.int32)
    model.a_matrix_.value_ = amount[order]
    return model


def _options(core: Any, solution: np.ndarray, clients: int) -> list[int]:
    """The option of each client: its largest column."""
    order = np.lexsort((solution, core["client"]))
    last = np.searchsorted(core["client"][order], np.arange(clients), side="right") - 1
    return [int(option) for option in core["option"][order[last]]]


def _say(**message: Any) -> None:
    print(json.dumps(message), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
