"""What the page frame shows on every page."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import HttpRequest

from branch_crm.core.models import Branch, JobRun, Notification
from branch_crm.core.rail import RailEntry, rail_for

#: The element that drawer.js fills; a request that names it gets the page without the frame.
DRAWER = "drawer-body"
THEMES = ("light", "dark")
#: The bell counts no further; it shows `99+`.
MOST_UNREAD = 100


class Shell:
    """Lazy, so that a fragment that shows no frame asks the database nothing."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.user = getattr(request, "user", None)

    @property
    def signed_in(self) -> bool:
        return bool(self.user and self.user.is_authenticated)

    @property
    def theme(self) -> str:
        """`light` or `dark`, or empty: as the system wishes."""
        wanted = self.user.theme if self.signed_in else self.request.COOKIES.get("theme", "")
        return wanted if wanted in THEMES else ""

    @property
    def red_rises(self) -> bool:
        return self.user.red_rises if self.signed_in else True

    @cached_property
    def rail(self) -> list[RailEntry]:
        return rail_for(self.user, self.request.path) if self.signed_in else []

    @cached_property
    def branch(self) -> Branch | None:
        return self.user.branch if self.signed_in else None

    @cached_property
    def running_jobs(self) -> list[JobRun]:
        """At most five unfinished jobs this person may see, newest first."""
        if not self.signed_in or not self.user.has_perm("core.view_jobs"):
            return []
        unfinished = JobRun.objects.visible_to(self.user).filter(state__in=(JobRun.State.QUEUED, JobRun.State.RUNNING))
        return list(unfinished.order_by("-pk")[:5])

    @cached_property
    def unread(self) -> int:
        """Notifications not read yet, up to MOST_UNREAD."""
        return Notification.objects.visible_to(self.user).count_unread(at_most=MOST_UNREAD)


def shell(request: HttpRequest) -> dict[str, Any]:
    """`shell` for the frame, and `layout` for pages that may also open in the drawer or in a panel (`{% extends layout %}`)."""
    frame = Shell(request)
    return {"shell": frame, "layout": _layout(request, signed_in=frame.signed_in)}


def _layout(request: HttpRequest, *, signed_in: bool) -> str:
    """A normal visit gets the whole page; the drawer names itself as htmx's target; a panel is a target without a name."""
    htmx = getattr(request, "htmx", None)
    if htmx and htmx.target == DRAWER:
        return "components/drawer_layout.html"
    if htmx and not htmx.target and not htmx.boosted:
        return "components/panel_layout.html"
    return "base.html" if signed_in else "entrance.html"
