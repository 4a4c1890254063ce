"""Sentences about notice periods: what happened when, what a segment is, the mix of an advisor's own book."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from allocation.models import Notice
from allocation.queries.my_notice import OwnBook
from allocation.wording import book_mixes, scope_text


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


def own_mixes(book: OwnBook) -> list[tuple[str, list[Any], list[Any]]]:
    """Title and share-bar segments before and after, by tier, value type and persona."""
    before, now = (
        book_mixes({f"{name}_counts": figures[f"{name}s"] for name in ("tier", "type", "persona")})
        for figures in (book.before, book.now)
    )
    return [(title, old, new) for (title, old), (_title, new) in zip(before, now, strict=True)]
