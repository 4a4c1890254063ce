"""Enter the good rows of a file of results; the bad ones stay named in the record of the file."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from advisors.models import Contest, ResultUpload
from advisors.queries.result_file import JudgedContest, judge
from advisors.services.save_contest import ContestHead, head_of, save_contest
from branch_crm.core import audit
from branch_crm.core.models import Branch, Staff


@transaction.atomic
def apply_results(*, upload: ResultUpload, skill_words: Mapping[str, str], actor: Staff) -> ResultUpload:
    """Rows are judged again, against what stands now. A file counts once: applying it again changes nothing."""
    upload = ResultUpload.objects.select_for_update(of=("self",)).select_related("branch").get(pk=upload.pk)
    if upload.applied_at is not None:
        return upload
    # One file after the other, and no contest may change between the judgement and the saving.
    Branch.objects.select_for_update(of=("self",), no_key=True).get(pk=upload.branch_id)
    list(
        Contest.objects.select_for_update(of=("self",)).filter(branch=upload.branch_id).order_by("pk").values_list("pk")
    )
    verdict = judge(upload, skill_words=skill_words, today=timezone.localdate())
    for contest in verdict.contests:
        if contest.entered or (contest.existing is None and any(row.state == "empty" for row in contest.rows)):
            save_contest(
                branch=upload.branch,
                head=head_of(contest.existing) if contest.existing else _new_head(contest),
                entered=contest.entered,
                actor=actor,
                contest=contest.existing,
            )
    upload.applied_at = timezone.now()
    upload.outcome = verdict.counts
    upload.save(update_fields=["applied_at", "outcome"])
    audit.record(
        action="advisors.results_applied", actor=actor, branch=upload.branch, target=upload, detail=verdict.counts
    )
    return upload


def _new_head(contest: JudgedContest) -> ContestHead:
    return ContestHead(
        contest.name, contest.kind, contest.held_on, contest.level, contest.marking.scoring,
        contest.marking.full_marks, contest.marking.field_size, contest.skills, contest.note,
    )  # fmt: skip
