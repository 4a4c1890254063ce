"""A third person reads over what was asked: in order, something to clear up, or to be asked again."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from branch_crm.core import audit
from branch_crm.core.models import Staff
from servicelog.domain.follow_up import not_in_order, read_follow_up_rules
from servicelog.models import FollowUp
from servicelog.services.errors import ServiceLogError

#: Verdict -> the state it leads to.
VERDICTS = {"passed": FollowUp.State.PASSED, "problem": FollowUp.State.PROBLEM, "again": FollowUp.State.OPEN}


@transaction.atomic
def review_follow_up(*, follow_up: FollowUp, actor: Staff, verdict: str, note: str = "") -> FollowUp:
    """Read an asked follow-up over; one with something to clear up can be read again once it is cleared.

    Raises ServiceLogError for the executor's own, for one that nobody has asked or somebody has read, and for a missing note:
    whatever is not plainly in order says why.
    """
    fresh = FollowUp.objects.select_for_update(of=("self",)).select_related("branch", "policy").get(pk=follow_up.pk)
    if verdict not in VERDICTS:
        raise ServiceLogError(_("Choose in order, something to clear up, or ask again."), field="verdict")
    if fresh.state == VERDICTS[verdict] and fresh.reviewer_id == actor.pk and fresh.review_note == note.strip():
        return fresh
    if fresh.state not in (FollowUp.State.ASKED, FollowUp.State.PROBLEM):
        raise ServiceLogError(_("There is nothing to read over here."))
    if fresh.executor_id == actor.pk:
        raise ServiceLogError(_("You asked this client yourself; somebody else reads it over."))
    answers = {code: given["answer"] for code, given in fresh.answers.items()}
    plain = verdict == "passed" and not not_in_order(read_follow_up_rules(fresh.policy.rules).questions, answers)
    if not plain and not note.strip():
        raise ServiceLogError(_("Say what you found and what follows from it."), field="note")
    before = fresh.state
    fresh.state, fresh.review_note = VERDICTS[verdict], note.strip()[:500]
    if verdict == "again":
        fresh.reviewer, fresh.reviewed_at, fresh.asked_at = None, None, None
    else:
        fresh.reviewer, fresh.reviewed_at = actor, timezone.now()
    fresh.save(update_fields=["state", "review_note", "reviewer", "reviewed_at", "asked_at"])
    audit.record(
        action="servicelog.follow_up_read_over",
        actor=actor,
        branch=fresh.branch,
        target=fresh,
        detail={"verdict": verdict, "before": before},
    )
    return fresh
