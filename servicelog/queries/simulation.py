"""The outcome of a simulation as its page shows it: per moment, per advisor, per day, before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from advisors.models import Advisor
from clients.models import Client, ClientStatus
from servicelog.domain.mot.triggers import TRIGGERS
from servicelog.labels import moment_label
from servicelog.models import MotPolicy


@dataclass(frozen=True)
class Compared:
    """Tasks of a month under the version in force and under the draft."""

    name: str
    must: tuple[int, int]
    may: tuple[int, int]
    pk: int | None = None
    clients: int = 0

    @property
    def total(self) -> tuple[int, int]:
        return self.must[0] + self.may[0], self.must[1] + self.may[1]

    @property
    def difference(self) -> int:
        return self.total[1] - self.total[0]


@dataclass(frozen=True)
class Simulation:
    """`chart`: for charts.js, kind `bar`. `a_day`: tasks per advisor and session, before and after."""

    trial: Mapping[str, Any]
    moments: Sequence[Compared]
    advisors: Sequence[Compared]
    whole: Compared
    a_day: tuple[float, float]
    chart: Mapping[str, Any]


def simulation_of(policy: MotPolicy, *, before: str, after: str) -> Simulation | None:
    """None where the draft was never simulated. `before`, `after`: names of the two series."""
    trial = policy.trial
    if not trial:
        return None
    moments = [_compared(moment_label(code), trial["moments"][code]) for code in TRIGGERS if code in trial["moments"]]
    advisors = _advisors(policy, trial["advisors"])
    served = [row for row in advisors if row.pk is not None]
    sum_of = [sum(cells) for cells in zip(*trial["advisors"].values(), strict=True)] or [0] * 4
    whole = _compared("", sum_of)
    shares = max(len(served), 1) * max(trial["sessions"], 1)
    return Simulation(
        trial,
        moments,
        advisors,
        whole,
        (sum(row.total[0] for row in served) / shares, sum(row.total[1] for row in served) / shares),
        {
            "categories": [day[5:] for day in trial["days"]],
            "series": [
                {"name": before, "color": "ink-2", "values": [row[0] for row in trial["days"].values()]},
                {"name": after, "values": [row[1] for row in trial["days"].values()]},
            ],
        },
    )


def _compared(name: str, cells: Sequence[int], pk: int | None = None, clients: int = 0) -> Compared:
    """`cells`: mandatory before, after, optional before, after."""
    return Compared(name, (cells[0], cells[1]), (cells[2], cells[3]), pk, clients)


def _advisors(policy: MotPolicy, counted: Mapping[str, Sequence[int]]) -> list[Compared]:
    """The busiest under the draft first; clients who are nobody's come last, with an empty name."""
    people = Advisor.objects.in_bulk([int(key) for key in counted if key])
    books = Client.objects.filter(branch=policy.branch_id).exclude(status=ClientStatus.CLOSED)
    sizes = dict(books.values_list("advisor").annotate(Count("pk")).order_by())
    rows = []
    for key, cells in counted.items():
        pk = int(key) if key else None
        if pk is None or pk in people:
            rows.append(_compared(people[pk].name if pk else "", cells, pk, sizes.get(pk, 0)))
    return sorted(rows, key=lambda row: (row.pk is None, -row.total[1], row.name))
