"""Who served whom when, for those who count service: the app that keeps the books tells here where, so that this app needs
not know it. Covers are intervals of the stand-in like any other.
"""

from __future__ import annotations

#: A SELECT of client_id, advisor_id, starts, ends for `%(branch)s`; half-open days, ends null = still.
NOBODY = (
    "SELECT NULL::bigint AS client_id, NULL::bigint AS advisor_id, NULL::date AS starts, NULL::date AS ends WHERE false"
)

_source = NOBODY


def register(select: str) -> None:
    """Called from the ready() of the app that keeps the books."""
    global _source  # noqa: PLW0603 - set once while Django starts
    _source = select


def intervals() -> str:
    return _source
