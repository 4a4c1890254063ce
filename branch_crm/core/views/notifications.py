"""The bell, its menu, the page of all notifications, and which kinds a person wants. Everybody sees only one's own."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from branch_crm.core.context import MOST_UNREAD
from branch_crm.core.models import Notification
from branch_crm.core.notifications import kinds_for
from branch_crm.core.services.choose_notifications import choose_notifications
from branch_crm.core.services.mark_read import mark_read

IN_MENU, ON_PAGE = 10, 50
#: Tells the bell to look at once.
READ = "notifications-read"


@require_GET
def notification_list(request: HttpRequest) -> HttpResponse:
    """Newest first, by key: `before` is the last number of the page before."""
    found = Notification.objects.visible_to(request.user)
    unread = request.GET.get("unread") == "1"
    if unread:
        found = found.unread()
    before = request.GET.get("before", "")
    if before.isdecimal():
        found = found.filter(pk__lt=min(int(before), 2**63 - 1))
    rows = list(found[: ON_PAGE + 1])
    more = len(rows) > ON_PAGE
    context = {"rows": rows[:ON_PAGE], "unread": unread, "older": rows[ON_PAGE - 1].pk if more else None}
    return render(request, "core/notification_list.html", context)


@require_GET
def notification_menu(request: HttpRequest) -> HttpResponse:
    return _menu(request)


@require_GET
def notification_bell(request: HttpRequest) -> HttpResponse:
    """Asked for every 30 seconds with what the bell shows: an empty answer while that is still true."""
    count = Notification.objects.visible_to(request.user).count_unread(at_most=MOST_UNREAD)
    if request.GET.get("shown") == str(count):
        return HttpResponse(status=204)
    return render(request, "components/_bell_count.html", {"unread": count})


@require_POST
def notification_read(request: HttpRequest, pk: int) -> HttpResponse:
    own = get_object_or_404(Notification.objects.visible_to(request.user), pk=pk)
    mark_read(user=request.user, pk=own.pk)
    return HttpResponse(status=204)


@require_POST
def notifications_read(request: HttpRequest) -> HttpResponse:
    mark_read(user=request.user)
    if request.htmx:
        return trigger_client_event(_menu(request), READ)
    return redirect("core:notification_list")


@require_http_methods(["GET", "POST"])
def notification_settings(request: HttpRequest) -> HttpResponse:
    """The kinds that concern one's role, all wanted until switched off."""
    if request.method == "POST":
        choose_notifications(user=request.user, wanted=request.POST.getlist("kinds"))
        messages.success(request, _("Your choice of notifications has been saved."))
        return redirect("core:notification_settings")
    muted = set(request.user.muted_kinds.values_list("kind", flat=True))
    kinds = [(kind, kind.code not in muted) for kind in kinds_for(request.user)]
    return render(request, "core/notification_settings.html", {"kinds": kinds})


def _menu(request: HttpRequest) -> HttpResponse:
    rows = Notification.objects.visible_to(request.user)[:IN_MENU]
    return render(request, "core/_notification_menu.html", {"rows": rows})
