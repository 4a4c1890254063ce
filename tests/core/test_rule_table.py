"""Reading stored rules: a fault names the path of its field, whatever stands there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest

from branch_crm.core.domain.rule_table import RuleFault, RuleTable

STORED: dict[str, Any] = {
    "clock": {"sessions": 2, "ends": "15:00", "from": "2026-02-17", "share": 0.5, "rate": "0.00012"},
    "names": ["a", "b", "a"],
    "rows": [{"code": "one"}, {"code": ""}],
}


def test_what_is_right_is_read() -> None:
    rules = RuleTable(STORED)
    clock = rules.table("clock")
    assert (clock.whole("sessions", 1, 3), clock.number("share", 0, 1)) == (2, 0.5)
    assert (clock.time("ends"), clock.day("from")) == (time(15), date(2026, 2, 17))
    assert clock.decimal("rate", "0", "0.003") == Decimal("0.00012")
    assert (rules.texts("names"), rules.among("names", "abc")) == (("a", "b", "a"), ("a", "b"))
    assert [row.path for row in rules.rows("rows")] == ["rows.0", "rows.1"]


@pytest.mark.parametrize(
    ("field", "read"),
    [
        ("absent", lambda rules: rules.table("absent")),
        ("names", lambda rules: rules.table("names")),
        ("names", lambda rules: rules.among("names", "b")),
        ("clock.ends", lambda rules: rules.table("clock").texts("ends")),
        ("clock.sessions", lambda rules: rules.table("clock").whole("sessions", 3, 5)),
        ("clock.share", lambda rules: rules.table("clock").whole("share", 0, 1)),
        ("clock.ends", lambda rules: rules.table("clock").number("ends", 0, 1)),
        ("clock.rate", lambda rules: rules.table("clock").decimal("rate", "1", "2")),
        ("clock.from", lambda rules: rules.table("clock").time("from")),
        ("clock.ends", lambda rules: rules.table("clock").day("ends")),
        ("clock.ends", lambda rules: rules.table("clock").one_of("ends", ("16:00",))),
        ("clock.ends", lambda rules: rules.table("clock").none_but(("sessions", "from", "share", "rate"), "figure")),
        ("rows.1.code", lambda rules: [row.text("code") for row in rules.rows("rows")]),
    ],
)
def test_what_is_wrong_names_its_field(field: str, read: Callable[[RuleTable], Any]) -> None:
    with pytest.raises(RuleFault) as refused:
        read(RuleTable(STORED))
    assert refused.value.field == field


@pytest.mark.parametrize("value", [True, None, "3", float("nan"), float("inf")])
def test_only_numbers_are_numbers(value: object) -> None:
    with pytest.raises(RuleFault) as refused:
        RuleTable({"days": value}).number("days", 0, 10)
    assert (refused.value.low, refused.value.high) == (0, 10)
