"""Who entered and left the core set between two stored runs, and why."""

from __future__ import annotations

from datetime import date

from clients.models import Client, ScoringRun
from clients.queries.core_changes import MONTH, WEEK, core_changes, seen_by
from clients.services.prune_scoring_runs import prune_scoring_runs
from tests.cast import Cast
from tests.home.branch import MONTH_END, NOW, WEEK_AGO, Standing, ask, scored


def reasons(cast: Cast, period: str) -> dict[str, str]:
    found = core_changes(cast.home, period)
    assert found
    return {client.client_no: move.reason for client, move in seen_by(cast.director, found.moves)}


def test_every_move_of_the_month_has_its_reason(cast: Cast, clients: dict[str, Client]) -> None:
    assert reasons(cast, MONTH) == {
        "trader": "commission_up",
        "buyer": "purchases_up",
        "lifted": "line_down",
        "quiet": "commission_down",
        "pushed": "line_up",
        "newcomer": "new_client",
        "gone": "closed",
    }
    found = core_changes(cast.home)
    assert found
    assert (found.before.as_of, found.now.as_of) == (MONTH_END, NOW)
    assert (found.entered, found.left) == (4, 3)
    assert (found.line_before, found.line) == (400.0, 380.0)
    assert sum(found.by_reason.values()) == 7
    buyer = next(move for move in found.moves if move.client_id == clients["buyer"].pk)
    assert (buyer.by_commission, buyer.by_fees) == (0.0, 500.0)


def test_the_week_compares_with_the_run_of_a_week_ago(cast: Cast, clients: dict[str, Client]) -> None:
    found = core_changes(cast.home, WEEK)
    assert found and found.before.as_of == WEEK_AGO
    assert "quiet" not in reasons(cast, WEEK), "had left before"


def test_without_an_earlier_run_the_pages_say_so(cast: Cast) -> None:
    assert core_changes(cast.home) is None, "not scored at all"
    assert "从第二个月起" in ask(cast, "director", "home_core")
    scored(cast.home, NOW, {}, current=True)
    assert core_changes(cast.home) is None
    assert "暂无可对比的评分" in ask(cast, "director", "clients:core_changes")


def test_the_run_that_the_month_is_compared_with_outlives_the_tidying(cast: Cast, clients: dict[str, Client]) -> None:
    scored(cast.home, date(2026, 8, 3), {})
    scored(cast.home, date(2026, 8, 31), {})
    assert prune_scoring_runs(branch=cast.home, on=date(2026, 12, 31)) == 1
    assert set(ScoringRun.objects.filter(branch=cast.home).values_list("as_of", flat=True)) == {
        date(2026, 8, 31),
        MONTH_END,
        WEEK_AGO,
        NOW,
    }


def test_a_run_made_anew_is_compared_anew(cast: Cast, clients: dict[str, Client]) -> None:
    first = core_changes(cast.home)
    scored(cast.home, date(2026, 11, 23), {clients["trader"]: Standing(700, core=True)}, current=True)
    second = core_changes(cast.home)
    assert first and second
    assert len(second.moves) != len(first.moves)


def test_the_list_page_holds_what_the_panel_counts(cast: Cast, clients: dict[str, Client]) -> None:
    panel = ask(cast, "director", "home_core")
    assert "+4" in panel and "−3" in panel
    for query, shown in (
        ("way=entered", {"trader", "buyer", "lifted", "newcomer"}),
        ("way=left", {"quiet", "pushed", "gone"}),
        ("reason=line_down", {"lifted"}),
        ("period=week&way=left", {"pushed"}),
    ):
        page = ask(cast, "director", "clients:core_changes", query)
        assert {name for name in clients if f"客户{name}<" in page} == shown, query


def test_odd_queries_and_empty_choices_are_answered(cast: Cast, clients: dict[str, Client]) -> None:
    for query in ("period=year&way=up&reason=x&page=x", "page=99", "reason=closed&way=entered"):
        assert ask(cast, "compliance", "clients:core_changes", query)


def test_strangers_see_none_of_it(cast: Cast, clients: dict[str, Client]) -> None:
    page = ask(cast, "stranger", "clients:core_changes")
    assert not any(f"客户{name}<" in page for name in clients)
