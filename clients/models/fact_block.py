"""Facts of a whole branch and one month or day in one row, as the numpy arrays that scoring adds up.

A cache, never a source: whoever writes the fact tables, a trigger there throws away the blocks of the periods it touched, and
the next scoring builds them anew. So a night costs what it brought, and another policy on the same facts almost nothing.
"""

from __future__ import annotations

import pgtrigger
from django.db import models

from branch_crm.core.access import BranchOwnedQuerySet

#: First half of the advisory lock (the second is the branch): writers of facts share it, whoever builds blocks holds it alone.
#: Without it a block could be built from the facts as they were before an import that commits a moment later.
FACTS_LOCK = 20_240_601


class FactBlock(models.Model):
    class Kind(models.TextChoices):
        FLOWS = "flows"
        HOLDINGS = "holdings"
        QUOTAS = "quotas"

    branch = models.ForeignKey("core.Branch", on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    #: First day of the month, or the day.
    period = models.DateField()
    rows = models.PositiveIntegerField()
    #: int64, one column after the other (see clients.services.read_blocks).
    payload = models.BinaryField()

    objects = BranchOwnedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(name="fact_block_once", fields=["branch", "kind", "period"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.period}"


def forget_blocks(kind: FactBlock.Kind, period: str) -> list[pgtrigger.Trigger]:
    """Triggers for a fact table whose blocks go by the column `period`: once a statement, by the rows it touched."""
    tables = {
        pgtrigger.Insert: pgtrigger.Referencing(new="fresh"),
        pgtrigger.Update: pgtrigger.Referencing(new="fresh", old="former"),
        pgtrigger.Delete: pgtrigger.Referencing(old="former"),
    }
    triggers = []
    for operation, referencing in tables.items():
        touched = " UNION ".join(
            f"SELECT DISTINCT branch_id, {period} AS period FROM {table}"
            for table in (referencing.new, referencing.old)
            if table
        )
        triggers.append(
            pgtrigger.Trigger(
                name=f"forget_blocks_{str(operation).lower()}",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=operation,
                referencing=referencing,
                func=f"""
                    PERFORM pg_advisory_xact_lock_shared({FACTS_LOCK}, touched.branch_id::int)
                    FROM (SELECT DISTINCT branch_id FROM ({touched}) t) touched;
                    DELETE FROM clients_factblock b USING ({touched}) touched
                    WHERE b.branch_id = touched.branch_id AND b.kind = '{kind.value}' AND b.period = touched.period;
                    RETURN NULL;
                """,
            )
        )
    return triggers
