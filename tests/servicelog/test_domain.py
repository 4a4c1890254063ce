"""What counts as a contact, which wording is flagged, which product is refused: the rules alone."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branch_crm.core.domain.rule_table import RuleFault
from servicelog.domain.log_quality import Log, judge
from servicelog.domain.screening import screen
from servicelog.domain.service_rules import (
    CLIENT_LEVELS,
    DEFAULT_RULES,
    PRODUCT_LEVELS,
    read_service_rules,
)
from servicelog.domain.suitability import ClientSide, ProductSide, assess

RULES = read_service_rules({})
TEN = datetime(2026, 11, 23, 10, 0)
GOOD = "与客户沟通了三季度持仓情况，客户希望年底前降低权益仓位"


def log(text=GOOD, held_at=TEN, **more):
    return Log(text=text, held_at=held_at, logged_at=more.pop("logged_at", held_at + timedelta(minutes=3)), **more)


@pytest.mark.parametrize(
    ("one", "others", "reasons"),
    [
        (log(), [], ()),
        (log("已联系"), [], ("short",)),
        (log("……………………………………"), [], ("short",)),
        (log(GOOD + "。"), [log(held_at=TEN - timedelta(days=5))], ("copy",)),
        (log(), [log("客户来电咨询新股申购规则，已说明额度计算方法", TEN - timedelta(days=1))], ()),
        (log(held_at=datetime(2026, 11, 23, 23, 10)), [], ("hours",)),
        (log(reached=False), [], ("not_reached",)),
        (log(bulk=True), [], ("bulk",)),
        (log(sessions_late=4), [], ("late",)),
        (log(logged_at=TEN - timedelta(hours=2)), [], ("future",)),
    ],
)
def test_a_log_counts_or_says_why_not(one, others, reasons):
    assert judge(one, others, RULES.counting) == reasons


def test_a_burst_is_more_logs_than_anybody_holds_talks():
    texts = [f"第{n}位客户{'甲乙丙丁戊己庚'[n] * 8}谈到{'股债金油房车船'[n] * 6}" for n in range(7)]
    logs = [log(texts[n], TEN + timedelta(minutes=n)) for n in range(7)]
    assert all("burst" in judge(one, [o for o in logs if o is not one], RULES.counting) for one in logs)
    assert judge(logs[0], logs[1:6], RULES.counting) == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("这款产品保本保收益", ["保本", "保收益"]),
        ("已告知客户产品不保本，也不保证收益", []),
        ("市场没有无风险的收益", []),
        ("告诉他年化8%的收益没有问题", ["8%的收益"]),
        ("客户问能否代操作，已拒绝", ["代操作"]),
        ("不得承诺收益。保本", ["保本"]),
        ("不是不保本", ["保本"]),
        ("", []),
    ],
)
def test_forbidden_wording_is_found_and_its_denial_passes(text, words):
    assert [hit.word for hit in screen(text, RULES.forbidden)] == words


@given(st.text(max_size=60))
def test_hits_lie_where_they_say(text):
    for hit in screen(text + "保本", RULES.forbidden):
        assert (text + "保本")[hit.start : hit.end] == hit.word


ON = date(2026, 11, 24)


@given(st.sampled_from(CLIENT_LEVELS), st.sampled_from(PRODUCT_LEVELS), st.booleans())
def test_nothing_above_the_level_is_ever_suggested(level, product, staff_initiated):
    verdict = assess(
        ClientSide(level, date(2027, 1, 1)),
        ProductSide(product),
        RULES.suitability,
        on=ON,
        staff_initiated=staff_initiated,
    )
    above = int(product[1]) > max(int(level[1]), 1)
    assert (verdict.result == "match") == (not above)
    if above:
        assert verdict.result == ("blocked" if staff_initiated or level == "C0" else "client_initiated")


@pytest.mark.parametrize(
    ("client", "product", "grounds"),
    [
        (ClientSide("C4", date(2026, 11, 23)), ProductSide("R1"), ("expired",)),
        (ClientSide("", None), ProductSide("R1"), ("no_level",)),
        (ClientSide("C5", None), ProductSide(""), ("no_product_level",)),
        (ClientSide("C5", None), ProductSide("R1", on_sale=False), ("not_on_sale",)),
        (ClientSide("C5", None, liquidity="high"), ProductSide("R1", term_days=180), ("term",)),
    ],
)
def test_what_cannot_be_assessed_is_blocked(client, product, grounds):
    verdict = assess(client, product, RULES.suitability, on=ON)
    assert (verdict.result, verdict.grounds) == ("blocked", grounds)


def test_professional_investors_are_not_held_to_levels():
    assert (
        assess(ClientSide("", None, professional=True), ProductSide("R5"), RULES.suitability, on=ON).result == "match"
    )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"standards": {**DEFAULT_RULES["standards"], "4": {"contacts": -1}}}, "standards.4.contacts"),
        ({"quiet_hours": {"from": "9pm", "until": "08:30"}}, "quiet_hours.from"),
        ({"forbidden": {**DEFAULT_RULES["forbidden"], "patterns": ["("]}}, "forbidden.patterns.0"),
        ({"suitability": {**DEFAULT_RULES["suitability"], "highest": {}}}, "suitability.highest.C0"),
    ],
)
def test_a_wrong_policy_names_its_field(change, field):
    with pytest.raises(RuleFault) as error:
        read_service_rules(change)
    assert error.value.field == field
