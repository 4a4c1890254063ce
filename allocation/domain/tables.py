"""What a decision eats: clients and advisors as frozen columns, and the JSON form in which a plan keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from advisors.domain.skill_table import SkillTable
from allocation.domain.fit.policy import PERSONAS, VALUE_TYPES

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

NOBODY = -1


@dataclass(frozen=True, eq=False)
class ClientTable:
    """N clients, one column a fact. Unknown numbers are NaN, unknown classes -1.

    value: V, 0-100. value_type / persona: index into VALUE_TYPES / PERSONAS. confidence: of the persona, 0-1.
    assets, revenue: yuan. age: years. leverage: margin or options; growth_boards: ChiNext, STAR or Beijing exchange.
    cautious: risk level C0-C2. wishes: skill codes the client asked for. holder: row in the AdvisorTable, -1 = nobody.
    tenure: years with the holder.
    """

    ids: Ints
    value: Floats
    tier: Ints
    value_type: Ints
    core: Bools
    assets: Floats
    revenue: Floats
    persona: Ints
    confidence: Floats
    age: Floats
    cautious: Bools
    leverage: Bools
    growth_boards: Bools
    wishes: tuple[tuple[str, ...], ...]
    holder: Ints
    tenure: Floats

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, rows: npt.NDArray[Any]) -> Self:
        """The clients of some rows (indices or a mask), in that order."""
        index = np.flatnonzero(rows) if rows.dtype == np.bool_ else rows
        columns = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "wishes"}
        picked: dict[str, Any] = {name: column[index] for name, column in columns.items()}
        return type(self)(**picked, wishes=tuple(self.wishes[i] for i in index))

    def row(self, at: int) -> dict[str, Any]:
        """One client as JSON: enough to work out its card again, to the last digit."""
        return {
            "id": int(self.ids[at]),
            "value": float(self.value[at]),
            "tier": int(self.tier[at]),
            "value_type": VALUE_TYPES[self.value_type[at]] if self.value_type[at] >= 0 else "",
            "core": bool(self.core[at]),
            "assets": _or_none(self.assets[at]),
            "revenue": _or_none(self.revenue[at]),
            "persona": PERSONAS[self.persona[at]] if self.persona[at] >= 0 else "",
            "confidence": float(self.confidence[at]),
            "age": _or_none(self.age[at]),
            "cautious": bool(self.cautious[at]),
            "leverage": bool(self.leverage[at]),
            "growth_boards": bool(self.growth_boards[at]),
            "wishes": list(self.wishes[at]),
            "holder": int(self.holder[at]),
            "tenure": float(self.tenure[at]),
        }

    @classmethod
    def from_rows(cls, rows: Sequence[dict[str, Any]]) -> Self:
        def column(name: str, dtype: Any) -> npt.NDArray[Any]:
            return np.array([row[name] for row in rows], dtype=dtype)

        return cls(
            ids=column("id", np.int64),
            value=column("value", np.float64),
            tier=column("tier", np.int64),
            value_type=codes([row["value_type"] for row in rows], VALUE_TYPES),
            core=column("core", np.bool_),
            assets=column("assets", np.float64),
            revenue=column("revenue", np.float64),
            persona=codes([row["persona"] for row in rows], PERSONAS),
            confidence=column("confidence", np.float64),
            age=column("age", np.float64),
            cautious=column("cautious", np.bool_),
            leverage=column("leverage", np.bool_),
            growth_boards=column("growth_boards", np.bool_),
            wishes=tuple(tuple(row["wishes"]) for row in rows),
            holder=column("holder", np.int64),
            tenure=column("tenure", np.float64),
        )


@dataclass(frozen=True, eq=False)
class AdvisorTable:
    """M advisors: everybody who may serve, and everybody who still holds a client.

    status: empty = may take clients; else the name of the hard rule that forbids it (fit.rules). hours: a month.
    adviser: registered investment adviser. Row j belongs to skills.advisor_ids[j].
    """

    names: tuple[str, ...]
    staff_nos: tuple[str, ...]
    status: tuple[str, ...]
    hours: Floats
    adviser: Bools
    skills: SkillTable

    def __len__(self) -> int:
        return len(self.names)

    @property
    def ids(self) -> tuple[int, ...]:
        return self.skills.advisor_ids

    @property
    def serving(self) -> Bools:
        return np.array([not status for status in self.status], dtype=np.bool_)

    @property
    def present(self) -> Bools:
        """Who serves clients today: also those whom a scenario thinks away."""
        return np.array([status in ("", "leaving") for status in self.status], dtype=np.bool_)

    def to_json(self) -> dict[str, Any]:
        return {
            "names": list(self.names),
            "staff_nos": list(self.staff_nos),
            "status": list(self.status),
            "hours": [float(hours) for hours in self.hours],
            "adviser": [bool(flag) for flag in self.adviser],
            "skills": self.skills.to_json(),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        return cls(
            names=tuple(data["names"]),
            staff_nos=tuple(data["staff_nos"]),
            status=tuple(data["status"]),
            hours=np.array(data["hours"], dtype=np.float64),
            adviser=np.array(data["adviser"], dtype=np.bool_),
            skills=SkillTable.from_json(data["skills"]),
        )


def codes(names: Sequence[str], known: tuple[str, ...]) -> Ints:
    """Class names as indices into `known`; anything else is -1."""
    index = {name: at for at, name in enumerate(known)}
    return np.array([index.get(name, NOBODY) for name in names], dtype=np.int64)


def _or_none(number: float) -> float | None:
    return None if np.isnan(number) else float(number)
