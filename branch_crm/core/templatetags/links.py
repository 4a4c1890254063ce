"""Addresses in templates of lower apps that name pages of upper apps."""

from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse

register = template.Library()


@register.simple_tag
def url_if(name: str, *args: Any, **kwargs: Any) -> str:
    """Like `{% url %}`, but empty when no such page is installed: `{% url_if "allocation:history" client.pk as href %}`."""
    try:
        return reverse(name, args=args, kwargs=kwargs)
    except NoReverseMatch:
        return ""


@register.simple_tag(takes_context=True)
def query_with(context: template.Context, **changes: Any) -> str:
    """The present query string with some parameters set; None removes one: `href="?{% query_with sort='name' after=None %}"`."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None or value == "":
            query.pop(name, None)
        else:
            query[name] = value
    return query.urlencode()
