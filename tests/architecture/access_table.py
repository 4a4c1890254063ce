"""The table of trust: who may use which address. Names are those of tests/cast.py.

`record` names the kind of record in the address (tests/architecture/world.py); every let-in role gets 404 for the record of
the other branch. `advisor` in `roles` means the advisor who holds the record; the colleague must then be refused unless named.
"""

from __future__ import annotations

from dataclasses import dataclass, field

DESK = frozenset({"director", "assistant"})
HEADS = DESK | {"manager"}
READERS = HEADS | {"compliance"}
OFFICE = READERS | {"admin"}
ADVISORS = frozenset({"advisor", "colleague"})
STRANGER = frozenset({"stranger"})
EVERYBODY = OFFICE | ADVISORS | STRANGER | {"counter"}


@dataclass(frozen=True)
class Row:
    """`stranger`, the other branch's director, may use pages without a record exactly as the director may."""

    roles: frozenset[str]
    record: str = ""
    method: str = "get"
    #: Whether the other branch's record must be tried (not for records that are the same for all).
    foreign: bool = field(default=True)
    #: A form that is shown by GET and sent by POST.
    also_get: bool = False


def page(roles: frozenset[str], **options: object) -> Row:
    if "record" not in options and "director" in roles:
        roles |= STRANGER
    return Row(roles, **options)  # type: ignore[arg-type]


#: Open to everybody, signed in or not.
PUBLIC = {"healthz"}

CORE = {
    "home": page(EVERYBODY),
    "home_book": page(READERS),
    "home_advisors": page(READERS),
    "home_unserved": page(READERS),
    "home_work": page(READERS),
    "home_my_book": page(ADVISORS),
    "home_my_clients": page(ADVISORS),
    "home_trail": page(frozenset({"manager", "compliance", "admin"})),
    "home_branches": page(frozenset({"admin"})),
    "preferences": page(EVERYBODY, method="post"),
    "running_jobs": page(EVERYBODY),
    "job_progress": page(OFFICE, record="job"),
    "demo_loading": page(EVERYBODY),
    "style": page(frozenset({"admin"})),
    "style_why": page(frozenset({"admin"})),
    "api_docs": page(EVERYBODY),
    "api_schema": page(EVERYBODY),
    "core:job_list": page(OFFICE),
    "core:job_detail": page(OFFICE, record="job"),
    "core:job_rerun": page(DESK | {"admin"}, record="job", method="post"),
    "core:audit_list": page(frozenset({"manager", "compliance", "admin"})),
    "core:calendar": page(frozenset({"compliance", "admin"})),
    "core:staff_list": page(frozenset({"admin"})),
    "core:staff_new": page(frozenset({"admin"})),
    "core:staff_edit": page(frozenset({"admin"}), record="account", foreign=False),
    "api:job-list": page(OFFICE),
    "api:job-detail": page(OFFICE, record="job"),
    "api:audit-list": page(frozenset({"manager", "compliance", "admin"})),
    "api:audit-detail": page(frozenset({"manager", "compliance", "admin"}), record="audit_entry"),
    "api:trading-day-list": page(EVERYBODY),
    "api:trading-day-detail": page(EVERYBODY, record="trading_day", foreign=False),
}

ADVISOR_PAGES = {
    "advisors:list": page(READERS | ADVISORS),
    "advisors:detail": page(READERS | {"advisor"}, record="advisor"),
    "advisors:edit": page(DESK | {"advisor"}, record="advisor"),
    "advisors:skill_policy": page(READERS | ADVISORS),
    "advisors:skill_why": page(READERS | {"advisor"}, record="skill"),
    "advisors:evidence_new": page(DESK, record="advisor"),
    "advisors:evidence_withdraw": page(DESK, record="evidence", method="post"),
    "advisors:nominate_self": page(frozenset({"advisor"}), record="advisor"),
    "advisors:leave_new": page(DESK, record="advisor"),
    "advisors:leave_cancel": page(DESK, record="leave", method="post"),
    "api:advisor-list": page(READERS | ADVISORS),
    "api:advisor-detail": page(READERS | {"advisor"}, record="advisor"),
    "api:advisor-skills": page(READERS | {"advisor"}, record="advisor"),
    "api:skill-evidence-list": page(READERS | ADVISORS),
    "api:skill-evidence-detail": page(READERS | {"advisor"}, record="evidence"),
    "api:leave-list": page(READERS | ADVISORS),
    "api:leave-detail": page(READERS | {"advisor"}, record="leave"),
}

BOOK_READERS = READERS | {"counter"}
EXPORTERS = frozenset({"director", "manager", "compliance"})

BOOK_PAGES = {
    "clients:list": page(BOOK_READERS | ADVISORS),
    "clients:filter": page(BOOK_READERS | ADVISORS),
    "clients:columns": page(BOOK_READERS | ADVISORS, method="post"),
    "clients:search": page(BOOK_READERS | ADVISORS),
    "clients:detail": page(BOOK_READERS | {"advisor"}, record="client"),
    "clients:more_rows": page(BOOK_READERS | {"advisor"}, record="client_rows"),
    "clients:reveal": page(BOOK_READERS | {"advisor"}, record="client", method="post", also_get=True),
    "clients:view_new": page(BOOK_READERS | ADVISORS),
    "clients:view_counts": page(BOOK_READERS | ADVISORS),
    "clients:view_edit": page(frozenset({"director"}), record="saved_view"),
    "clients:view_delete": page(frozenset({"director"}), record="saved_view", method="post"),
    "clients:export": page(EXPORTERS),
    "clients:export_list": page(EXPORTERS),
    "clients:export_detail": page(EXPORTERS, record="export"),
    "clients:export_file": page(frozenset({"director", "compliance"}), record="export"),
    "api:client-list": page(BOOK_READERS | ADVISORS),
    "api:client-detail": page(BOOK_READERS | {"advisor"}, record="client"),
    "api:client-reveal": page(BOOK_READERS | {"advisor"}, record="client", method="post"),
    "api:search": page(BOOK_READERS | ADVISORS),
    "api:saved-view-list": page(BOOK_READERS | ADVISORS),
    "api:saved-view-detail": page(BOOK_READERS | ADVISORS, record="shared_view"),
    "api:export-list": page(EXPORTERS),
    "api:export-detail": page(EXPORTERS, record="export"),
}

TABLE: dict[str, Row] = {**CORE, **ADVISOR_PAGES, **BOOK_PAGES}
