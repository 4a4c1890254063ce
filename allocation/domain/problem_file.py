"""Read an allocation problem from .json or .npz, and word the answer as JSON (docs/formats.md)."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from allocation.domain.solver import POOL, Answer, Problem, ProblemError
from allocation.domain.solver.reasons import sentence

REQUIRED = ("value", "fit", "load", "capacity")
OPTIONAL = ("incumbent", "switch_penalty", "pool_allowed", "fairness", "pinned", "client_ids", "advisor_ids")


@dataclass(frozen=True)
class ProblemFile:
    """A problem and the names its owner uses; `unknown` lists fields that were left out."""

    problem: Problem
    client_ids: list[str]
    advisor_ids: list[str]
    unknown: list[str]


def read_problem(path: Path) -> ProblemFile:
    """Parse PATH by its suffix. Raises ProblemError naming the field (or `file`) that does not fit."""
    readers = {".json": _read_json, ".npz": _read_npz}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise ProblemError("file", f"{path.name} must end in .json or .npz")
    if not path.is_file():
        raise ProblemError("file", f"{path} does not exist or is not a file")
    return parse_problem(reader(path))


def parse_problem(raw: dict[str, Any]) -> ProblemFile:
    """Build the problem from fields as JSON or numpy carry them."""
    missing = [name for name in REQUIRED if raw.get(name) is None]
    if missing:
        raise ProblemError(missing[0], "is required")
    given: dict[str, Any] = {name: _array(name, raw[name]) for name in ("value", "load", "capacity")}
    given["fit"] = _array("fit", raw["fit"], holes=np.nan)
    if raw.get("incumbent") is not None:
        given["incumbent"] = _array("incumbent", raw["incumbent"], holes=POOL)
    for name in ("switch_penalty", "fairness"):
        if raw.get(name) is not None:
            given[name] = _unwrapped(raw[name])
    for name in ("pool_allowed", "pinned"):
        if raw.get(name) is not None:
            given[name] = _array(name, raw[name])
    problem = Problem(**given)
    return ProblemFile(
        problem=problem,
        client_ids=_names("client_ids", raw.get("client_ids"), problem.clients),
        advisor_ids=_names("advisor_ids", raw.get("advisor_ids"), problem.advisors),
        unknown=sorted(set(raw) - set(REQUIRED) - set(OPTIONAL)),
    )


def answer_as_json(answer: Answer, file: ProblemFile) -> dict[str, Any]:
    """The public answer object, keyed by the caller's ids."""
    advisors = file.advisor_ids
    result: dict[str, Any] = {
        "status": str(answer.status),
        "objective": answer.objective,
        "upper_bound": answer.upper_bound,
        "gap": answer.gap,
        "seconds": round(answer.seconds, 4),
        "assignment": {},
        "load": dict(zip(advisors, answer.load.tolist())),
        "value": dict(zip(advisors, answer.value.tolist())),
        "moves": answer.moves,
        "capacity_price": dict(zip(advisors, answer.capacity_price.tolist())),
        "fairness_price": dict(zip(advisors, answer.fairness_price.tolist())),
    }
    if answer.reason is not None:
        result |= {"objective": None, "upper_bound": None, "gap": None, "load": {}, "value": {}, "moves": 0}
        result["reason"] = {
            "code": answer.reason.code,
            "proven": answer.reason.proven,
            "text": sentence(answer.reason, file.client_ids, advisors),
        }
        return result
    result["assignment"] = {
        client: None if advisor == POOL else advisors[advisor]
        for client, advisor in zip(file.client_ids, answer.assignment.tolist())
    }
    return result


def _read_json(path: Path) -> dict[str, Any]:
    try:
        raw = json.loads(path.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise ProblemError("file", f"{path.name} is not JSON: {error}") from error
    if not isinstance(raw, dict):
        raise ProblemError("file", f"{path.name} must hold one object with the fields {', '.join(REQUIRED)}")
    return raw


def _read_npz(path: Path) -> dict[str, Any]:
    try:
        with np.load(path, allow_pickle=False) as archive:
            raw: dict[str, Any] = {}
            for name in archive.files:
                try:
                    raw[name] = archive[name]
                except ValueError as error:
                    raise ProblemError(name, f"cannot be read: {error}") from error
            return raw
    except ProblemError:
        raise
    except (OSError, ValueError, EOFError, AttributeError, zipfile.BadZipFile) as error:
        raise ProblemError("file", f"{path.name} is not an .npz archive: {error}") from error


def _array(name: str, raw: Any, holes: float | None = None) -> np.ndarray:
    """A rectangular array of plain numbers or truth values; null becomes `holes` where the field allows it."""
    try:
        array = np.asarray(raw)
    except (ValueError, OverflowError) as error:
        raise ProblemError(name, "rows must all have the same length") from error
    if array.dtype.kind != "O":
        return array
    flat = array.ravel().tolist()
    if not all(item is None or (isinstance(item, (int, float)) and not isinstance(item, bool)) for item in flat):
        raise ProblemError(name, "must hold numbers only, in rows of the same length")
    if holes is None and any(item is None for item in flat):
        raise ProblemError(name, "null is not allowed here")
    try:
        filled = [holes if item is None else float(item) for item in flat]
    except OverflowError as error:
        raise ProblemError(name, "holds a number that is too large") from error
    return np.array(filled, dtype=np.float64).reshape(array.shape)


def _unwrapped(raw: Any) -> Any:
    """The scalar inside a 0-d numpy array; anything else as it is."""
    return raw.item() if isinstance(raw, np.ndarray) and raw.ndim == 0 else raw


def _names(name: str, raw: Any, count: int) -> list[str]:
    if raw is None:
        return [str(index) for index in range(count)]
    items = raw.tolist() if isinstance(raw, np.ndarray) else raw
    if not isinstance(items, list) or not all(isinstance(item, (str, int)) for item in items):
        raise ProblemError(name, "must be a list of texts")
    names = [str(item) for item in items]
    if len(names) != count:
        raise ProblemError(name, f"must name {count}, got {len(names)}")
    if len(set(names)) != count:
        twice = next(item for at, item in enumerate(names) if item in names[:at])
        raise ProblemError(name, f"{twice!r} appears twice")
    return names
