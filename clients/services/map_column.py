"""Teach the importer a header of the branch's own counter system, or make it forget one."""

from __future__ import annotations

from django.db import transaction

from branch_crm.core import audit
from branch_crm.core.models import Branch, Staff
from clients.models import ColumnMapping


@transaction.atomic
def map_column(*, branch: Branch, dataset: str, header: str, field: str, actor: Staff) -> ColumnMapping:
    """From the next import on, `header` of that dataset is read as `field`. An earlier meaning is replaced."""
    mapping, _created = ColumnMapping.objects.update_or_create(
        branch=branch, dataset=dataset, header=header.strip(), defaults={"field": field, "updated_by": actor}
    )
    detail = {"dataset": dataset, "header": mapping.header, "field": field}
    audit.record(action="clients.column_mapped", actor=actor, branch=branch, target=mapping, detail=detail)
    return mapping


@transaction.atomic
def forget_column(*, mapping: ColumnMapping, actor: Staff) -> None:
    detail = {"dataset": mapping.dataset, "header": mapping.header, "field": mapping.field}
    audit.record(action="clients.column_forgotten", actor=actor, branch=mapping.branch, target=mapping, detail=detail)
    mapping.delete()
