"""What the client answered, or that nobody was reached. Only the executor writes it, and only while independent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from branch_crm.core import audit
from branch_crm.core.models import Staff
from servicelog.domain.follow_up import ANSWERS, FollowUpRules, Question, not_in_order, read_follow_up_rules
from servicelog.models import FollowUp, FollowUpPolicy
from servicelog.notifications import tell_alarm
from servicelog.services.assign_follow_ups import refuse_the_dependent
from servicelog.services.errors import PolicyConflict, ServiceLogError
from servicelog.services.follow_up_policies import ensure_follow_up_policy

LONGEST_NOTE = 300


@dataclass(frozen=True)
class Talk:
    """`answers`: question code -> yes, no or unsure; `notes`: code -> what was said beside it. `policy`: version whose
    questions were asked."""

    policy: int
    form: str
    answers: Mapping[str, str]
    notes: Mapping[str, str]
    outcome: str = ""
    recording: str = ""


@transaction.atomic
def record_follow_up(*, follow_up: FollowUp, actor: Staff, talk: Talk, today: date) -> FollowUp:
    """The answers, for the reader. Whatever raises an alarm is told at once. The same talk sent twice is one.

    Raises ServiceLogError naming the field (`answer.<code>`, `note.<code>`, `form`, `recording`), PolicyConflict when the
    questions have changed since the page was opened.
    """
    fresh = _held(follow_up)
    stored = {
        code: {"answer": answer, "note": talk.notes.get(code, "").strip()} for code, answer in talk.answers.items()
    }
    if fresh.state == FollowUp.State.ASKED and fresh.executor_id == actor.pk and fresh.answers == stored:
        return fresh
    policy, rules = _may_be_written(fresh, actor, today)
    if talk.policy != policy.pk:
        raise PolicyConflict(
            _("The questions have changed since you opened this page. Nothing was saved; ask the new ones.")
        )
    _refuse_gaps(talk, rules)
    fresh.answers, fresh.policy, fresh.form = stored, policy, talk.form
    fresh.outcome, fresh.recording = talk.outcome.strip(), talk.recording.strip()
    fresh.attempts += 1
    fresh.asked_at, fresh.state = timezone.now(), FollowUp.State.ASKED
    fresh.save(update_fields=["answers", "policy", "form", "outcome", "recording", "attempts", "asked_at", "state"])
    wrong = not_in_order(rules.questions, talk.answers)
    audit.record(
        action="servicelog.follow_up_asked",
        actor=actor,
        branch=fresh.branch,
        target=fresh,
        detail={"form": talk.form, "policy": policy.version, "not_in_order": [question.code for question in wrong]},
    )
    alarming = [question.code for question in wrong if question.alarm]
    if alarming:
        _alarm(fresh, actor, alarming)
    return fresh


@transaction.atomic
def record_attempt(*, follow_up: FollowUp, actor: Staff, note: str, today: date, give_up: bool = False) -> FollowUp:
    """Nobody was reached. `give_up` after the policy's number of attempts, with a reason.

    Raises ServiceLogError when it is too early to give up or the note is missing.
    """
    fresh = _held(follow_up)
    _policy, rules = _may_be_written(fresh, actor, today)
    if not note.strip():
        raise ServiceLogError(_("Say when and how you tried."), field="note")
    if give_up and fresh.attempts + 1 < rules.attempts:
        raise ServiceLogError(
            _("Given up after %(wanted)s attempts at the earliest; this is attempt %(made)s.")
            % {"wanted": rules.attempts, "made": fresh.attempts + 1},
            field="give_up",
        )
    fresh.attempts += 1
    line = f"{today:%Y-%m-%d} {note.strip()}"
    fresh.outcome = "\n".join(filter(None, [fresh.outcome, line]))[-500:]
    if give_up:
        fresh.state = FollowUp.State.GIVEN_UP
    fresh.save(update_fields=["attempts", "outcome", "state"])
    audit.record(
        action="servicelog.follow_up_given_up" if give_up else "servicelog.follow_up_attempted",
        actor=actor,
        branch=fresh.branch,
        target=fresh,
        detail={"attempts": fresh.attempts},
    )
    return fresh


def _held(follow_up: FollowUp) -> FollowUp:
    rows = FollowUp.objects.select_for_update(of=("self",)).select_related("branch", "client", "policy")
    held: FollowUp = rows.get(pk=follow_up.pk)
    return held


def _may_be_written(follow_up: FollowUp, actor: Staff, today: date) -> tuple[FollowUpPolicy, FollowUpRules]:
    if follow_up.state != FollowUp.State.OPEN:
        raise ServiceLogError(_("This follow-up has been asked already."))
    if follow_up.executor_id != actor.pk:
        raise ServiceLogError(_("This follow-up is not yours to ask."))
    policy = ensure_follow_up_policy(branch=follow_up.branch, on=today)
    rules = read_follow_up_rules(policy.rules)
    # Books change between the day of the lot and the day of the talk.
    refuse_the_dependent(follow_up, actor, rules, today)
    return policy, rules


def _refuse_gaps(talk: Talk, rules: FollowUpRules) -> None:
    if talk.form not in FollowUp.Form.values:
        raise ServiceLogError(_("Say how the client was asked."), field="form")
    known = {question.code: question for question in rules.questions}
    for code in talk.answers.keys() - known.keys():
        raise ServiceLogError(_("There is no such question: %(code)s.") % {"code": code}, field=f"answer.{code}")
    for code, question in known.items():
        _refuse_gap(question, talk.answers.get(code, ""), talk.notes.get(code, ""))
    if talk.form in rules.recording_needed and not talk.recording.strip():
        raise ServiceLogError(_("Give the reference of the recording."), field="recording")
    if len(talk.outcome.strip()) > 500:
        raise ServiceLogError(_("At most 500 characters."), field="outcome")


def _refuse_gap(question: Question, answer: str, note: str) -> None:
    if answer not in ANSWERS:
        raise ServiceLogError(_("Every question needs an answer."), field=f"answer.{question.code}")
    if answer != question.good and not note.strip():
        raise ServiceLogError(
            _("Write down what the client says; this answer is not the usual one."), field=f"note.{question.code}"
        )
    if len(note.strip()) > LONGEST_NOTE:
        raise ServiceLogError(_("At most %(most)s characters.") % {"most": LONGEST_NOTE}, field=f"note.{question.code}")


def _alarm(follow_up: FollowUp, actor: Staff, codes: list[str]) -> None:
    """Compliance and manager hear of it with the answer itself; the client's own advisor never does."""
    detail: dict[str, Any] = {"client": follow_up.client_id, "questions": codes}
    audit.record(
        action="servicelog.follow_up_alarm", actor=actor, branch=follow_up.branch, target=follow_up, detail=detail
    )
    tell_alarm(follow_up, actor)
