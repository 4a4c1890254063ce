"""What a phone or desk needs to install the product as an app of its own (W3C Web App Manifest)."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, gettext, pgettext
from django.views.decorators.http import require_GET

#: `--paper` of static/css/tokens.css: what the system draws around the app before the page is there. The pages name the dark one.
PAPER = "#f6f5f1"
ICONS = (("app-192.png", 192, "any"), ("app-512.png", 512, "any"), ("app-maskable-512.png", 512, "maskable"))


@login_not_required
@require_GET
def manifest(request: HttpRequest) -> JsonResponse:
    """In the reader's language; it says nothing about a branch, so it needs no sign-in.

    There is no service worker on purpose: no page with client data is ever kept on the device.
    """
    name = gettext("Branch CRM")
    content: dict[str, Any] = {
        "id": "/",
        "start_url": reverse("home"),
        "scope": "/",
        "display": "standalone",
        "lang": "zh-Hans" if get_language() == "zh-hans" else get_language(),
        "dir": "ltr",
        "name": name,
        "short_name": pgettext("app label", "Branch CRM"),
        "theme_color": PAPER,
        "background_color": PAPER,
        "icons": [
            {"src": static(f"icons/{file}"), "sizes": f"{side}x{side}", "type": "image/png", "purpose": purpose}
            for file, side, purpose in ICONS
        ],
        "shortcuts": [
            {"name": gettext("Today"), "url": reverse("servicelog:today")},
            {"name": gettext("Log a contact"), "url": reverse("servicelog:contact_new")},
        ],
    }
    return JsonResponse(content, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})
