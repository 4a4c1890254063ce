"""Dates as lists show them, and distances counted in trading days."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext, pgettext_lazy

from branch_crm.core import trading_calendar

register = template.Library()

WEEKDAYS = (
    pgettext_lazy("short weekday", "Mon"),
    pgettext_lazy("short weekday", "Tue"),
    pgettext_lazy("short weekday", "Wed"),
    pgettext_lazy("short weekday", "Thu"),
    pgettext_lazy("short weekday", "Fri"),
    pgettext_lazy("short weekday", "Sat"),
    pgettext_lazy("short weekday", "Sun"),
)


def _as_date(moment: object) -> date | None:
    if isinstance(moment, datetime):
        return timezone.localtime(moment).date() if timezone.is_aware(moment) else moment.date()
    return moment if isinstance(moment, date) else None


def short_day(day: date) -> str:
    """Month, day and weekday in the order of the language."""
    return gettext("%(weekday)s %(day)s") % {"weekday": WEEKDAYS[day.weekday()], "day": f"{day:%m-%d}"}


@register.filter
def day(moment: object) -> SafeString | str:
    """`Tue 11-24`; another year is written out: `2025-11-24`."""
    value = _as_date(moment)
    if value is None:
        return "–"
    text = short_day(value)
    if value.year != timezone.localdate().year:
        text = f"{value:%Y-%m-%d}"
    return format_html('<time class="num" datetime="{0}" title="{0}">{1}</time>', f"{value:%Y-%m-%d}", text)


@register.filter
def moment(when: object) -> SafeString | str:
    """Date and time of day in Asia/Shanghai: `Tue 11-24 14:05`."""
    if not isinstance(when, datetime):
        return day(when)
    local = timezone.localtime(when) if timezone.is_aware(when) else when
    return format_html(
        '<time class="num" datetime="{}" title="{}">{} {}</time>',
        local.isoformat(timespec="seconds"),
        f"{local:%Y-%m-%d %H:%M:%S}",
        short_day(local.date()),
        f"{local:%H:%M}",
    )


@register.simple_tag(takes_context=True)
def trading_distance(context: template.Context, moment: object) -> str:
    """`3 trading days ago`, `in 2 trading days`, `today`. The calendar is read once per rendered page."""
    value = _as_date(moment)
    if value is None:
        return "–"
    store = context.render_context
    calendar = store.get("trading_calendar")
    if calendar is None:
        calendar = store["trading_calendar"] = trading_calendar.load()
    today = timezone.localdate()
    sessions = calendar.count(value, today)
    if value == today:
        return gettext("today")
    if value < today:
        return ngettext("%(days)d trading day ago", "%(days)d trading days ago", sessions) % {"days": sessions}
    return ngettext("in %(days)d trading day", "in %(days)d trading days", -sessions) % {"days": -sessions}
