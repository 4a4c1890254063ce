"""The moments of truth the product knows: what each asks of the data, by when, and which figures a branch may set.

A trigger is code; whether, for whom and how strictly it asks is data (`MotPolicy.rules`, servicelog.domain.mot.rules). The list
is that of domain knowledge 必做 / 选做: mandatory tasks are measured for being in time, optional ones carry no quota (paper,
row 19); for platinum and above all optional ones are aims.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time

MUST, MAY, OFF = "must", "may", "off"
USES = (MUST, MAY, OFF)
TIERS = (1, 2, 3, 4, 5)

EVERY_TIER_MUST = (MUST,) * 5
FROM_GOLD_MUST = (OFF, OFF, MUST, MUST, MUST)
#: Optional moments: the two lowest tiers are served digitally, and would drown an advisor.
FROM_GOLD_MAY = (OFF, OFF, MAY, MAY, MAY)
#: Moments that hold for a large part of every book at any time.
FROM_PLATINUM_MAY = (OFF, OFF, OFF, MAY, MAY)


@dataclass(frozen=True)
class Parameter:
    """A number a branch may set. unit: `money` 元, `share` 0-1, `percent`, `sessions` trading days, `days`, `times`, `shares`."""

    default: float
    low: float
    high: float
    unit: str


@dataclass(frozen=True)
class Trigger:
    """code: also the name of its query in servicelog.queries.mot. uses: must, may or off for tiers 1-5.

    limit: trading days from the day it was raised to the deadline, 0 = the same day; where the data itself names a day (an
    expiry, a maturity) that day counts instead. cooldown: trading days in which the same moment does not ask again.
    marketing: silent for clients who want no marketing contacts. due_time: hour of the deadline's day, None = its end.
    """

    code: str
    uses: tuple[str, ...]
    limit: int
    cooldown: int = 0
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    marketing: bool = False
    due_time: time | None = None


def _sessions(default: float, high: float = 250) -> Parameter:
    return Parameter(default, 1, high, "sessions")


def _share(default: float) -> Parameter:
    return Parameter(default, 0.01, 10, "share")


def _money(default: float) -> Parameter:
    return Parameter(default, 0, 1e12, "money")


def _days(default: float, high: float = 400) -> Parameter:
    return Parameter(default, 1, high, "days")


#: How many trading days back a happening is still taken up: nights that were missed lose nothing.
CATCH_UP = _sessions(5, 60)

#: A further flow within the window asks anew when it is so many times the one that asked before (domain.mot.flows).
AGAIN = Parameter(2, 1, 10, "times")

MANDATORY = (
    Trigger("new_client", EVERY_TIER_MUST, 2, parameters={"catch_up": CATCH_UP}),
    Trigger("new_permission", EVERY_TIER_MUST, 5, parameters={"catch_up": CATCH_UP}),
    Trigger(
        "risk_expiring", EVERY_TIER_MUST, 5, parameters={"first": _days(60), "second": _days(30), "last": _days(7)}
    ),
    Trigger("risk_expired", EVERY_TIER_MUST, 5, cooldown=60, parameters={"within": _days(30)}),
    Trigger(
        "large_outflow",
        EVERY_TIER_MUST,
        1,
        parameters={"sessions": _sessions(5), "amount": _money(100_000), "share": _share(0.2), "again": AGAIN},
    ),
    Trigger(
        "large_inflow",
        EVERY_TIER_MUST,
        1,
        parameters={"sessions": _sessions(5), "amount": _money(100_000), "share": _share(0.2), "again": AGAIN},
    ),
    # New shares are paid for until the afternoon of the second day after the draw.
    Trigger("new_share_win", EVERY_TIER_MUST, 0, parameters={"sessions": _sessions(2)}, due_time=time(15)),
    Trigger("margin_line", EVERY_TIER_MUST, 0, cooldown=5, parameters={"line": Parameter(150, 100, 1000, "percent")}),
    Trigger("id_expiring", EVERY_TIER_MUST, 5, parameters={"first": _days(90), "last": _days(30)}),
    Trigger("complaint", EVERY_TIER_MUST, 1, parameters={"catch_up": CATCH_UP}),
    Trigger("product_maturing", EVERY_TIER_MUST, 3, parameters={"first": _sessions(10), "last": _sessions(3)}),
    Trigger("closing", EVERY_TIER_MUST, 1, parameters={"catch_up": CATCH_UP}),
    Trigger(
        "new_advisor",
        EVERY_TIER_MUST,
        3,
        # Who comes back within so many days of leaving, as after a cover, need not introduce himself again.
        parameters={"catch_up": CATCH_UP, "back_within": Parameter(30, 0, 400, "days")},
    ),
    # So many days after another advisor took over: does the client feel at home?
    Trigger("after_transfer_7", FROM_GOLD_MUST, 3, parameters={"catch_up": CATCH_UP}),
    Trigger("after_transfer_30", FROM_GOLD_MUST, 5, parameters={"catch_up": CATCH_UP}),
    Trigger("after_transfer_90", FROM_GOLD_MUST, 5, parameters={"catch_up": CATCH_UP}),
    Trigger("risk_warning_holding", EVERY_TIER_MUST, 1, cooldown=20, parameters={"catch_up": CATCH_UP}),
)

OPTIONAL = (
    Trigger("birthday", FROM_GOLD_MAY, 0, marketing=True),
    Trigger("anniversary", FROM_PLATINUM_MAY, 0, marketing=True),
    Trigger(
        "back_after_silence",
        FROM_GOLD_MAY,
        3,
        cooldown=60,
        parameters={"days": _days(90), "catch_up": CATCH_UP},
    ),
    Trigger("silent", FROM_GOLD_MAY, 3, cooldown=60, parameters={"days": _days(60), "assets": _money(10_000)}),
    Trigger("loss", FROM_GOLD_MAY, 3, cooldown=20, parameters={"sessions": _sessions(20), "share": _share(0.2)}),
    Trigger("gain", FROM_GOLD_MAY, 3, cooldown=20, parameters={"sessions": _sessions(20), "share": _share(0.2)}),
    Trigger(
        "concentration", FROM_PLATINUM_MAY, 5, cooldown=60, parameters={"share": _share(0.6), "value": _money(50_000)}
    ),
    Trigger(
        "idle_cash",
        FROM_GOLD_MAY,
        5,
        cooldown=40,
        parameters={"sessions": _sessions(20), "share": _share(0.3), "cash": _money(50_000)},
        marketing=True,
    ),
    Trigger("tier_up", FROM_GOLD_MAY, 5, cooldown=20, parameters={"catch_up": CATCH_UP}),
    Trigger("near_tier", (OFF, OFF, MAY, MAY, OFF), 5, cooldown=60, parameters={"share": _share(0.1)}, marketing=True),
    Trigger(
        "unused_quota",
        FROM_PLATINUM_MAY,
        5,
        cooldown=60,
        parameters={"sessions": _sessions(20), "quota": Parameter(1000, 1, 1e9, "shares")},
        marketing=True,
    ),
    Trigger(
        "wealth_elsewhere",
        FROM_GOLD_MAY,
        5,
        cooldown=120,
        parameters={"times": Parameter(2, 0.1, 100, "times"), "amount": _money(100_000)},
        marketing=True,
    ),
    Trigger("dividend", FROM_GOLD_MAY, 2, cooldown=20, parameters={"sessions": _sessions(2), "amount": _money(5_000)}),
    Trigger("festival", FROM_PLATINUM_MAY, 2, cooldown=10, marketing=True),
    Trigger(
        "market_shock",
        FROM_GOLD_MAY,
        2,
        cooldown=20,
        parameters={"sessions": _sessions(5), "share": _share(0.08)},
    ),
)

TRIGGERS: Mapping[str, Trigger] = {trigger.code: trigger for trigger in (*MANDATORY, *OPTIONAL)}
