"""Enter one result of one advisor; entering it again corrects it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from advisors.domain.skills import contest_score
from advisors.models import Advisor, SkillEvidence
from advisors.queries import active_policy
from branch_crm.core import audit
from branch_crm.core.models import Staff


@transaction.atomic
def record_evidence(
    *,
    advisor: Advisor,
    kind: str,
    event: str,
    held_on: date,
    actor: Staff | None,
    score: float | None = None,
    place: int | None = None,
    participants: int | None = None,
    skills: Sequence[str] = (),
    note: str = "",
) -> SkillEvidence:
    """Either `score` (0-100) or `place` of `participants` is needed; the same advisor, kind, event and day is one result.

    Raises ValidationError naming the field.
    """
    if score is None:
        if place is None or participants is None:
            raise ValidationError(
                {"score": _("Enter a score from 0 to 100, or the place and the number of participants.")}
            )
        try:
            score = contest_score(place, participants)
        except ValueError as error:
            raise ValidationError(
                {"place": _("The place must lie between 1 and the number of participants.")}
            ) from error
    unknown = set(skills) - set(active_policy(advisor.branch, on=held_on).rules["skills"])
    if unknown:
        raise ValidationError({"skills": _("Unknown skill: %(code)s") % {"code": ", ".join(sorted(unknown))}})
    evidence = SkillEvidence.objects.filter(advisor=advisor, kind=kind, event=event, held_on=held_on).first()
    evidence = evidence or SkillEvidence(advisor=advisor, kind=kind, event=event, held_on=held_on)
    evidence.score, evidence.place, evidence.participants = score, place, participants
    evidence.skills, evidence.note, evidence.entered_by, evidence.withdrawn_at = list(skills), note, actor, None
    evidence.full_clean(exclude=["entered_by"], validate_unique=False)
    evidence.save()
    audit.record(
        action="advisors.evidence_recorded",
        actor=actor,
        branch=advisor.branch,
        target=evidence,
        detail={"advisor": advisor.pk, "kind": kind, "score": score},
    )
    return evidence
