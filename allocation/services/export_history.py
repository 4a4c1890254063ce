"""The handover history as a file: asked for with a purpose, marked with who and when, every line with plan, person and policy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from allocation.models import Assignment
from allocation.queries.handover_history import ORDERS, Wanted, history_for, named, narrowed
from branch_crm.core.models import Branch, Staff
from clients.models import ExportRequest
from clients.services.export_subjects import Table, register_subject
from clients.services.request_export import request_export

SUBJECT = "handovers"
CHUNK = 1_000


@dataclass(frozen=True)
class HistoryFile:
    """What the request remembers: the question and the order of the page."""

    wanted: Wanted
    order: str
    columns: list[str]

    def as_json(self) -> dict[str, Any]:
        return {"wanted": self.wanted.as_json(), "order": self.order}


def export_history(
    *, actor: Staff, branch: Branch, wanted: Wanted, order: str, rows: int, purpose: str, file_format: str
) -> ExportRequest:
    """Raises ExportTooLarge (clients.services.request_export) above its limit."""
    return request_export(
        actor=actor,
        branch=branch,
        wanted=HistoryFile(wanted, order, []),
        rows=rows,
        purpose=purpose,
        file_format=file_format,
        subject=SUBJECT,
    )


def history_table(export: ExportRequest) -> Table:
    wanted = Wanted.from_json(export.query["wanted"])
    rows = narrowed(history_for(export.by).filter(branch=export.branch), wanted, user=export.by)
    heads = [
        _("Client no."), _("Client name"), _("Advisor"), _("Staff no."), _("In whose place"), _("From"), _("Until"),
        pgettext("advisor", "Before"), _("Why it began"), _("why it ended"), _("Plan no."), _("Policy version"), _("Asked on"),
        _("Leaver case"), _("Decided by"), _("Second approver"), _("Entered at"),
    ]  # fmt: skip
    ordered = ORDERS[export.query["order"]].sort(named(rows))
    return Table([str(head) for head in heads], _cells(ordered.iterator(chunk_size=CHUNK)))


def _cells(rows: Iterator[Any]) -> Iterator[list[Any]]:
    for row in rows:
        plan, second = row.plan, row.plan.second_by if row.plan else None
        yield [
            row.client.client_no,
            row.client.name,
            row.advisor.name,
            row.advisor.staff_no,
            row.owner_name or "",
            row.starts,
            row.ends,
            row.giver_name or "",
            str(row.get_reason_display()),
            str(row.get_end_reason_display()) if row.end_reason else "",
            plan.number if plan else None,
            f"v{plan.policy.version}" if plan else "",
            row.request.asked_on if row.request else None,
            str(row.case.get_kind_display()) if row.case else "",
            row.decided_by.name if row.decided_by else "",
            second.name if second and row.reason == Assignment.Reason.PLAN else "",
            f"{timezone.localtime(row.created_at):%Y-%m-%d %H:%M}",
        ]


def register() -> None:
    register_subject(SUBJECT, history_table)
