"""The retention policy: the clock of a leaving request, the parts of a case, what may be offered, how staying is checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from typing import Any

from branch_crm.core.domain.rule_table import RuleTable

#: From which day the sessions of the clock are counted.
NEXT_SESSION, SAME_DAY = "next_trading_day", "same_day"

#: Version 1. The section `clock` is compliance's, with its source; all else is a proposal for every branch to edit.
DEFAULT_RULES: dict[str, Any] = {
    "clock": {
        "sessions": 2,
        "counting": NEXT_SESSION,
        # The last moment of a session on which something can be done at the counter.
        "day_ends": "15:00",
        # A warning on that session of the clock at that hour.
        "warnings": [{"session": 1, "at": "12:00"}, {"session": 2, "at": "10:00"}],
        "source": "证券经纪业务管理办法(证监会令第204号): 申请后且账户交易结算完成, 两个交易日内办结",
    },
    "case": {
        # Minutes within which somebody who is called answers, before the duty officer is called.
        "answer_minutes": {"counter": 5, "advisor": 10, "director": 30},
        # Between these hours of a trading day somebody can be expected to answer.
        "hours": {"opens": "08:30", "closes": "17:30"},
        # From this tier on, and for every core client, the director is called too.
        "director_from_tier": 4,
        # Days without a new case of signals after one has ended.
        "rest_days": 90,
    },
    # Staff numbers of those on duty, in the order in which they are called.
    "duty": [],
    # What may be offered: who approves above the desk's own authority, and the least that the client must bring in a year, 元.
    "concessions": [
        {"code": "rate", "zh": "佣金率下调", "en": "Lower commission rate", "kind": "rate", "lowest_rate": "0.000120",
         "director_below": "0.000150", "least_revenue": "500"},
        {"code": "vip_line", "zh": "专属服务热线", "en": "Direct service line", "kind": "fixed", "yearly_cost": "200",
         "director_below": None, "least_revenue": "0"},
        {"code": "level2", "zh": "Level-2 行情(一年)", "en": "Level-2 quotes for a year", "kind": "fixed", "yearly_cost": "360",
         "director_below": None, "least_revenue": "1000"},
        {"code": "advisor", "zh": "更换服务人员", "en": "Another advisor", "kind": "fixed", "yearly_cost": "0",
         "director_below": None, "least_revenue": "0"},
    ],
    # Kept = still a client, and at least this share of the assets is there without market moves, with some activity.
    "verify": {"days": [30, 90], "least_assets_share": "0.70", "least_activity": 1},
    # Facts the counter should have at hand (domain knowledge §0): texts of compliance, each with its source.
    "must_say": {
        "zh": ["销户、转户是客户的权利，随时可以继续办理。", "申请后且账户结算完成，两个交易日内办结。"],
        "en": ["Closing or moving the account is the client's right and can go on at any moment.",
               "It is done within two trading days after the application and the account's settlement."],
    },
    "accounts": {"most": 3, "source": "一人三户 (2016-10)"},
    # What is read out before a client agrees to be contacted later: compliance's words.
    "consent": {
        "zh": "您是否同意我们日后就服务与您联系？完全自愿，不影响本次业务办理，可随时撤回。",
        "en": "May we contact you later about our services? It is up to you, has no influence on your request, "
              "and you can take it back at any time.",
    },
    # Nobody is contacted about coming back within so many days after leaving, or after the last talk about it.
    "win_back": {"rest_days": 90},
    # Below so many records a share is not shown, only how many there are.
    "figures": {"least": 10},
}  # fmt: skip


@dataclass(frozen=True)
class Warn:
    """Given on session `session` of the clock (1 = the first that counts) at that hour, Shanghai time."""

    session: int
    at: time


@dataclass(frozen=True)
class ClockRules:
    """sessions: trading days in which a request is to be done. counting: from which day they count. source: cited text."""

    sessions: int
    counting: str
    day_ends: time
    warnings: tuple[Warn, ...]
    source: str


@dataclass(frozen=True)
class CaseRules:
    """answer_minutes: by role. opens, closes: hours of a trading day, Shanghai time, in which those minutes run."""

    answer_minutes: Mapping[str, int]
    director_from_tier: int
    rest_days: int
    opens: time
    closes: time


@dataclass(frozen=True)
class Concession:
    """kind: `rate` (a commission rate, never under lowest_rate) or `fixed` (yearly_cost 元).

    director_below: under this rate the director approves, None = within everybody's authority. least_revenue: 元 a year.
    """

    code: str
    zh: str
    en: str
    kind: str
    lowest_rate: Decimal | None
    yearly_cost: Decimal
    director_below: Decimal | None
    least_revenue: Decimal


@dataclass(frozen=True)
class Verify:
    """days: when staying is checked. least_assets_share: of the assets at the opening, market moves taken out, 0-1.

    least_activity: days with trades, orders or counted contacts of the client's own since the case ended.
    """

    days: tuple[int, ...]
    least_assets_share: Decimal
    least_activity: int


@dataclass(frozen=True)
class RetentionRules:
    clock: ClockRules
    case: CaseRules
    duty: tuple[str, ...]
    concessions: tuple[Concession, ...]
    verify: Verify
    must_say: Mapping[str, tuple[str, ...]]
    most_accounts: int
    accounts_source: str
    consent: Mapping[str, str]
    win_back_rest_days: int
    least_records: int


def read_retention_rules(raw: Mapping[str, Any]) -> RetentionRules:
    """Check a stored policy and freeze it; sections that are missing count with their defaults.

    Raises RuleFault for the first field that is out of range.
    """
    whole = RuleTable({**DEFAULT_RULES, **raw})
    case, verify, says = (whole.table(name) for name in ("case", "verify", "must_say"))
    minutes = case.table("answer_minutes")
    hours = RuleTable({**DEFAULT_RULES["case"]["hours"], **case.rules.get("hours", {})}, "case.hours")
    days = verify.get("days")
    if days != sorted(set(days or [])) or len(days) != 2 or not all(isinstance(day, int) and day > 0 for day in days):
        raise verify.fault("days", "must be two whole numbers of days, the smaller first")
    return RetentionRules(
        clock=_clock(whole.table("clock")),
        case=CaseRules(
            answer_minutes={role: minutes.whole(role, 1, 480) for role in minutes.rules},
            director_from_tier=case.whole("director_from_tier", 1, 6),
            rest_days=case.whole("rest_days", 0, 365),
            opens=hours.time("opens"),
            closes=hours.time("closes"),
        ),
        duty=whole.texts("duty"),
        concessions=tuple(_concession(row) for row in whole.rows("concessions")),
        verify=Verify(
            days=tuple(days),
            least_assets_share=verify.decimal("least_assets_share", "0", "1"),
            least_activity=verify.whole("least_activity", 0, 100),
        ),
        must_say={language: says.texts(language) for language in ("zh", "en")},
        most_accounts=whole.table("accounts").whole("most", 1, 20),
        accounts_source=str(whole.table("accounts").rules.get("source", "")),
        consent={language: whole.table("consent").text(language) for language in ("zh", "en")},
        win_back_rest_days=whole.table("win_back").whole("rest_days", 0, 3650),
        least_records=whole.table("figures").whole("least", 1, 1000),
    )


def _clock(part: RuleTable) -> ClockRules:
    sessions = part.whole("sessions", 1, 30)
    warnings = [Warn(row.whole("session", 1, sessions), row.time("at")) for row in part.rows("warnings")]
    return ClockRules(
        sessions=sessions,
        counting=part.one_of("counting", (NEXT_SESSION, SAME_DAY)),
        day_ends=part.time("day_ends"),
        warnings=tuple(sorted(warnings, key=lambda warn: (warn.session, warn.at))),
        source=str(part.rules.get("source", "")),
    )


def _concession(row: RuleTable) -> Concession:
    kind = row.one_of("kind", ("rate", "fixed"))
    return Concession(
        code=row.text("code"),
        zh=row.text("zh"),
        en=row.text("en"),
        kind=kind,
        lowest_rate=row.decimal("lowest_rate", "0", "0.003") if kind == "rate" else None,
        yearly_cost=row.decimal("yearly_cost", "0", "1000000") if kind == "fixed" else Decimal(0),
        director_below=None if row.get("director_below") is None else row.decimal("director_below", "0", "1000000"),
        least_revenue=row.decimal("least_revenue", "0", "100000000"),
    )
