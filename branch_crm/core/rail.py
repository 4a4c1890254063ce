"""The left rail: which pages a role works with, in the order of its day. Pages that are not installed are left out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from branch_crm.core.models import Role

if TYPE_CHECKING:
    from branch_crm.core.models import Staff

EVERYBODY = tuple(Role)
DESK = (Role.DIRECTOR, Role.ASSISTANT)
HEADS = (*DESK, Role.MANAGER)


@dataclass(frozen=True)
class Place:
    """A page that can stand in the rail. `key` follows `g` on the keyboard."""

    url_name: str
    label: str | Promise
    icon: str
    key: str
    roles: tuple[Role, ...]
    group: str | Promise = ""


BOOK = _("Book")
ALLOCATION = _("Allocation")
RETENTION = _("Retention")
RUNNING = _("Running the branch")

PLACES = (
    # An advisor begins with the day itself.
    Place("home", _("Home"), "home", "h", tuple(r for r in Role if r != Role.ADVISOR)),
    Place("servicelog:today", _("Today"), "list-check", "t", (Role.ADVISOR, *HEADS), BOOK),
    Place("clients:list", _("Clients"), "users", "c", tuple(r for r in Role if r != Role.ADMIN), BOOK),
    Place("advisors:list", _("Advisors"), "id-badge-2", "a", (*HEADS, Role.ADVISOR, Role.COMPLIANCE), BOOK),
    Place(
        "servicelog:complaint_list",
        _("Complaints"),
        "message-2",
        "k",
        tuple(r for r in Role if r != Role.ADMIN),
        BOOK,
    ),
    Place("servicelog:product_list", _("Products"), "stack-2", "x", tuple(r for r in Role if r != Role.ADMIN), BOOK),
    Place(
        "servicelog:follow_up_list",
        _("Follow-ups"),
        "phone",
        "b",
        (Role.COUNTER, Role.COMPLIANCE, Role.MANAGER, Role.ASSISTANT, Role.DIRECTOR),
        BOOK,
    ),
    Place("servicelog:dispute_list", _("Disputes of logs"), "message", "l", DESK, BOOK),
    Place("servicelog:scorecard_list", _("Scorecards"), "chart-histogram", "e", (*HEADS, Role.COMPLIANCE), BOOK),
    Place("servicelog:my_scorecard", _("My scorecard"), "chart-histogram", "e", (Role.ADVISOR,), BOOK),
    Place("servicelog:mot_policy_list", _("MOT policy"), "target", "m", (*HEADS, Role.COMPLIANCE), BOOK),
    Place("clients:value_policy_list", _("Value policy"), "scale", "v", (*HEADS, Role.COMPLIANCE), BOOK),
    Place(
        "allocation:plan_list", _("Allocation plans"), "git-pull-request", "p", (*HEADS, Role.COMPLIANCE), ALLOCATION
    ),
    Place(
        "allocation:request_list",
        _("Change requests"),
        "arrows-exchange",
        "r",
        (*HEADS, Role.COMPLIANCE, Role.COUNTER, Role.ADVISOR),
        ALLOCATION,
    ),
    Place("allocation:history", _("Handover history"), "history", "y", (*HEADS, Role.COMPLIANCE), ALLOCATION),
    Place("allocation:leaver_list", _("Leaving and away"), "briefcase", "3", (*HEADS, Role.COMPLIANCE), ALLOCATION),
    Place(
        "allocation:handover_list",
        _("Handovers"),
        "file-text",
        "g",
        (*HEADS, Role.COMPLIANCE, Role.ADVISOR),
        ALLOCATION,
    ),
    Place(
        "allocation:service_reviews",
        _("Service reviews"),
        "gavel",
        "z",
        (*HEADS, Role.COMPLIANCE, Role.ADVISOR),
        ALLOCATION,
    ),
    Place("allocation:my_notices", _("Notices"), "bell", "o", (Role.ADVISOR,), ALLOCATION),
    Place("allocation:my_fair_share", _("My fair share"), "chart-bar", "f", (Role.ADVISOR,), ALLOCATION),
    Place(
        "retention:console",
        _("Exit console"),
        "logout",
        "2",
        (Role.COUNTER, *HEADS, Role.COMPLIANCE, Role.ADVISOR),
        RETENTION,
    ),
    Place(
        "retention:request_list",
        _("Leaving requests"),
        "hourglass",
        "q",
        (Role.COUNTER, *HEADS, Role.COMPLIANCE),
        RETENTION,
    ),
    Place(
        "retention:script_list",
        _("Scripts"),
        "message-2",
        "1",
        (Role.COUNTER, *HEADS, Role.COMPLIANCE, Role.ADVISOR),
        RETENTION,
    ),
    Place(
        "retention:case_list",
        _("Retention cases"),
        "phone",
        "5",
        (Role.COUNTER, *HEADS, Role.COMPLIANCE, Role.ADVISOR),
        RETENTION,
    ),
    Place(
        "retention:risk_list",
        _("Signs of leaving"),
        "alert-triangle",
        "6",
        (*HEADS, Role.COMPLIANCE, Role.ADVISOR),
        RETENTION,
    ),
    Place("retention:figures", _("Retention figures"), "chart-bar", "7", (*HEADS, Role.COMPLIANCE), RETENTION),
    Place(
        "retention:drill_list",
        _("Drills"),
        "school",
        "8",
        (Role.COUNTER, *HEADS, Role.COMPLIANCE, Role.ADVISOR),
        RETENTION,
    ),
    Place("retention:reason_list", _("Reasons for leaving"), "tag", "4", (*HEADS, Role.COMPLIANCE), RETENTION),
    Place("clients:import_list", _("Imports"), "database-import", "i", (*HEADS, Role.COMPLIANCE, Role.ADMIN), RUNNING),
    Place("night:list", _("Nights"), "moon-stars", "n", (*HEADS, Role.COMPLIANCE, Role.ADMIN), RUNNING),
    Place("core:job_list", _("Jobs"), "list-check", "j", (*HEADS, Role.COMPLIANCE, Role.ADMIN), RUNNING),
    Place("core:audit_list", _("Audit"), "shield-check", "u", (Role.COMPLIANCE, Role.MANAGER, Role.ADMIN), RUNNING),
    Place("core:calendar", _("Trading calendar"), "calendar-event", "d", (Role.COMPLIANCE, Role.ADMIN), RUNNING),
    Place("wecom:list", _("WeCom messages"), "external-link", "w", (Role.ADMIN, Role.COMPLIANCE), RUNNING),
    Place("core:staff_list", _("Staff accounts"), "users-group", "s", (Role.ADMIN,), RUNNING),
)


@dataclass(frozen=True)
class RailEntry:
    url: str
    label: str | Promise
    icon: str
    key: str
    group: str | Promise
    current: bool


def rail_for(user: Staff, path: str) -> list[RailEntry]:
    """The entries of a member of staff, with the one that holds the page at `path` marked."""
    found = [(place, url) for place, url in installed(PLACES) if user.role in place.roles]
    inside = [url for _place, url in found if path == url or (url != "/" and path.startswith(url))]
    current = max(inside, key=len, default="")
    return [RailEntry(url, p.label, p.icon, p.key, p.group, url == current) for p, url in found]


def installed(places: Iterable[Place]) -> Iterable[tuple[Place, str]]:
    for place in places:
        try:
            yield place, reverse(place.url_name)
        except NoReverseMatch:
            continue
