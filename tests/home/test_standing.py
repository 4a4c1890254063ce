"""The books of the advisors on the home page: the engine's own weights, hours and band."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from advisors.models import Advisor, Leave
from allocation.domain.fit.policy import DEFAULT_RULES
from allocation.models import Assignment, MatchPolicy
from allocation.queries.standing import books_standing
from allocation.services.books import Move, move_clients
from clients.models import Client, ClientStatus
from clients.services.refresh_figures import refresh_figures
from tests.allocation.branch import AS_OF, adopted, solved_plan
from tests.cast import Cast
from tests.home.branch import ask


def test_the_figures_are_those_of_a_plan(cast: Cast) -> None:
    ready = adopted(cast)
    refresh_figures(branch=cast.home)
    plan = solved_plan(ready)
    standing = {book.advisor_id: book for book in books_standing(cast.home, on=AS_OF).books}
    rows = {row["advisor"]: row for row in plan.balance}
    assert set(standing) == set(rows)
    for pk, row in rows.items():
        book, before = standing[pk], row["before"]
        assert (book.clients, book.hours, book.status) == (before["clients"], row["capacity"], row["status"])
        assert book.value == pytest.approx(before["value"], abs=1e-3)
        assert book.load == pytest.approx(before["load"], abs=1e-3)


def test_the_farthest_from_the_mean_stand_first_and_the_band_lies_around_it(cast: Cast) -> None:
    adopted(cast)
    refresh_figures(branch=cast.home)
    standing = books_standing(cast.home, on=AS_OF)
    distances = [abs(book.distance or 0) for book in standing.books]
    assert distances == sorted(distances, reverse=True)
    assert standing.band == pytest.approx((standing.mean * 0.85, standing.mean * 1.15))
    assert standing.outside == sum(distance > 0.15 for distance in distances) > 0
    held = sum(book.value for book in standing.serving)
    assert standing.mean == pytest.approx(held / sum(book.hours for book in standing.serving))


def test_who_does_not_serve_comes_last_and_weighs_nothing_in_the_mean(cast: Cast) -> None:
    ready = adopted(cast)
    refresh_figures(branch=cast.home)
    away = ready.advisors[0]
    Leave.objects.create(advisor=away, starts=AS_OF, ends=AS_OF)
    standing = books_standing(cast.home, on=AS_OF)
    last = standing.books[-1]
    assert (last.advisor_id, last.status, last.distance) == (away.pk, "on_leave", None)
    assert away.pk not in {book.advisor_id for book in standing.serving}


def test_closed_accounts_are_in_nobodys_book(cast: Cast) -> None:
    ready = adopted(cast)
    refresh_figures(branch=cast.home)
    before = sum(book.clients for book in books_standing(cast.home, on=AS_OF).books)
    Client.objects.filter(pk=ready.clients[1].pk).update(status=ClientStatus.CLOSED)
    assert sum(book.clients for book in books_standing(cast.home, on=AS_OF).books) == before - 1


def test_an_advisor_without_hours_and_a_policy_without_a_band(cast: Cast) -> None:
    adopted(cast)
    refresh_figures(branch=cast.home)
    Advisor.objects.filter(branch=cast.home).update(monthly_hours=0)
    standing = books_standing(cast.home, on=AS_OF)
    assert {(book.status, book.per_hour, book.load_share) for book in standing.books} == {("no_hours", None, None)}
    assert (standing.mean, standing.outside) == (0.0, 0)
    rules = {**DEFAULT_RULES, "fairness": None}
    MatchPolicy.objects.create(branch=cast.home, version=99, rules=rules, valid_from=date(2026, 1, 1))
    assert books_standing(cast.home, on=AS_OF).band is None
    assert "匹配规则未设公平区间" in ask(cast, "director", "home_advisors")
    assert "匹配规则未设公平区间" in ask(cast, "director", "home_advisors_why")


def test_a_branch_without_books(cast: Cast) -> None:
    Advisor.objects.filter(branch=cast.home).delete()
    standing = books_standing(cast.home, on=AS_OF)
    assert (standing.books, standing.mean) == ([], 0.0)
    assert ask(cast, "director", "home_advisors")


def test_a_move_shows_at_once_and_the_second_reader_reads_no_client(cast: Cast) -> None:
    ready = adopted(cast)
    refresh_figures(branch=cast.home)
    giver, taker = ready.advisors[:2]
    moved = Client.objects.filter(advisor=giver).first()
    assert moved

    def sizes() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as asked:
            standing = {book.advisor_id: book.clients for book in books_standing(cast.home, on=AS_OF).books}
        reads.append(any("clients_clientfigures" in query["sql"] for query in asked))
        return standing[giver.pk], standing[taker.pk]

    reads: list[bool] = []
    before = sizes()
    assert sizes() == before
    for at, (old, new) in enumerate([(giver.pk, taker.pk), (taker.pk, giver.pk), (giver.pk, None)]):
        move_clients(
            branch=cast.home,
            moves=[Move(moved.pk, old, new)],
            on=AS_OF + timedelta(days=at),
            reason=Assignment.Reason.HANDOVER,
            plan=None,
            actor=cast.director,
        )
        expected = [(-1, 1), (0, 0), (-1, 0)][at]
        assert sizes() == (before[0] + expected[0], before[1] + expected[1])
    assert reads == [True, False, True, True, True], "read again after each move, and only then"


def test_another_weighing_of_tiers_is_summed_anew(cast: Cast) -> None:
    adopted(cast)
    refresh_figures(branch=cast.home)
    before = books_standing(cast.home, on=AS_OF)
    hours = {tier: 2 * each for tier, each in DEFAULT_RULES["hours"].items()}
    MatchPolicy.objects.create(
        branch=cast.home, version=99, rules={**DEFAULT_RULES, "hours": hours}, valid_from=date(2026, 1, 1)
    )
    after = {book.advisor_id: book.load for book in books_standing(cast.home, on=AS_OF).books}
    assert after == pytest.approx({book.advisor_id: 2 * book.load for book in before.books})
