"""What the queries of all moments share: their shape, the clients they read, and the days they are given.

A query selects from the temporary table `mot_client` (one row per client who may be asked for: MOT_CLIENTS) and the facts, and
gives (client_id, happening, at_stake, due_on, facts): `happening` names the event by what makes it unique, so that the same
event never asks twice, whichever night looks at it; `due_on` null = the policy's limit; `facts` is what the why panel shows.
Parameters: `branch`, `day` (the session the night works on), and what DAYS and the policy name.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from branch_crm.core.trading_calendar import TradingCalendar

#: Clients who may be asked for on a day, with their holdings of the newest snapshot up to it. Who is closed is left alone.
#: `clients`: only these; null = all of the branch.
MOT_CLIENTS = """
    CREATE TEMPORARY TABLE mot_client ON COMMIT DROP AS
    SELECT c.id AS client_id, c.advisor_id, coalesce(f.tier, 1) AS tier, f.value, c.is_institution, c.birth_date,
           c.opened_on, c.status, c.risk_valid_until, c.id_valid_until, coalesce(p.marketing_opt_out, false) AS opted_out,
           coalesce(a.total, 0) AS total, coalesce(a.total, 0) - coalesce(a.margin_debt, 0) - coalesce(a.short_debt, 0) AS net,
           coalesce(a.cash, 0) AS cash, coalesce(a.margin_debt, 0) AS margin_debt, a.margin_ratio, a.day AS holdings_on
    FROM clients_client c
    LEFT JOIN clients_clientfigures f ON f.client_id = c.id
    LEFT JOIN clients_clientprofile p ON p.client_id = c.id
    LEFT JOIN LATERAL (
        SELECT total, margin_debt, short_debt, cash, margin_ratio, s.day FROM clients_assetsnapshot s
        WHERE s.client_id = c.id AND s.day <= %(day)s ORDER BY s.day DESC LIMIT 1
    ) a ON true
    WHERE c.branch_id = %(branch)s AND c.status <> 'closed' AND (%(clients)s::bigint[] IS NULL OR c.id = ANY(%(clients)s))
"""

#: Parameters in sessions that open a window ending on the night's day, as `first_day`.
WINDOWS = ("sessions", "catch_up")


def days_of(parameters: Mapping[str, float], day: date, calendar: TradingCalendar) -> dict[str, Any]:
    """Parameters of a policy as a query takes them: windows back become `first_day`, sessions ahead days of their own."""
    given: dict[str, Any] = dict(parameters)
    for name in WINDOWS:
        if name in parameters:
            given["first_day"] = _back(day, int(parameters[name]), calendar)
    return given


def maturing_days(parameters: Mapping[str, float], day: date, calendar: TradingCalendar) -> dict[str, Any]:
    """`first` and `last` of product_maturing are sessions ahead."""
    return {
        "far_day": calendar.shift(day, int(parameters["first"])),
        "last_day": calendar.shift(day, int(parameters["last"])),
    }


def _back(day: date, sessions: int, calendar: TradingCalendar) -> date:
    """The first day of a window of so many sessions that ends on `day`."""
    return calendar.shift(day, 1 - sessions) if sessions > 1 else calendar.on_or_before(day)
