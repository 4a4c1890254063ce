"""What a run says about the branch as a whole: kept with the run as JSON, shown on the book page and in the why panel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from clients.domain.value.movement import CoreMove
from clients.domain.value.rules import COMPONENTS, TIERS
from clients.domain.value.score import Facts, Scores
from clients.domain.value.value_types import TYPES

#: Core moves kept by name, largest change of revenue first; the counts are always complete.
MOVES_KEPT = 200


def summarise(facts: Facts, scores: Scores, moves: Sequence[CoreMove], gone: int) -> dict[str, Any]:
    """Codes and numbers only; money in 元 rounded to cents."""
    net = np.nan_to_num(facts.net_assets, nan=0.0)
    core = scores.core
    listed = sorted(moves, key=lambda move: (-abs(move.revenue - (move.revenue_before or 0.0)), move.client))

    def group(mask: Any) -> dict[str, Any]:
        return {
            "clients": int(mask.sum()),
            "core": int((mask & core.is_core).sum()),
            "revenue": round(float(scores.revenue_12m[mask].sum()), 2),
            "assets": round(float(net[mask].sum()), 2),
        }

    return {
        "scales": dict(zip(COMPONENTS, scores.scales, strict=True)),
        "median_value": float(np.median(scores.value)) if len(facts) else None,
        "median_parts": {name: _median(scores.parts[:, index]) for index, name in enumerate(COMPONENTS)},
        "not_known": {name: int(np.isnan(scores.parts[:, index]).sum()) for index, name in enumerate(COMPONENTS)},
        "data_check": int(scores.quota.data_check.sum()),
        "types": {code: group(scores.value_type == index) for index, code in enumerate(TYPES)},
        "tiers": {str(tier): group(scores.tiers.tier == tier) for tier in TIERS},
        "waiting": int((scores.tiers.raw < scores.tiers.tier).sum()),
        "core": {
            "size": core.size,
            "clients": len(facts),
            "revenue": round(core.total, 2),
            "covered": core.covered,
            "cutoff": round(core.cutoff, 2),
            "curve": [[round(x, 5), round(y, 5)] for x, y in core.curve],
        },
        "core_moves": {
            "entered": sum(move.entered for move in moves),
            "left": sum(not move.entered for move in moves),
            "gone": gone,
            "listed": [
                {
                    "client": move.client,
                    "entered": move.entered,
                    "reason": move.reason,
                    "before": move.revenue_before,
                    "now": round(move.revenue, 2),
                }
                for move in listed[:MOVES_KEPT]
            ],
        },
    }


def _median(parts: Any) -> float | None:
    known = parts[~np.isnan(parts)]
    return float(np.median(known)) if known.size else None
