"""Sentences about notice periods: what happened when, what a segment is, the mix of an advisor's own book."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from advisors.models import Advisor
from allocation.models import Notice
from allocation.queries.fairness import AdvisorFairness, Book
from allocation.wording import book_mixes, scope_text
from branch_crm.core.templatetags.badges import PERSONAS, TIERS, VALUE_TYPES
from clients.filters import NOT_ENOUGH_EVIDENCE, OPEN_STATUSES


def segment_text(segment: Mapping[str, Any]) -> str:
    """The clients a bid asks for, in one line; empty for a bid for one client."""
    return scope_text({"kind": "filter", "query": segment}, {}) if segment else ""


def notice_events(notices: Iterable[Notice], today: date) -> list[dict[str, Any]]:
    """Openings and closings for the timeline, the newest first. Periods past their last day count as ended then."""
    events = []
    for notice in notices:
        if notice.closed_at is not None:
            title = _("closed early") if notice.closed_why else _("notice ended")
            by = notice.closed_by.name if notice.closed_by else ""
            events.append({"at": notice.closed_at, "title": title, "detail": notice.closed_why, "by": by})
        elif notice.ends < today:
            events.append({"at": notice.ends, "title": _("notice ended")})
        span = _("opened to the advisors, %(starts)s to %(ends)s") % {
            "starts": notice.starts.isoformat(),
            "ends": notice.ends.isoformat(),
        }
        events.append(
            {
                "at": notice.opened_at,
                "title": span,
                "detail": notice.note,
                "by": notice.opened_by.name,
                "is_now": notice.is_running(today),
            }
        )
    return events


def own_mixes(own: AdvisorFairness) -> list[tuple[str, list[Any], list[Any]]]:
    """Title and share-bar segments before and after, by tier, value type and persona."""
    before, after = _mixes(own.before), _mixes(own.after)
    return [(title, old, new) for (title, old), (_title, new) in zip(before, after, strict=True)]


def _mixes(book: Book) -> list[tuple[str, list[Any]]]:
    return book_mixes({"tier_counts": book.tiers, "type_counts": book.types, "persona_counts": book.personas})


@dataclass(frozen=True)
class MixRow:
    """One class of a mix: own clients with the address of their list, and both shares in percent."""

    label: Any
    css: str
    clients: int
    share: float
    branch_share: float
    href: str


def mix_tables(own: Book, branch: Book, advisor: Advisor) -> list[tuple[str, list[MixRow]]]:
    """The advisor's clients by tier, value type and persona beside the branch's mix."""
    tables = zip(
        _mixes(own),
        _mixes(branch),
        (_tier_filters(), [*(f"value_type={code}" for code in VALUE_TYPES), ""], _persona_filters()),
        strict=True,
    )
    return [
        (
            title,
            [
                _mix_row(*cells, own.clients, branch.clients, advisor)
                for cells in zip(mine, all_of, filters, strict=True)
            ],
        )
        for (title, mine), (_title, all_of), filters in tables
    ]


def _mix_row(mine: Any, all_of: Any, narrowed: str, own: int, branch: int, advisor: Advisor) -> MixRow:
    css, label, clients = mine
    address = book_address(advisor, narrowed) if narrowed else ""
    return MixRow(label, css, clients, _percent(clients, own), _percent(all_of[2], branch), address)


def book_address(advisor: Advisor, narrowed: str = "") -> str:
    """The advisor's clients in the client list, closed accounts left out as in every figure of a book."""
    states = "&".join(f"status={status}" for status in OPEN_STATUSES)
    return f"{reverse('clients:list')}?advisor={advisor.pk}&{states}{'&' if narrowed else ''}{narrowed}"


def _tier_filters() -> list[str]:
    return [f"tier_is={tier}" for tier in sorted(TIERS, reverse=True)]


def _persona_filters() -> list[str]:
    return [*(f"persona={code}" for code in PERSONAS), f"persona=mixed&persona={NOT_ENOUGH_EVIDENCE}"]


def _percent(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0
