"""Export of a list: asked for with a purpose, masked, marked with who and when, kept to whom it belongs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from django.db import transaction

from branch_crm.core import audit
from branch_crm.core.jobs import enqueue
from branch_crm.core.models import Branch, Staff
from clients.models import ExportRequest
from clients.services.alarm_personal_data import alarm_of_export
from clients.services.export_subjects import CLIENTS
from clients.services.write_export import write_export

#: Up to this many rows the file is made at once; above it by a job, to be downloaded later.
AT_ONCE = 5_000
#: More than this is no list to work with but a copy of the book.
MOST_ROWS = 50_000
KIND = "clients.export"


class ExportTooLarge(Exception):
    def __init__(self, rows: int) -> None:
        super().__init__(rows)
        self.rows = rows


class Asked(Protocol):
    @property
    def columns(self) -> list[str]: ...
    def as_json(self) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Wanted:
    """`query` is a stored filter (`clients.filters.clean_query`); `ids` narrows it to chosen rows, None = all it holds."""

    query: dict[str, list[str]]
    order: str
    columns: list[str]
    ids: list[int] | None = None

    def as_json(self) -> dict[str, Any]:
        return {"filter": self.query, "sort": self.order, "ids": self.ids}


def request_export(
    *,
    actor: Staff,
    branch: Branch,
    wanted: Asked,
    rows: int,
    purpose: str,
    file_format: str,
    subject: str = CLIENTS,
) -> ExportRequest:
    """Record the request and make the file, at once or in the background. Raises ExportTooLarge above MOST_ROWS.

    `subject` is one of clients.services.export_subjects; `wanted` gives what its table reads.
    """
    if rows > MOST_ROWS:
        raise ExportTooLarge(rows)
    with transaction.atomic():
        request = ExportRequest.objects.create(
            branch=branch,
            by=actor,
            purpose=purpose,
            subject=subject,
            query=wanted.as_json(),
            columns=wanted.columns,
            format=file_format,
            rows=rows,
        )
        audit.record(
            action="clients.export_requested",
            actor=actor,
            branch=branch,
            target=request,
            detail={
                "subject": subject,
                "rows": rows,
                "columns": wanted.columns,
                "format": file_format,
                "purpose": purpose,
            },
        )
        alarm_of_export(actor, branch=branch, rows=rows, export=request.pk)
        if rows > AT_ONCE:
            request.job = enqueue(KIND, key=f"{KIND}:{request.pk}", branch=branch, actor=actor, export_id=request.pk)
            request.save(update_fields=["job"])
    return write_export(export=request) if request.job is None else request
