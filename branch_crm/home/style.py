"""The living style page: every shared component with made-up figures. For the firm administrator and for development."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from branch_crm.core.models import JobRun, Role
from branch_crm.core.templatetags import badges


class SampleForm(forms.Form):
    title = forms.CharField(
        label=gettext_lazy("Title"), max_length=40, help_text=gettext_lazy("At most 40 characters.")
    )
    tier = forms.ChoiceField(label=gettext_lazy("Tier"), choices=list(badges.TIERS.items()), required=False)
    share = forms.DecimalField(label=gettext_lazy("Share in percent"), min_value=0, max_value=100)
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Value types"),
        choices=list(badges.VALUE_TYPES.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(label=gettext_lazy("Note"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    locked = forms.BooleanField(label=gettext_lazy("Lock this line"), required=False)


def style(request: HttpRequest) -> HttpResponse:
    if not settings.DEBUG and getattr(request.user, "role", None) != Role.ADMIN:
        raise Http404
    form = SampleForm({"title": "", "share": "140"}) if "errors" in request.GET else SampleForm()
    return render(request, "home/style.html", {"form": form, **_samples()})


def style_why(request: HttpRequest) -> HttpResponse:
    if not settings.DEBUG and getattr(request.user, "role", None) != Role.ADMIN:
        raise Http404
    return render(request, "home/style_why.html", _why())


def _why() -> dict[str, Any]:
    return {
        "terms": [
            {"label": _("Commission"), "value": 31.2, "shown": "31.2", "note": "0.40 × 78.0"},
            {"label": _("Purchasing power"), "value": 18.6, "shown": "18.6", "note": "0.30 × 62.0"},
            {"label": _("Assets"), "value": 24.9, "shown": "24.9", "note": "0.30 × 83.0"},
            {"label": _("Data gap"), "value": -2.3, "shown": "−2.3"},
        ],
        "inputs": [
            {"label": _("Net commission, 12 months"), "value": "18,420.55", "href": reverse("home")},
            {"label": _("Mean net assets, 20 sessions"), "value": "3,204,118.00"},
        ],
        "rule": {"name": _("Value policy"), "version": "v3", "date": timezone.localdate() - timedelta(days=40)},
    }


def _samples() -> dict[str, Any]:
    now = timezone.now()
    running = JobRun(
        pk=1, kind="clients.import_extract", state="running", step="Loading trades", done=31200, total=88000
    )
    failed = JobRun(pk=2, kind="clients.score_values", state="failed", finished_at=now)
    months = [f"{(now - timedelta(days=30 * n)):%Y-%m}" for n in range(11, -1, -1)]
    return {
        "amounts": [0, 9999.99, 12345.6, 88_000_000, 99_999_999.99, 1_234_567_890, -4_200_000],
        "changes": [123_456, -88_000, 0],
        "tiers": list(badges.TIERS),
        "value_types": list(badges.VALUE_TYPES),
        "personas": [("PP", 0.86), ("FF", 0.71), ("II", 0.64), ("AA", 0.9), ("mixed", None), ("", None)],
        "task_kinds": list(badges.TASK_KINDS),
        "colleague": SimpleNamespace(name="Wang Siqi", staff_no="2101"),
        "days": [now, now - timedelta(days=5), now + timedelta(days=3), now - timedelta(days=400)],
        "segments": [(f"fill-tier-{n}", badges.TIERS[n], count) for n, count in zip(range(1, 6), (5210, 2480, 1410, 660, 240))],
        "chips": [{"text": _("Tier ≥ Platinum"), "remove_url": "?"}, {"text": _("No contact for 30 days"), "remove_url": "?"}],
        "tabs": [
            {"label": _("All clients"), "url": "?", "current": True, "count": "10,000"},
            {"label": _("Core clients"), "url": "?", "count": 812},
            {"label": _("Unassigned"), "url": "?", "count": 37},
        ],
        "columns": [{"name": "tier", "label": _("Tier"), "shown": True}, {"name": "assets", "label": _("Assets")}],
        "bulk_actions": [{"name": "plan", "label": _("Plan these clients")}, {"name": "export", "label": _("Export")}],
        "history": [
            {"at": now, "title": _("Assigned to Wang Siqi"), "by": "Zhou Mingyuan", "is_now": True},
            {"at": now - timedelta(days=210), "title": _("Assigned to Li Wen"), "detail": _("Opened at the counter")},
        ],
        "running": running,
        "failed": failed,
        "rows": [
            (f"C{600100 + n}", f"Client {n}", n % 5 + 1, list(badges.VALUE_TYPES)[n % 4], 4_812_000 / (n + 1), 62.5 - n)
            for n in range(12)
        ],
        "pareto": {
            "points": [[0, 0], [5, 38], [10, 54], [20, 71], [30, 80], [50, 91], [75, 98], [100, 100]],
            "mark": [30, 80],
            "names": {"x": _("Clients, %"), "y": _("Value, %"), "mark": _("core: 30 % bring 80 %"), "even": _("evenly spread")},
        },
        "by_month": {
            "categories": months,
            "series": [
                {"name": badges.VALUE_TYPES[code], "color": f"type-{code}", "values": [level + 3 * (n % 5) for n in range(12)]}
                for code, level in (("commission", 44), ("product", 21), ("asset", 12))
            ],
        },
    }  # fmt: skip
