"""The skills of several advisors at one moment, frozen: what the matching engine eats and what a plan stores."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class SkillTable:
    """`scores` is (advisors, skills), 0 to 100; NaN where no evidence speaks. `weight` is the faded evidence behind it."""

    advisor_ids: tuple[int, ...]
    skills: tuple[str, ...]
    scores: npt.NDArray[np.float64]
    weight: npt.NDArray[np.float64]
    policy_version: int
    on: date

    def of(self, advisor_id: int, skill: str) -> float:
        """One score; NaN without evidence. Raises ValueError for an advisor or skill that is not in the table."""
        return float(self.scores[self.advisor_ids.index(advisor_id), self.skills.index(skill)])

    def to_json(self) -> dict[str, Any]:
        """A JSON form that `from_json` reads back without loss beyond four decimals."""
        return {
            "advisor_ids": list(self.advisor_ids),
            "skills": list(self.skills),
            "scores": [[None if np.isnan(x) else round(float(x), 4) for x in row] for row in self.scores],
            "weight": [[round(float(x), 4) for x in row] for row in self.weight],
            "policy_version": self.policy_version,
            "on": self.on.isoformat(),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> SkillTable:
        shape = (len(data["advisor_ids"]), len(data["skills"]))
        return cls(
            advisor_ids=tuple(data["advisor_ids"]),
            skills=tuple(data["skills"]),
            scores=np.array(data["scores"], dtype=np.float64).reshape(shape),
            weight=np.array(data["weight"], dtype=np.float64).reshape(shape),
            policy_version=data["policy_version"],
            on=date.fromisoformat(data["on"]),
        )
