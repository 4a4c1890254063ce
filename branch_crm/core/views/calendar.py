"""The trading calendar as compliance sees and corrects it."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from branch_crm.core import trading_calendar
from branch_crm.core.forms import TradingDayForm
from branch_crm.core.models import TradingDay
from branch_crm.core.services.set_trading_day import set_trading_day

#: Fewer published days ahead than this bring a warning on every calendar page.
WARN_BELOW = 30


@require_http_methods(["GET", "POST"])
@permission_required("core.edit_calendar", raise_exception=True)
def calendar(request: HttpRequest) -> HttpResponse:
    form = TradingDayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        row = set_trading_day(
            **{name: form.cleaned_data[name] for name in ("day", "is_session", "note")}, actor=request.user
        )
        messages.success(request, _("%(day)s has been entered.") % {"day": row.day})
        return redirect("core:calendar")
    today = timezone.localdate()
    days = trading_calendar.load()
    ahead = [today + timedelta(days=offset) for offset in range(42)]
    return render(
        request,
        "core/calendar.html",
        {
            "form": form,
            "known_until": days.known_until,
            "few_left": (days.known_until - today).days < WARN_BELOW,
            "ahead": [(day, days.is_session(day), days.is_provisional(day)) for day in ahead],
            "by_hand": TradingDay.objects.filter(source=TradingDay.Source.MANUAL).order_by("-day")[:50],
        },
    )
