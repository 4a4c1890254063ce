"""The retention policy: the clock of a leaving request, the parts of a case, what may be offered, how staying is checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from decimal import Decimal, InvalidOperation
from typing import Any

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
}  # fmt: skip


class RetentionPolicyError(ValueError):
    """`field` is the path of the field that is wrong, e.g. `clock.sessions`."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


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


def read_retention_rules(raw: Mapping[str, Any]) -> RetentionRules:
    """Check a stored policy and freeze it; sections that are missing count with their defaults.

    Raises RetentionPolicyError for the first field that is out of range.
    """
    whole = {**DEFAULT_RULES, **raw}
    case, verify = _table(whole, "case"), _table(whole, "verify")
    minutes = _table(case, "answer_minutes", "case.")
    hours = {**DEFAULT_RULES["case"]["hours"], **case.get("hours", {})}
    days = verify.get("days")
    if days != sorted(set(days or [])) or len(days) != 2 or not all(isinstance(day, int) and day > 0 for day in days):
        raise RetentionPolicyError("verify.days", "must be two whole numbers of days, the smaller first")
    says = _table(whole, "must_say")
    return RetentionRules(
        clock=_clock(_table(whole, "clock")),
        case=CaseRules(
            answer_minutes={role: _whole(minutes, role, "case.answer_minutes.", 1, 480) for role in minutes},
            director_from_tier=_whole(case, "director_from_tier", "case.", 1, 6),
            rest_days=_whole(case, "rest_days", "case.", 0, 365),
            opens=_time(hours, "opens", "case.hours."),
            closes=_time(hours, "closes", "case.hours."),
        ),
        duty=_texts(whole, "duty", ""),
        concessions=tuple(_concession(row, f"concessions.{at}.") for at, row in enumerate(whole["concessions"])),
        verify=Verify(
            days=tuple(days),
            least_assets_share=_decimal(verify, "least_assets_share", "verify.", "0", "1"),
            least_activity=_whole(verify, "least_activity", "verify.", 0, 100),
        ),
        must_say={language: _texts(says, language, "must_say.") for language in ("zh", "en")},
        most_accounts=_whole(_table(whole, "accounts"), "most", "accounts.", 1, 20),
    )


def _clock(part: Mapping[str, Any]) -> ClockRules:
    sessions = _whole(part, "sessions", "clock.", 1, 30)
    if part.get("counting") not in (NEXT_SESSION, SAME_DAY):
        raise RetentionPolicyError("clock.counting", f"must be {NEXT_SESSION} or {SAME_DAY}")
    warnings = []
    for at, row in enumerate(part.get("warnings") or []):
        path = f"clock.warnings.{at}."
        warnings.append(Warn(_whole(row, "session", path, 1, sessions), _time(row, "at", path)))
    return ClockRules(
        sessions=sessions,
        counting=str(part["counting"]),
        day_ends=_time(part, "day_ends", "clock."),
        warnings=tuple(sorted(warnings, key=lambda warn: (warn.session, warn.at))),
        source=str(part.get("source", "")),
    )


def _concession(row: Mapping[str, Any], path: str) -> Concession:
    kind = row.get("kind")
    if kind not in ("rate", "fixed"):
        raise RetentionPolicyError(f"{path}kind", "must be rate or fixed")
    for name in ("code", "zh", "en"):
        if not isinstance(row.get(name), str) or not row[name].strip():
            raise RetentionPolicyError(f"{path}{name}", "is missing")
    below = row.get("director_below")
    return Concession(
        code=row["code"],
        zh=row["zh"],
        en=row["en"],
        kind=kind,
        lowest_rate=_decimal(row, "lowest_rate", path, "0", "0.003") if kind == "rate" else None,
        yearly_cost=_decimal(row, "yearly_cost", path, "0", "1000000") if kind == "fixed" else Decimal(0),
        director_below=None if below is None else _decimal(row, "director_below", path, "0", "1000000"),
        least_revenue=_decimal(row, "least_revenue", path, "0", "100000000"),
    )


def _table(raw: Mapping[str, Any], name: str, path: str = "") -> Mapping[str, Any]:
    part = raw.get(name)
    if not isinstance(part, Mapping):
        raise RetentionPolicyError(f"{path}{name}", "is missing or not a table")
    return part


def _whole(part: Mapping[str, Any], name: str, path: str, low: int, high: int) -> int:
    value = part.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise RetentionPolicyError(f"{path}{name}", f"must be a whole number from {low} to {high}, got {value!r}")
    return value


def _decimal(part: Mapping[str, Any], name: str, path: str, low: str, high: str) -> Decimal:
    """Money and rates travel as text, so that JSON never makes floats of them."""
    try:
        value = Decimal(str(part.get(name)))
    except InvalidOperation:
        raise RetentionPolicyError(f"{path}{name}", f"must be a number, got {part.get(name)!r}") from None
    if not (value.is_finite() and Decimal(low) <= value <= Decimal(high)):
        raise RetentionPolicyError(f"{path}{name}", f"must be from {low} to {high}, got {value}")
    return value


def _time(part: Mapping[str, Any], name: str, path: str) -> time:
    try:
        return time.fromisoformat(str(part.get(name)))
    except ValueError:
        raise RetentionPolicyError(f"{path}{name}", "must be a time such as 08:30") from None


def _texts(part: Mapping[str, Any], name: str, path: str) -> tuple[str, ...]:
    rows = part.get(name)
    if not isinstance(rows, list) or not all(isinstance(row, str) and row for row in rows):
        raise RetentionPolicyError(f"{path}{name}", "must be a list of texts")
    return tuple(rows)
