"""The own days in any calendar program: the page where its address is issued, and the address itself."""

from __future__ import annotations

from datetime import UTC, timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, permission_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from servicelog.domain.icalendar import Event, calendar_text
from servicelog.models import CalendarFeed
from servicelog.queries.calendar import Day, days_of
from servicelog.services.calendar_feed import hash_of, issue_calendar_secret, revoke_calendar_secret
from servicelog.views.day_tabs import day_tabs

#: Days the calendar looks ahead.
AHEAD = timedelta(days=28)
#: Readings of one calendar, and wrong secrets from one address, that are answered within so many seconds.
READINGS, WRONG, WITHIN = 30, 20, 600


@require_http_methods(["GET", "POST"])
@permission_required("servicelog.keep_calendar", raise_exception=True)
@never_cache
def calendar(request: HttpRequest) -> HttpResponse:
    """Advisors, for the own days. A POST issues a new address, shows it this once, and ends the one before."""
    address = ""
    if request.method == "POST":
        secret = issue_calendar_secret(owner=request.user)
        address = request.build_absolute_uri(f"{reverse('servicelog:calendar_feed')}?key={secret}")
    feed = CalendarFeed.objects.filter(owner=request.user).first()
    context = {"feed": feed, "address": address, "tabs": day_tabs(request, "calendar")}
    return render(request, "servicelog/calendar.html", context)


@require_POST
@permission_required("servicelog.keep_calendar", raise_exception=True)
def calendar_revocation(request: HttpRequest) -> HttpResponse:
    if revoke_calendar_secret(owner=request.user):
        messages.success(
            request, _("The calendar address has been taken back; programs that know it get nothing more.")
        )
    return redirect("servicelog:calendar")


@require_GET
@login_not_required
@never_cache
def calendar_feed(request: HttpRequest) -> HttpResponse:
    """Open to whoever knows the secret: counts per day, no personal data. The secret is a parameter, for logs keep only paths."""
    mark = hash_of(request.GET.get("key", "")[:200])
    feed = CalendarFeed.objects.select_related("owner__branch").filter(secret_hash=mark).first()
    known = feed is not None and feed.owner.has_perm("servicelog.keep_calendar")
    counter, most = (f"calendar:{mark}", READINGS) if known else (f"calendar:{request.META['REMOTE_ADDR']}", WRONG)
    if too_often(counter, most):
        return HttpResponse(status=429, headers={"Retry-After": str(WITHIN)})
    if not known:
        raise Http404
    CalendarFeed.objects.filter(pk=feed.pk).update(read_at=timezone.now())
    today = timezone.localdate()
    with translation.override(feed.owner.language or settings.LANGUAGE_CODE):
        days = days_of(feed.owner, today=today, until=today + AHEAD)
        text = calendar_text(
            name=_("Tasks and promises"),
            owner=str(feed.pk),
            events=[event for day in days for event in events_of(day)],
            stamp=timezone.now().astimezone(UTC),
        )
    headers = {"Content-Disposition": 'inline; filename="today.ics"', "Referrer-Policy": "no-referrer"}
    return HttpResponse(text, content_type="text/calendar; charset=utf-8", headers=headers)


def events_of(day: Day) -> list[Event]:
    """The day in one line such as "3 mandatory · 2 promises due", and an entry of its own for what has an hour."""
    parts = []
    if day.mandatory:
        parts.append(ngettext("%(n)d mandatory", "%(n)d mandatory", day.mandatory) % {"n": day.mandatory})
    if day.promises:
        parts.append(ngettext("%(n)d promise due", "%(n)d promises due", day.promises) % {"n": day.promises})
    if day.overdue:
        parts.append(_("%(n)d of them overdue") % {"n": day.overdue})
    events = [Event(day.day, "day", " · ".join(parts))]
    for at, count in sorted(day.timed.items()):
        words = ngettext("%(n)d mandatory by %(at)s", "%(n)d mandatory by %(at)s", count)
        events.append(Event(day.day, f"{at:%H%M}", words % {"n": count, "at": f"{at:%H:%M}"}, at))
    return events


def too_often(counter: str, most: int) -> bool:
    """Counts one more within the window. Without a cache nothing is held back: the secret itself cannot be guessed."""
    cache.add(counter, 0, WITHIN)
    try:
        return bool(cache.incr(counter) > most)
    except ValueError:  # The window ended between the two lines.
        return False
