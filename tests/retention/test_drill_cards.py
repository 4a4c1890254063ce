"""Cards: written step by step, read by a person before they are played, made from a case without whom it happened to."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from branch_crm.core.models import AuditEntry
from clients.models import Client
from retention.domain.drill_steps import read_steps
from retention.models import DrillCard, LeavingRequest, Reason, RetentionCase
from retention.services.anonymise_case import anonymise_case
from retention.services.bring_in_cards import bring_in_cards
from retention.services.check_card import check_card, retire_card
from retention.services.ensure_policy import ensure_retention_policy
from retention.services.errors import RetentionError
from retention.services.write_card import remove_step, write_card, write_step
from tests.cast import Cast
from tests.retention.talk import STEPS, TEXT, both


def card_of(cast: Cast, **options: object) -> DrillCard:
    rate = Reason.objects.get(code="rate")
    given = {"title_zh": "比佣金", "title_en": "Rate", "text": TEXT, "steps": STEPS} | options
    return write_card(branch=cast.home, actor=cast.director, reason=rate, **given)  # type: ignore[arg-type]


@pytest.fixture
def case(cast: Cast, client_of_home: Client) -> RetentionCase:
    request = LeavingRequest.objects.create(
        branch=cast.home,
        client=client_of_home,
        kind="closing",
        origin="counter",
        applied_at=timezone.now(),
        policy=ensure_retention_policy(branch=cast.home, on=timezone.localdate()),
        reason=Reason.objects.get(code="rate_above_peers"),
        reason_note="李建军说3月5日跟李文谈过，电话13812345678",
        competitor="某某证券",
    )
    return RetentionCase.objects.create(
        branch=cast.home, client=client_of_home, source="request", request=request, tier=3, assets=Decimal("432198.76")
    )


def test_a_card_is_read_before_it_is_played_and_again_when_it_changes(cast: Cast) -> None:
    card = check_card(card=card_of(cast), actor=cast.compliance)
    assert (card.state, card.checked_by) == ("ready", cast.compliance)
    write_step(card=card, key="2", says=both("好吧"), choices=[], actor=cast.director)
    card.refresh_from_db()
    assert (card.state, card.checked_by, read_steps(card.steps)["2"].says["zh"]) == ("draft", None, "好吧")
    assert retire_card(card=card, actor=cast.director).state == "retired"
    with pytest.raises(RetentionError):
        check_card(card=card, actor=cast.compliance)


def test_what_cannot_be_played_cannot_be_ready(cast: Cast) -> None:
    card = card_of(cast)
    remove_step(card=card, key="3", actor=cast.director)
    with pytest.raises(RetentionError):
        check_card(card=card, actor=cast.compliance)
    assert write_step(card=card, key="new", says=both("我要投诉"), choices=[], actor=cast.director) == "3"
    assert check_card(card=card, actor=cast.compliance).state == "ready"
    with pytest.raises(RetentionError):
        check_card(card=card_of(cast, title_zh="空的", text={}), actor=cast.compliance)
    with pytest.raises(RetentionError) as error:
        card_of(cast)
    assert error.value.field == "title_zh"


def test_the_firms_cards_are_not_changed_in_a_branch(cast: Cast) -> None:
    firms = write_card(
        branch=None,
        actor=None,
        reason=Reason.objects.get(code="rate"),
        title_zh="总部",
        title_en="Firm",
        text=TEXT,
        steps=STEPS,
    )
    with pytest.raises(RetentionError):
        remove_step(card=firms, key="1", actor=cast.director)


def test_the_first_set_is_brought_in_once(cast: Cast) -> None:
    assert len(bring_in_cards(branch=cast.home, actor=cast.director)) == 10
    assert bring_in_cards(branch=cast.home, actor=cast.director) == []
    for card in DrillCard.objects.filter(branch=cast.home):
        assert check_card(card=card, actor=cast.director).state == "ready"


def test_a_case_becomes_a_card_without_its_client(cast: Cast, case: RetentionCase) -> None:
    card = anonymise_case(case=case, actor=cast.director)
    told = str(card.text) + card.title
    for gone in ("李建军", "李文", "13812345678", "3月5日", "432198", "80000001", "某某证券"):
        assert gone not in told
    assert "10万" in card.text["zh"]["facts"] and card.reason.code == "rate_above_peers"
    assert anonymise_case(case=case, actor=cast.director).pk == card.pk
    assert AuditEntry.objects.filter(action="retention.drill_card_from_case").count() == 1
    with pytest.raises(RetentionError):
        check_card(card=card, actor=cast.director)
    assert check_card(card=card, actor=cast.compliance).state == "ready"


def test_what_still_looks_like_somebody_is_found(cast: Cast, case: RetentionCase) -> None:
    card = anonymise_case(case=case, actor=cast.director)
    text = {**card.text, "zh": {**card.text["zh"], "facts": "客户号80000001"}}
    write_card(
        branch=cast.home, card=card, actor=cast.director, reason=card.reason, title_zh="x", title_en="x", text=text
    )
    with pytest.raises(RetentionError, match="80000001"):
        check_card(card=card, actor=cast.compliance)


def test_a_case_without_a_reason_is_no_card(cast: Cast, client_of_home: Client) -> None:
    empty = RetentionCase.objects.create(branch=cast.home, client=client_of_home, source="signal")
    with pytest.raises(RetentionError):
        anonymise_case(case=empty, actor=cast.director)


def test_the_desk_writes_a_card_and_a_step(cast: Cast) -> None:
    browser = Browser()
    browser.force_login(cast.director)
    rate = Reason.objects.get(code="rate")
    given = {
        "reason": rate.pk,
        "title_zh": "新卡",
        "title_en": "New",
        "zh-situation": "情况",
        "en-situation": "Situation",
    }
    browser.post(reverse("retention:drill_card_new"), given)
    card = DrillCard.objects.get(title_zh="新卡")
    assert (card.state, card.text["zh"]["situation"]) == ("draft", "情况")
    new_step = reverse("retention:drill_step", args=[card.pk, "new"])
    assert browser.post(new_step, {"zh-says": "我要销户"}).status_code == 422
    browser.post(
        new_step,
        {
            "zh-says": "我要销户",
            "en-says": "Close it",
            "zh-answer1": "好",
            "en-answer1": "Yes",
            "verdict-answer1": "delay",
        },
    )
    card.refresh_from_db()
    step = read_steps(card.steps)["1"]
    assert [(choice.words["zh"], choice.fail, choice.quality) for choice in step.choices] == [("好", "delay", 0)]
    assert browser.get(reverse("retention:drill_step", args=[card.pk, "1"])).status_code == 200
    assert browser.get(reverse("retention:drill_step", args=[card.pk, "7"])).status_code == 404
    page = browser.get(reverse("retention:drill_card", args=[card.pk])).content.decode()
    assert "我要销户" in page
