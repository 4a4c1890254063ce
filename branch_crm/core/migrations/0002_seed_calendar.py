"""The calendar must be there before the first trading-day question; later refreshes run `manage.py sync_calendar`."""

from datetime import date, timedelta

from django.db import migrations


def seed(apps, schema_editor):
    import exchange_calendars

    first = date(2015, 1, 1)
    sessions = {stamp.date() for stamp in exchange_calendars.get_calendar("XSHG", start=first.isoformat()).sessions}
    last = date(max(sessions).year, 12, 31)
    days = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
    TradingDay = apps.get_model("core", "TradingDay")
    TradingDay.objects.bulk_create(
        [TradingDay(day=day, is_session=day in sessions, source="library") for day in days if day.weekday() < 5],
        ignore_conflicts=True,
        batch_size=2000,
    )


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
