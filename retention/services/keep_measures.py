"""Keep the measures of the current run, so that a draft of the rule is tried by adding them up anew."""

from __future__ import annotations

import io
from typing import Any

import numpy as np

from retention.domain.risk.measures import Measured
from retention.domain.risk.rules import SIGNALS
from retention.models import RiskMeasures, RiskRun


def keep_measures(run: RiskRun, measured: Measured) -> None:
    """Those of the branch's earlier runs go: drafts are tried on the newest."""
    RiskMeasures.objects.filter(run__branch=run.branch_id).delete()
    buffer = io.BytesIO()
    columns: dict[str, Any] = {code: measured.measures[code] for code in SIGNALS}
    np.savez_compressed(buffer, client_ids=measured.client_ids, **columns)
    RiskMeasures.objects.create(run=run, payload=buffer.getvalue())


def kept_measures(run: RiskRun) -> Measured | None:
    """Without the figures behind them; None where the run keeps none, or none of a sign that has been added since."""
    kept = RiskMeasures.objects.filter(run=run).first()
    if kept is None:
        return None
    with np.load(io.BytesIO(kept.payload), allow_pickle=False) as columns:
        if not {*SIGNALS} <= {*columns.files}:
            return None
        return Measured(columns["client_ids"], {code: columns[code] for code in SIGNALS}, {})
