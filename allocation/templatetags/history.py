"""Small words of the handover history."""

from __future__ import annotations

from django import template
from django.utils import timezone

from allocation.models import Assignment

register = template.Library()


@register.filter
def entered_late(row: Assignment) -> bool:
    """Written down on a later day than the one it holds from. The books taken over from the counter always are."""
    return row.reason != Assignment.Reason.COUNTER and timezone.localdate(row.created_at) > row.starts


@register.filter
def as_address(query: str | None) -> str:
    return f"?{query}" if query else ""


@register.simple_tag(takes_context=True)
def sorted_by(context: template.Context, name: str) -> str:
    """The query string with the table in this order, turned round where it is already."""
    query = context["request"].GET.copy()
    query.pop("after", None)
    turned = f"-{name}" if name == "client" else name
    usual = name if name == "client" else f"-{name}"
    query["sort"] = turned if context["sort"] == usual else usual
    return str(query.urlencode())


@register.filter
def last_known(shares: list[float | None]) -> str:
    """The share at the longest horizon that has come, as `97.2 %`."""
    known = [share for share in shares if share is not None]
    return f"{100 * known[-1]:.1f} %" if known else "–"
