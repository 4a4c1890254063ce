"""The one place where evidence rows are written: never changed, only withdrawn and replaced, so that corrections can be read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from advisors.models import SkillEvidence
from branch_crm.core.models import Staff

#: What makes two rows the same result.
SUBSTANCE = ("kind", "event", "held_on", "contest_id", "figure", "score", "place", "participants", "skills", "note")


@dataclass(frozen=True)
class Written:
    """How many results came new, replaced another, stopped counting, or stayed as they were."""

    added: int = 0
    corrected: int = 0
    withdrawn: int = 0
    unchanged: int = 0

    @property
    def changed(self) -> int:
        return self.added + self.corrected + self.withdrawn


def write_evidence(
    pairs: Iterable[tuple[SkillEvidence | None, SkillEvidence | None]], *, actor: Staff | None
) -> Written:
    """Each pair is the row that stands and the row that should; None is nothing. Two statements whatever the number.

    The caller holds the transaction, has locked what the rows hang on, and writes the audit line.
    """
    todo = [(standing, wanted) for standing, wanted in pairs if standing or wanted]
    changes = [pair for pair in todo if not _same(*pair)]
    old = [standing.pk for standing, _wanted in changes if standing]
    if old:
        SkillEvidence.objects.filter(pk__in=old, withdrawn_at__isnull=True).update(
            withdrawn_at=timezone.now(), withdrawn_by=actor
        )
    for standing, wanted in changes:
        if wanted:
            wanted.corrects, wanted.entered_by = standing, actor
    SkillEvidence.objects.bulk_create([wanted for _standing, wanted in changes if wanted])
    return Written(
        added=sum(1 for standing, wanted in changes if wanted and not standing),
        corrected=sum(1 for standing, wanted in changes if wanted and standing),
        withdrawn=sum(1 for _standing, wanted in changes if not wanted),
        unchanged=len(todo) - len(changes),
    )


def _same(standing: SkillEvidence | None, wanted: SkillEvidence | None) -> bool:
    if standing is None or wanted is None:
        return False
    return all(getattr(standing, name) == getattr(wanted, name) for name in SUBSTANCE)
