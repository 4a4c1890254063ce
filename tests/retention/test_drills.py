"""A drill from its plan to its result: who may do what, on several phones and on one screen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from branch_crm.core.models import AuditEntry, Notification, Staff
from retention.domain.drill_rubric import ITEMS
from retention.models import Drill, DrillCard, DrillPart, LeavingRequest, Reason
from retention.queries.drill_people import item_means, participation
from retention.queries.drills import losses_of, proposals_for, standings_of
from retention.services.check_card import check_card
from retention.services.ensure_policy import ensure_retention_policy
from retention.services.errors import RetentionError
from retention.services.finish_drill import finish_drill
from retention.services.join_drill import come_to, join_drill
from retention.services.schedule_drill import cancel_drill, schedule_drill
from retention.services.score_drill import score_drill
from retention.services.step_drill import end_talk, start_drill, step_drill
from retention.services.tell_due_drills import tell_due_drills
from retention.services.write_card import write_card
from tests.cast import Cast
from tests.retention.talk import STEPS, TEXT

GOOD = dict.fromkeys(ITEMS, 2)


def ready_card(cast: Cast, reason: str = "rate") -> DrillCard:
    written = write_card(
        branch=cast.home,
        actor=cast.director,
        reason=Reason.objects.get(code=reason),
        title_zh="比佣金",
        title_en="Rate",
        text=TEXT,
        steps=STEPS,
    )
    return check_card(card=written, actor=cast.director)


def planned(cast: Cast, card: DrillCard | None = None, **options: object) -> Drill:
    """The colleague plays the client, the advisor practises."""
    options.setdefault("people", {"client": cast.colleague, "staff": cast.advisor})
    return schedule_drill(
        branch=cast.home,
        card=card or ready_card(cast),
        planned_for=timezone.now(),
        actor=cast.colleague,
        **options,  # type: ignore[arg-type]
    )


def part(drill: Drill, person: Staff) -> DrillPart:
    return DrillPart.objects.get(drill=drill, person=person)


def played(cast: Cast, card: DrillCard | None = None, *, choice: int = 0, marks: dict[str, int] | None = None) -> Drill:
    drill = come_to(drill=planned(cast, card), actor=cast.advisor)
    start_drill(drill=drill, actor=cast.colleague)
    step_drill(drill=drill, turn=0, choice=choice, actor=cast.advisor)
    end_talk(drill=drill, actor=cast.advisor)
    return score_drill(part=part(drill, cast.colleague), marks=marks or GOOD, actor=cast.colleague)


def test_two_play_score_and_have_a_result(cast: Cast) -> None:
    drill = planned(cast)
    assert Notification.objects.filter(kind="retention.drill_planned", recipient=cast.advisor).count() == 1
    with pytest.raises(RetentionError):  # the advisor has not come yet
        start_drill(drill=drill, actor=cast.colleague)
    join_drill(branch=cast.home, code=drill.code, role="staff", actor=cast.advisor)
    assert start_drill(drill=drill, actor=cast.colleague).state == "running"
    with pytest.raises(RetentionError):  # whoever plays the client does not answer
        step_drill(drill=drill, turn=0, choice=0, actor=cast.colleague)
    step_drill(drill=drill, turn=0, choice=0, actor=cast.advisor)
    assert len(step_drill(drill=drill, turn=0, choice=0, actor=cast.advisor).path) == 1
    with pytest.raises(RetentionError):
        step_drill(drill=drill, turn=0, choice=1, actor=cast.advisor)
    end_talk(drill=drill, actor=cast.advisor)
    with pytest.raises(RetentionError):
        score_drill(part=part(drill, cast.advisor), marks=GOOD, actor=cast.advisor)
    with pytest.raises(RetentionError) as error:
        score_drill(part=part(drill, cast.colleague), marks={"greets": 2}, actor=cast.colleague)
    assert error.value.field == "listens"
    done = score_drill(part=part(drill, cast.colleague), marks=GOOD, note="好", actor=cast.colleague)
    assert (done.state, done.share, done.passed, done.fails) == ("done", 1.0, True, [])
    assert finish_drill(drill=done, actor=cast.advisor).state == "done"
    assert AuditEntry.objects.filter(action="retention.drill_done").count() == 1


def test_an_answer_that_fails_outright_fails_whatever_the_points_are(cast: Cast) -> None:
    done = played(cast, choice=1)
    assert (done.share, done.passed, done.fails) == (1.0, False, ["promise"])


def test_others_join_by_four_digits_and_a_part_is_given_once(cast: Cast) -> None:
    drill = planned(cast, people={"client": cast.colleague})
    with pytest.raises(RetentionError) as error:
        join_drill(branch=cast.home, code="0000", role="staff", actor=cast.advisor)
    assert error.value.field == "code"
    with pytest.raises(RetentionError) as error:
        join_drill(branch=cast.home, code=drill.code, role="client", actor=cast.advisor)
    assert error.value.field == "role"
    with pytest.raises(RetentionError):
        join_drill(branch=cast.away, code=drill.code, role="staff", actor=cast.stranger)
    join_drill(branch=cast.home, code=drill.code, role="staff", actor=cast.advisor)
    join_drill(branch=cast.home, code=drill.code, role="observer", actor=cast.advisor)  # has a part already
    assert part(drill, cast.advisor).role == "staff"
    assert not Drill.objects.visible_to(cast.counter).filter(pk=drill.pk).exists()
    join_drill(branch=cast.home, code=drill.code, role="observer", actor=cast.counter)
    assert Drill.objects.visible_to(cast.counter).filter(pk=drill.pk).exists()


def test_on_one_screen_whoever_holds_it_taps_and_hands_in(cast: Cast) -> None:
    card = ready_card(cast)
    with pytest.raises(RetentionError) as error:
        planned(cast, card, people={"client": cast.colleague}, on_one_screen=True)
    assert error.value.field == "staff"
    drill = planned(cast, card, on_one_screen=True, observers=[cast.counter])
    start_drill(drill=drill, actor=cast.colleague)
    step_drill(drill=drill, turn=0, choice=0, actor=cast.colleague)
    end_talk(drill=drill, actor=cast.colleague)
    assert score_drill(part=part(drill, cast.colleague), marks=GOOD, actor=cast.colleague).state == "scoring"
    done = score_drill(part=part(drill, cast.counter), marks=GOOD, fails=["delay"], actor=cast.colleague)
    assert (done.state, done.passed, done.fails) == ("done", False, ["delay"])
    with pytest.raises(RetentionError):
        finish_drill(drill=planned(cast, card), actor=cast.colleague)


def test_it_is_called_off_by_whoever_planned_it_or_by_a_head(cast: Cast) -> None:
    drill = planned(cast)
    with pytest.raises(RetentionError):
        cancel_drill(drill=drill, actor=cast.advisor)
    assert cancel_drill(drill=drill, actor=cast.manager).state == "cancelled"
    with pytest.raises(RetentionError):
        cancel_drill(drill=played(cast, drill.card), actor=cast.colleague)


@pytest.mark.parametrize("days", [-2, 400])
def test_a_day_of_no_use_and_two_parts_of_one_person_are_refused(cast: Cast, days: int) -> None:
    card = ready_card(cast)
    with pytest.raises(RetentionError) as error:
        schedule_drill(
            branch=cast.home, card=card, planned_for=timezone.now() + timedelta(days=days), actor=cast.colleague
        )
    assert error.value.field == "planned_for"
    with pytest.raises(RetentionError) as error:
        planned(cast, card, observers=[cast.advisor])
    assert error.value.field == "observers"


def test_a_card_changed_meanwhile_does_not_change_what_was_played(cast: Cast) -> None:
    done = played(cast)
    DrillCard.objects.filter(pk=done.card_id).update(steps=[])
    browser = Browser()
    browser.force_login(cast.advisor)
    page = browser.get(reverse("retention:drill_detail", args=[done.pk])).content.decode()
    assert "好的，先为您受理" in page and "想有人管" in page


def test_weak_reasons_come_back_and_losses_steer_what_is_next(cast: Cast, client_of_home: object) -> None:
    today = timezone.localdate()
    rate, loss, move = (ready_card(cast, reason) for reason in ("rate_unclear", "loss", "move"))
    played(cast, rate, choice=1)
    played(cast, loss)
    LeavingRequest.objects.create(
        branch=cast.home,
        client=client_of_home,
        kind="closing",
        origin="counter",
        applied_at=timezone.now(),
        policy=ensure_retention_policy(branch=cast.home, on=today),
        reason=Reason.objects.get(code="move_far"),
    )
    assert losses_of(cast.home, today=today) == {"move": 1}
    assert set(standings_of(cast.advisor)) == {"rate", "loss"}
    assert [each.card for each in proposals_for(cast.advisor, cast.home, today=today)] == [move]
    tomorrow = proposals_for(cast.advisor, cast.home, today=today + timedelta(days=1))
    assert [each.card for each in tomorrow] == [rate, move, loss]
    assert tomorrow[0].proposal.why == ("failed",)
    rows = {row.person: row for row in participation(cast.home, today=today + timedelta(days=1))}
    assert (rows[cast.advisor].practised, rows[cast.advisor].passed) == (2, 1)
    assert [reason.code for reason in rows[cast.advisor].due] == ["rate", "loss"]
    assert (rows[cast.colleague].helped, rows[cast.counter].practised, rows[cast.counter].share) == (2, 0, None)
    assert item_means(cast.advisor) == dict.fromkeys(ITEMS, 2.0)


def test_people_are_told_once_when_a_reason_has_its_turn(cast: Cast) -> None:
    played(cast, choice=1)
    today = timezone.localdate()
    assert tell_due_drills(branch=cast.home, on=today) == 0
    for days in (1, 2):
        assert tell_due_drills(branch=cast.home, on=today + timedelta(days=days)) == 1
    told = Notification.objects.get(kind="retention.drill_due")
    assert (told.recipient, told.params["reason"]) == (cast.advisor, "rate")
    assert tell_due_drills(branch=cast.home, on=today + timedelta(days=30)) == 0


def test_each_sees_their_own_part_of_a_running_drill(cast: Cast) -> None:
    drill = come_to(drill=planned(cast), actor=cast.advisor)
    start_drill(drill=drill, actor=cast.colleague)
    drill.refresh_from_db()
    address = reverse("retention:drill_detail", args=[drill.pk])
    seen = {}
    for name in ("advisor", "colleague", "director"):
        browser = Browser()
        browser.force_login(getattr(cast, name))
        seen[name] = browser.get(address).content.decode()
    assert "想有人管" not in seen["advisor"] and "好的，先为您受理" in seen["advisor"]
    assert "想有人管" in seen["colleague"] and "好的，先为您受理" not in seen["colleague"]
    assert "想有人管" in seen["director"]
    browser = Browser()
    browser.force_login(cast.colleague)
    stage = reverse("retention:drill_stage", args=[drill.pk])
    assert browser.get(stage, {"seen": drill.changes, "state": "running"}).status_code == 204
    assert "我要销户" in browser.get(stage, {"seen": 0, "state": "running"}).content.decode()
    anew = browser.get(stage, {"seen": 0, "state": "planned"})
    assert (anew.status_code, anew.headers["HX-Refresh"]) == (204, "true")


def test_own_way_is_seen_by_oneself_and_the_heads(cast: Cast) -> None:
    played(cast)
    for name, status in {"advisor": 200, "director": 200, "colleague": 404, "counter": 404}.items():
        browser = Browser()
        browser.force_login(getattr(cast, name))
        assert browser.get(reverse("retention:drill_person", args=[cast.advisor.pk])).status_code == status, name


def test_bad_input_is_told_at_its_field(cast: Cast) -> None:
    drill = come_to(drill=planned(cast), actor=cast.advisor)
    start_drill(drill=drill, actor=cast.colleague)
    browser = Browser()
    browser.force_login(cast.advisor)
    for choice in ("", "99", "-1", "x" * 40, "9" * 400):
        browser.post(reverse("retention:drill_answer", args=[drill.pk]), {"turn": 0, "choice": choice})
    drill.refresh_from_db()
    assert drill.path == []
    assert browser.post(reverse("retention:drill_join"), {"code": "abcd", "role": "staff"}).status_code == 422
    new = browser.post(reverse("retention:drill_new"), {"card": drill.card_id, "planned_for": "yesterday"})
    assert new.status_code == 422
