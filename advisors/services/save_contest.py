"""Enter a contest or correct it: its head and what the participants reached, in one go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from advisors.domain.contest_scores import Marking, Scored, problems_of, score_results
from advisors.models import Advisor, Contest, ContestLevel, Scoring, SkillEvidence
from advisors.services.record_evidence import refuse_unknown_skills
from advisors.services.write_evidence import Written, write_evidence
from branch_crm.core import audit
from branch_crm.core.models import Branch, Staff


@dataclass(frozen=True)
class ContestHead:
    """What is true of the contest as a whole; see the model's fields."""

    name: str
    kind: str
    held_on: date
    level: str = ContestLevel.BRANCH
    scoring: str = Scoring.POINTS
    full_marks: float = 100.0
    field_size: int | None = None
    skills: Sequence[str] = ()
    note: str = ""

    @property
    def marking(self) -> Marking:
        return Marking(self.scoring, self.full_marks, self.field_size)


def head_of(contest: Contest) -> ContestHead:
    """The head as it is stored."""
    return ContestHead(**{name: getattr(contest, name) for name in ContestHead.__dataclass_fields__})


class ResultsRefused(Exception):
    """Some figures cannot be scored. `problems`: advisor id -> code (advisors.labels.RESULT_PROBLEMS)."""

    def __init__(self, problems: Mapping[int, str]) -> None:
        super().__init__(problems)
        self.problems = problems


class ContestChanged(Exception):
    """Somebody else saved the contest meanwhile; `contest` is what stands now. Nothing was changed."""

    def __init__(self, contest: Contest) -> None:
        super().__init__(contest.pk)
        self.contest = contest


@dataclass(frozen=True)
class SavedContest:
    contest: Contest
    written: Written


@transaction.atomic
def save_contest(
    *,
    branch: Branch,
    head: ContestHead,
    entered: Mapping[int, float | None],
    actor: Staff | None,
    contest: Contest | None = None,
    revision: int | None = None,
) -> SavedContest:
    """`entered`: advisor id -> figure, None = has no result; advisors not named keep theirs. Each result becomes evidence.

    `contest` None enters a new one. `revision` is what the person saw; another one raises ContestChanged. Raises
    ValidationError naming the field of the head, ResultsRefused naming the figures. Saving the same again changes nothing.
    """
    if contest is not None:
        contest = Contest.objects.select_for_update(of=("self",)).get(pk=contest.pk, branch=branch)
        if revision is not None and contest.revision != revision:
            raise ContestChanged(contest)
        if contest.state == Contest.State.WITHDRAWN:
            raise ValidationError(_("The contest has been withdrawn and can no longer be changed."))
    else:
        # Two who enter the same new contest at once wait for each other here; the second finds it entered.
        Branch.objects.select_for_update(of=("self",), no_key=True).get(pk=branch.pk)
    before = head_of(contest) if contest is not None else None
    contest = contest or Contest(branch=branch, created_by=actor)
    for name in ContestHead.__dataclass_fields__:
        value = getattr(head, name)
        setattr(contest, name, list(value) if name == "skills" else value)
    refuse_unknown_skills(branch, head.skills, on=head.held_on)
    contest.full_clean(exclude=["created_by"])
    standing = {row.advisor_id: row for row in _standing(contest)}
    figures = {pk: row.figure for pk, row in standing.items() if row.figure is not None} | dict(entered)
    present = {pk: figure for pk, figure in figures.items() if figure is not None}
    if present and head.held_on > timezone.localdate():
        raise ValidationError({"held_on": _("An event in the future has no result yet.")})
    if problems := problems_of(present, head.marking):
        raise ResultsRefused(problems)
    contest.state = Contest.State.COUNTED if present else Contest.State.ANNOUNCED
    contest.save()
    written = _settle(contest, standing, score_results(present, head.marking), actor)
    if before != head_of(contest) or written.changed:
        contest.revision += 1
        contest.save(update_fields=["revision", "updated_at"])
        audit.record(
            action="advisors.contest_saved",
            actor=actor,
            branch=branch,
            target=contest,
            detail={"kind": contest.kind, "added": written.added, "corrected": written.corrected,
                    "withdrawn": written.withdrawn, "results": len(present)},
        )  # fmt: skip
    return SavedContest(contest, written)


def _standing(contest: Contest) -> list[SkillEvidence]:
    if contest.pk is None:
        return []
    return list(SkillEvidence.objects.filter(contest=contest, withdrawn_at__isnull=True))


def _settle(
    contest: Contest, standing: Mapping[int, SkillEvidence], scored: Mapping[int, Scored], actor: Staff | None
) -> Written:
    """Bring the evidence to what the scores say. Results of the same event entered singly before are taken over."""
    # Locked, so that the same result entered singly at the same moment waits.
    rows = Advisor.objects.select_for_update(of=("self",)).filter(branch=contest.branch, pk__in=scored)
    advisors = set(rows.order_by("pk").values_list("pk", flat=True))
    if missing := scored.keys() - advisors:
        raise ValidationError(_("Nobody of this branch: %(who)s.") % {"who": ", ".join(map(str, sorted(missing)))})
    singly = {
        row.advisor_id: row
        for row in SkillEvidence.objects.filter(
            advisor__in=advisors, kind=contest.kind, event=contest.name, held_on=contest.held_on,
            withdrawn_at__isnull=True, contest=None,
        )
    }  # fmt: skip
    pairs: list[tuple[SkillEvidence | None, SkillEvidence | None]] = [
        (row, None) for pk, row in standing.items() if pk not in scored
    ]
    for pk, result in scored.items():
        wanted = SkillEvidence(
            advisor_id=pk, contest=contest, kind=contest.kind, event=contest.name, held_on=contest.held_on,
            figure=result.figure, score=result.score, place=result.place, participants=result.participants,
            skills=list(contest.skills),
        )  # fmt: skip
        old, single = standing.get(pk), singly.get(pk)
        pairs.append((old or single, wanted))
        if old and single:
            pairs.append((single, None))
    return write_evidence(pairs, actor=actor)
