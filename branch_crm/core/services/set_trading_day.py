"""Enter what the exchange announced for one day."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from branch_crm.core import audit
from branch_crm.core.models import Staff, TradingDay


@transaction.atomic
def set_trading_day(*, day: date, is_session: bool, note: str, actor: Staff) -> TradingDay:
    """A day entered by hand wins over the published calendar, also after its next refresh."""
    row, _created = TradingDay.objects.update_or_create(
        day=day, defaults={"is_session": is_session, "note": note, "source": TradingDay.Source.MANUAL}
    )
    audit.record(
        action="core.trading_day_set",
        actor=actor,
        branch=None,
        target=row,
        detail={"day": day.isoformat(), "open": is_session},
    )
    return row
