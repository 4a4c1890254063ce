"""Fill the trading-day table from the published calendar of the library."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from branch_crm.core.models import TradingDay


@transaction.atomic
def sync_calendar(*, first: date = date(2015, 1, 1)) -> int:
    """Insert or refresh every weekday the library knows from `first` on; days entered by hand are left alone.

    Only weekdays get a row: both exchanges are shut on every weekend, make-up working days included. Returns the rows written.
    """
    import exchange_calendars

    calendar = exchange_calendars.get_calendar("XSHG", start=first.isoformat())
    sessions = {stamp.date() for stamp in calendar.sessions}
    # The library's bound is its last session; the days behind it up to New Year belong to the same published year.
    last = date(max(sessions).year, 12, 31)
    by_hand = set(TradingDay.objects.filter(source=TradingDay.Source.MANUAL).values_list("day", flat=True))
    days = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
    rows = [
        TradingDay(day=day, is_session=day in sessions, source=TradingDay.Source.LIBRARY)
        for day in days
        if day.weekday() < 5 and day not in by_hand
    ]
    TradingDay.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["day"], update_fields=["is_session", "source"], batch_size=2000
    )
    return len(rows)
