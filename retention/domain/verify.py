"""Whether a client who said to stay has stayed: still a client, the assets without market moves, and something done."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from retention.domain.rules import Verify

KEPT, FADED, LOST = "kept", "faded", "lost"


@dataclass(frozen=True)
class Seen:
    """still_client: not closed, no leaving request done since. assets: at the opening, 元; None = not known. net_flow: money in
    less money out across the branch's border since then, 元. active_days: days with trades, orders or own contacts since the end.
    """

    still_client: bool
    assets: Decimal | None
    net_flow: Decimal
    active_days: int


def share_left(seen: Seen) -> Decimal | None:
    """Of the assets at the opening, had the market stood still; None where there were none to measure by."""
    if seen.assets is None or seen.assets <= 0:
        return None
    return max(Decimal(0), (seen.assets + seen.net_flow) / seen.assets).quantize(Decimal("0.0001"))


def judge(seen: Seen, rules: Verify) -> str:
    """Without assets to measure by, activity alone speaks."""
    if not seen.still_client:
        return LOST
    share = share_left(seen)
    there = share is None or share >= rules.least_assets_share
    return KEPT if there and seen.active_days >= rules.least_activity else FADED
