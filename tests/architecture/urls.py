"""Every address of the product, found by walking the resolver."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, get_resolver

#: Pages of libraries that bring their own access rules; their own test checks that strangers get nowhere.
FOREIGN = ("admin:", "account_", "mfa_", "axes")


def url_names(resolver: URLResolver | None = None, prefix: str = "") -> set[str]:
    """Full names such as `clients:detail` or `api:client-list`; an address without a name is given by its route."""
    names: set[str] = set()
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            names |= url_names(entry, f"{prefix}{entry.namespace}:" if entry.namespace else prefix)
        elif isinstance(entry, URLPattern):
            names.add(f"{prefix}{entry.name}" if entry.name else f"{prefix}?{entry.pattern}")
    return names


def own_url_names() -> set[str]:
    return {name for name in url_names() if not name.startswith(FOREIGN)}
