"""Who hears what of plans, notices and requests, and that the one who did it does not."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone, translation

from allocation.models import ChangeRequest, MatchPolicy, Plan
from allocation.services.answer_notice import answer_objection
from allocation.services.approve_second import send_back
from allocation.services.ask_for_change import ask_for_change
from allocation.services.decide_change import change_advisor
from allocation.services.note_overdue_requests import note_overdue_requests
from allocation.services.open_notice import open_notice
from allocation.services.place_bid import place_bid
from allocation.services.publish_plan import publish_plan
from allocation.services.raise_objection import raise_objection
from branch_crm.core.models import Notification
from branch_crm.core.notifications import text_of
from clients.models import Client
from tests.allocation.branch import ScoredBranch, solved_plan


def told(kind: str) -> list[str]:
    rows = Notification.objects.filter(kind=f"allocation.{kind}").order_by("recipient__username")
    for row in rows:
        for language in ("zh-hans", "en"):
            with translation.override(language):
                assert text_of(row.kind, row.params)
    return list(rows.values_list("recipient__username", flat=True))


def names(*people: object) -> list[str]:
    return sorted(person.username for person in people)  # type: ignore[attr-defined]


def test_a_notice_from_its_opening_to_the_answers(ready: ScoredBranch, plan: Plan) -> None:
    cast = ready.cast
    notice = open_notice(plan=plan, actor=cast.director, trading_days=3)
    moved = plan.lines.exclude(before=None, after=None)
    touched = {pk for line in moved if line.before_id != line.after_id for pk in (line.before_id, line.after_id)}
    hearers = [p.account for p in (cast.advisor_profile, cast.colleague_profile) if p.pk in touched]
    assert hearers and told("notice_opened") == names(*hearers)

    line = plan.lines.filter(before=cast.advisor_profile).exclude(after=cast.advisor_profile).first()
    assert line is not None
    said = {"notice": notice, "advisor": cast.advisor_profile, "actor": cast.advisor}
    objection = raise_objection(line_id=line.pk, ground="relation", **said)  # type: ignore[arg-type]
    place_bid(client_no="no such", text="served them for years", **said)  # type: ignore[arg-type]
    # Once a day, not once an advisor.
    assert told("notice_answered") == names(cast.assistant, cast.director)

    answer_objection(objection=objection, actor=cast.director, granted=False, seen_revision=plan.revision, text="fair")
    assert told("objection_answered") == names(cast.advisor)
    assert Notification.objects.get(kind="allocation.objection_answered").url == f"/allocation/notices/{notice.pk}/"


def test_who_may_give_the_second_approval_hears_of_it_each_time(ready: ScoredBranch) -> None:
    cast = ready.cast
    policy = MatchPolicy.objects.get(branch=ready.branch)
    policy.rules["approval"] = {"moves": 1, "value_share": None, "tier": None}
    policy.save()
    plan = solved_plan(ready)
    waiting = publish_plan(plan=plan, actor=cast.director, effective_on=timezone.localdate(), include_pending=True).plan
    assert told("second_approval") == names(cast.manager)
    send_back(plan=waiting, actor=cast.manager, note="too many")
    assert told("second_answered") == names(cast.director)


def test_a_request_from_its_entry_to_the_new_advisor(ready: ScoredBranch) -> None:
    cast = ready.cast
    client = Client.objects.filter(advisor=cast.advisor_profile).order_by("pk")[3]
    asked = {"client": client, "actor": cast.counter, "origin": ChangeRequest.Origin.COUNTER}
    change = ask_for_change(**asked).change  # type: ignore[arg-type]
    ask_for_change(**asked)  # type: ignore[arg-type]
    assert told("change_asked") == names(cast.assistant, cast.director)

    late = change.due_on + timedelta(days=1)
    note_overdue_requests(ready.branch, late)
    note_overdue_requests(ready.branch, late)
    assert told("change_overdue") == names(cast.assistant, cast.director, cast.manager)

    change_advisor(
        change=change,
        actor=cast.director,
        successor=cast.colleague_profile,
        seen_holder=cast.advisor_profile.pk,
    )
    assert told("change_decided") == names(cast.counter)
    assert told("client_given") == names(cast.colleague)


def test_what_is_rolled_back_was_told_to_nobody(ready: ScoredBranch, plan: Plan) -> None:
    with transaction.atomic():
        open_notice(plan=plan, actor=ready.cast.director, trading_days=3)
        assert Notification.objects.exists()
        transaction.set_rollback(True)
    assert not Notification.objects.exists()
