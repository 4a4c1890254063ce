"""One side of the world of the access tests: a branch, and what its records hang on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from advisors.models import Advisor
from branch_crm.core.models import Branch, Staff
from clients.models import (
    Client,
)

Arguments = dict[str, Any]

DAY = date(2026, 11, 23)


@dataclass(frozen=True)
class Side:
    """What a record of one branch hangs on."""

    branch: Branch
    director: Staff
    advisor: Advisor
    client: Client
    #: Nobody's.
    newcomer: Client
    files: Path
