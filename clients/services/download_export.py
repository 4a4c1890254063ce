"""Hand the file of an export to somebody who may have it, and write that down."""

from __future__ import annotations

from django.db import transaction

from branch_crm.core import audit
from branch_crm.core.models import Role, Staff
from clients.models import ExportRequest


def may_download(export: ExportRequest, user: Staff) -> bool:
    """Whoever asked for it, and compliance."""
    return export.by_id == user.pk or user.role == Role.COMPLIANCE


@transaction.atomic
def download_export(*, export: ExportRequest, actor: Staff) -> None:
    audit.record(
        action="clients.export_downloaded",
        actor=actor,
        branch=export.branch,
        target=export,
        detail={"sha256": export.file_hash},
    )
