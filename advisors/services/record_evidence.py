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
from advisors.services.write_evidence import write_evidence
from branch_crm.core import audit
from branch_crm.core.models import Branch, Staff


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

    Raises ValidationError naming the field. A result of a contest is corrected in the contest, where the others' places hang on it.
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
    refuse_unknown_skills(advisor.branch, skills, on=held_on)
    # Two who enter the same result at once wait for each other here.
    Advisor.objects.select_for_update(of=("self",)).get(pk=advisor.pk)
    standing = SkillEvidence.objects.filter(
        advisor=advisor, kind=kind, event=event, held_on=held_on, withdrawn_at__isnull=True
    ).first()
    if standing is not None and standing.contest_id is not None:
        raise ValidationError({"event": _("This result belongs to a contest. Correct it there.")})
    evidence = SkillEvidence(
        advisor=advisor, kind=kind, event=event, held_on=held_on, score=score, place=place, participants=participants,
        skills=list(skills), note=note,
    )  # fmt: skip
    evidence.full_clean(exclude=["entered_by"], validate_unique=False, validate_constraints=False)
    if standing is not None and not write_evidence([(standing, evidence)], actor=actor).changed:
        return standing
    if standing is None:
        write_evidence([(None, evidence)], actor=actor)
    audit.record(
        action="advisors.evidence_recorded",
        actor=actor,
        branch=advisor.branch,
        target=evidence,
        detail={"advisor": advisor.pk, "kind": kind, "score": score, "corrects": standing.pk if standing else None},
    )
    return evidence


def refuse_unknown_skills(branch: Branch, skills: Sequence[str], *, on: date) -> None:
    """Raises ValidationError for skills that the branch's policy of that day does not know."""
    unknown = set(skills) - set(active_policy(branch, on=on).rules["skills"])
    if unknown:
        raise ValidationError({"skills": _("Unknown skill: %(code)s") % {"code": ", ".join(sorted(unknown))}})
