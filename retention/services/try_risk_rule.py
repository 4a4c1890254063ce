"""What a draft of the early-warning rule would say of the branch tonight, beside what the current run says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from branch_crm.core.models import Branch
from clients.models import Client
from retention.domain.risk.measures import Measured, measure
from retention.domain.risk.rules import RiskRules, read_risk_rules
from retention.domain.risk.score import HIGH, LOW, WATCH, score
from retention.models import ClientRisk, RiskRun
from retention.queries.risk import load_facts
from retention.services.keep_measures import kept_measures

#: Clients named on each side of the border of the high band.
NAMED = 10


@dataclass(frozen=True)
class Change:
    """Clients of one band under the rule of the run and under the draft; those who would come in and go out."""

    band: int
    before: int
    after: int
    enter: int
    leave: int

    @property
    def name(self) -> str:
        return str(ClientRisk.Band(self.band).label)


@dataclass(frozen=True)
class Mover:
    """`before`, `after`: points; None = not scored under that rule."""

    client: Client
    before: float | None
    after: float | None


@dataclass(frozen=True)
class Effect:
    """`read_anew`: the draft looks at other windows or minimums than the run, so the facts were read, not only added up."""

    run: RiskRun
    read_anew: bool
    changes: Sequence[Change]
    into_high: Sequence[Mover]
    out_of_high: Sequence[Mover]

    @property
    def high(self) -> Change:
        return self.changes[0]


def try_risk_rule(*, branch: Branch, rules: Mapping[str, Any]) -> Effect | None:
    """None before the first night. Raises RuleFault for rules that are wrong."""
    draft = read_risk_rules(rules)
    run = RiskRun.objects.filter(branch=branch, is_current=True).select_related("policy").first()
    if run is None:
        return None
    of_run = read_risk_rules(run.policy.rules)
    kept = kept_measures(run) or measure(load_facts(branch, as_of=run.as_of, rules=of_run), of_run)
    read_anew = what_is_read(draft) != what_is_read(of_run)
    anew = measure(load_facts(branch, as_of=run.as_of, rules=draft), draft) if read_anew else kept
    ids = np.union1d(kept.client_ids, anew.client_ids)
    before, bands_before = _spread(kept, of_run, ids)
    after, bands_after = _spread(anew, draft, ids)
    enter = (bands_after == HIGH) & (bands_before != HIGH)
    leave = (bands_before == HIGH) & (bands_after != HIGH)
    return Effect(
        run,
        read_anew,
        [_change(band, bands_before, bands_after) for band in (HIGH, WATCH, LOW)],
        _named(ids, enter, before, after, by=after),
        _named(ids, leave, before, after, by=before),
    )


def what_is_read(rules: RiskRules) -> tuple[float, ...]:
    """What the facts are measured with; everything else is only added up."""
    return (
        rules.recent_days,
        rules.look_back_days,
        rules.year_days,
        rules.least_assets,
        rules.least_trade_days,
        rules.least_traded,
        rules.least_silent_days,
    )


def _spread(measured: Measured, rules: RiskRules, ids: npt.NDArray[np.int64]) -> tuple[Any, Any]:
    """Points and bands in the order of `ids`; NaN and 0 for who is not scored."""
    scored = score(measured, rules)
    places = np.searchsorted(ids, measured.client_ids)
    points, bands = np.full(len(ids), np.nan), np.zeros(len(ids), dtype=np.int64)
    points[places], bands[places] = scored.points, scored.bands
    return points, bands


def _change(band: int, before: Any, after: Any) -> Change:
    was, becomes = before == band, after == band
    return Change(band, int(was.sum()), int(becomes.sum()), int((becomes & ~was).sum()), int((was & ~becomes).sum()))


def _named(ids: Any, chosen: Any, before: Any, after: Any, *, by: Any) -> list[Mover]:
    """The first by points of one side; the caller's branch has been seen by whoever may see the desk."""
    places = np.flatnonzero(chosen)
    places = places[np.argsort(-by[places], kind="stable")][:NAMED]
    clients = Client.objects.in_bulk([int(ids[at]) for at in places])
    return [
        Mover(clients[int(ids[at])], _known(before[at]), _known(after[at])) for at in places if int(ids[at]) in clients
    ]


def _known(points: float) -> float | None:
    return None if np.isnan(points) else float(points)
