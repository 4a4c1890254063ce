"""What every request goes through: session limits, the reader's language, no copies of pages in shared caches."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils import translation

Handler = Callable[[HttpRequest], HttpResponse]

#: Kept in the session: the first and the last request after the sign-in, in seconds. The cookie's own age is the browser's word.
FIRST_SEEN, LAST_SEEN = "first_seen", "last_seen"


class NoNullCharacters:
    """No text of the database can hold one, so no address may ask for one: a plain refusal instead of a failed query."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "%00" in request.META.get("QUERY_STRING", "") or "\x00" in request.path:
            return HttpResponseBadRequest()
        return self.get_response(request)


class LanguageFromAccount:
    """The language cookie, else Chinese. The browser's wish is not followed: the product is Chinese by default."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        wanted = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class SessionLimits:
    """Ends a session after SESSION_IDLE_SECONDS without a request, and after SESSION_COOKIE_AGE in any case (OWASP ASVS
    7.3.1, 7.3.2). Background polls do not count as requests."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(time.time())
            last_seen = request.session.get(LAST_SEEN, now)
            first_seen = request.session.setdefault(FIRST_SEEN, now)
            if now - last_seen > settings.SESSION_IDLE_SECONDS or now - first_seen > settings.SESSION_COOKIE_AGE:
                logout(request)
                return redirect_to_login(request.get_full_path())
            # One write a minute is exact enough and keeps reads from becoming writes.
            if not request.headers.get("X-Poll") and (LAST_SEEN not in request.session or now - last_seen >= 60):
                request.session[LAST_SEEN] = now
        return self.get_response(request)


class NoStore:
    """Pages with client data must not stay in any cache (OWASP ASVS 14.3.2)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response
