from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.template import Context, Template
from django.utils import translation

from branch_crm.core.models import TradingDay
from branch_crm.core.templatetags.dates import day, moment
from branch_crm.core.templatetags.money import delta, money, money_delta, money_full, percent, short_amount
from branch_crm.core.templatetags.why import term_bars


@pytest.mark.parametrize(
    ("amount", "chinese", "english"),
    [
        ("0", "0.00", "0.00"),
        ("9999.99", "9,999.99", "9,999.99"),
        # Rounds up to the unit: 9,999.995 is shown as one 万, not as 10,000.00.
        ("9999.995", "1.00 万", "10.00 k"),
        ("12345.60", "1.23 万", "12.35 k"),
        ("99999999.99", "1.00 亿", "100.00 M"),
        ("1234567890.00", "12.35 亿", "1.23 B"),
        ("-42000", "−4.20 万", "−42.00 k"),
    ],
)
def test_amounts_in_the_units_of_the_language(amount: str, chinese: str, english: str) -> None:
    with translation.override("zh-hans"):
        assert short_amount(Decimal(amount)) == chinese
    with translation.override("en"):
        assert short_amount(Decimal(amount)) == english


def test_the_full_figure_is_kept_on_hover() -> None:
    assert 'title="12,345.67 元"' in money(Decimal("12345.67"))
    assert money_full(Decimal("1234567.8")) == "1,234,567.80"


@pytest.mark.parametrize("nothing", [None, "", "n/a", Decimal("NaN")])
def test_a_missing_amount_is_a_dash(nothing: object) -> None:
    assert money(nothing) == "–"


@pytest.mark.parametrize(("change", "way", "text"), [(5, "rise", "+5.0"), (-5, "fall", "−5.0"), (0, "flat", "0.0")])
def test_a_change_says_its_direction_in_the_text_too(change: int, way: str, text: str) -> None:
    assert f"delta-{way}" in delta(change)
    assert f">{text}<" in delta(change)


def test_changes_in_money_and_shares() -> None:
    assert ">−4.20 万<" in money_delta(-42000)
    assert percent(Decimal("0.1234")) == "12.3%"


@time_machine.travel(datetime(2026, 11, 24, 6, tzinfo=UTC))
@pytest.mark.parametrize(
    ("language", "when", "shown"),
    [
        ("zh-hans", date(2026, 11, 24), "11-24 周二"),
        ("en", date(2026, 11, 24), "Tue 11-24"),
        ("zh-hans", date(2025, 11, 24), "2025-11-24"),
    ],
)
def test_dates_in_lists(language: str, when: date, shown: str) -> None:
    with translation.override(language):
        assert f">{shown}<" in day(when)


@time_machine.travel(datetime(2026, 11, 24, 6, tzinfo=UTC))
def test_moments_are_told_in_shanghai() -> None:
    assert ">11-25 周三 00:30<" in moment(datetime(2026, 11, 24, 16, 30, tzinfo=UTC))


@pytest.mark.django_db
@time_machine.travel(datetime(2026, 10, 9, 6, tzinfo=UTC))
@pytest.mark.parametrize(
    ("when", "chinese"),
    [(date(2026, 10, 9), "今天"), (date(2026, 9, 29), "3 个交易日前"), (date(2026, 10, 13), "2 个交易日后")],
)
def test_distances_count_sessions_not_days(when: date, chinese: str) -> None:
    for closed in range(1, 8):
        TradingDay.objects.update_or_create(day=date(2026, 10, closed), defaults={"is_session": False})
    TradingDay.objects.update_or_create(day=date(2026, 9, 30), defaults={"is_session": True})
    page = Template("{% load dates %}{% trading_distance when %}")
    assert page.render(Context({"when": when})) == chinese


def test_the_bars_of_an_explanation_stand_one_after_the_other() -> None:
    bars = term_bars([{"label": "a", "value": 30}, {"label": "b", "value": 20}, {"label": "c", "value": -10}])
    assert [(bar.start, bar.width) for bar in bars] == [(0, 60), (60, 40), (80, 20)]


def test_an_explanation_without_numbers_has_empty_bars() -> None:
    assert [bar.width for bar in term_bars([{"label": "a", "value": 0}])] == [0]
