"""Appearance, language and market colours: kept on the account, and in cookies for the pages before login."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from branch_crm.core.models.staff import Theme

A_YEAR = 365 * 24 * 3600


@login_not_required
@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Takes any of `theme`, `language`, `red_rises` (yes or no) and returns to `next`; unknown values change nothing."""
    wanted = request.POST.get("next", "")
    allowed = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    response = HttpResponseRedirect(wanted if allowed else reverse("home"))
    changed: dict[str, object] = {}
    if request.POST.get("theme") in Theme.values:
        changed["theme"] = request.POST["theme"]
        _remember(response, "theme", request.POST["theme"])
    if request.POST.get("language") in dict(settings.LANGUAGES):
        changed["language"] = request.POST["language"]
        _remember(response, settings.LANGUAGE_COOKIE_NAME, request.POST["language"])
    if request.POST.get("red_rises") in ("yes", "no"):
        changed["red_rises"] = request.POST["red_rises"] == "yes"
    if changed and request.user.is_authenticated:
        for field, value in changed.items():
            setattr(request.user, field, value)
        request.user.save(update_fields=list(changed))
    return response


def _remember(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name, value, max_age=A_YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE, httponly=name != "theme"
    )
