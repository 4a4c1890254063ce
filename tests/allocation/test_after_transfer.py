"""The after-transfer watch: who stands beside whom, what counts as kept, what an interval may claim, and the pages on top."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from django.test import Client as Browser
from hypothesis import given
from hypothesis import strategies as st

from allocation.domain.after_transfer import (
    BAND,
    MINIMUM,
    NOBODY,
    Candidates,
    beside,
    compare,
    curve,
    kept_share,
    match,
)
from allocation.models import Assignment
from allocation.queries import after_transfer
from allocation.queries.after_transfer import Selection, kept_watch, moves_of, watch
from allocation.services.books import Move, move_clients
from branch_crm.core.wilson import wilson
from clients.models import AssetSnapshot, CashFlow, ClientBehaviour, ClientValue, Trade
from tests.allocation.branch import ScoredBranch, adopted
from tests.cast import Cast

MOVED_ON, AS_OF = date(2026, 6, 1), date(2026, 11, 20)

people = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.floats(1, 1e9)), min_size=1, max_size=30)


def candidates(rows: list[tuple[int, int, float]]) -> Candidates:
    days, cells, assets = zip(*rows, strict=True)
    return Candidates(np.array(days), np.array(cells), np.array(assets))


@given(moved=people, pool=people, k=st.integers(1, 3), seed=st.integers(0, 5))
def test_beside_a_moved_client_stand_the_nearest_of_its_class_and_day(
    moved: list[tuple[int, int, float]], pool: list[tuple[int, int, float]], k: int, seed: int
) -> None:
    found = match(candidates(moved), candidates(pool), k=k, seed=seed)
    assert (found == match(candidates(moved), candidates(pool), k=k, seed=seed)).all(), "the same seed, the same answer"
    for (day, cell, assets), places in zip(moved, found, strict=True):
        chosen = [int(place) for place in places if place != NOBODY]
        far = {at: abs(np.log(other[2]) - np.log(assets)) for at, other in enumerate(pool) if other[:2] == (day, cell)}
        able = [distance for distance in far.values() if distance <= np.log(BAND)]
        assert len(set(chosen)) == len(chosen) == min(k, len(able))
        assert [far[at] for at in chosen] == sorted(able)[: len(chosen)]


@pytest.mark.parametrize(
    ("flows", "share"),
    [(0, 1.0), (-10, 0.9), (-100, 0.0), (-150, 0.0), (25, 1.25)],
    ids=["untouched", "some carried away", "all", "more than there was: the market had risen", "new money"],
)
def test_kept_counts_flows_alone(flows: float, share: float) -> None:
    assert kept_share(np.array([100.0]), np.array([[flows]]))[0, 0] == pytest.approx(share)


def test_a_difference_is_claimed_only_where_the_interval_proves_it() -> None:
    random = np.random.default_rng(3)
    noise, weights = random.normal(1, 0.05, 200), random.lognormal(0, 1, 200)
    other = random.normal(1, 0.05, 200)
    assert compare(noise, other, weights, seed=1).verdict == "none"
    assert compare(noise - 0.2, other, weights, seed=1).verdict == "less"
    assert compare(noise + 0.2, other, weights, seed=1).verdict == "more"
    few = compare(noise[: MINIMUM - 1] - 0.2, other[: MINIMUM - 1], weights[: MINIMUM - 1], seed=1)
    assert few.verdict == "few" and few.low is None and few.difference is not None
    assert compare(np.array([]), np.array([]), np.array([]), seed=1).moved is None


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    """95 % nominal; 200 repetitions of 80 clients leave room for chance and for the bootstrap's own shortness."""
    random, hits = np.random.default_rng(11), 0
    for seed in range(200):
        moved, unmoved = random.normal(0.95, 0.1, 80), random.normal(0.97, 0.1, 80)
        found = compare(moved, unmoved, np.ones(80), seed=seed)
        assert found.low is not None and found.high is not None
        hits += found.low <= -0.02 <= found.high
    assert 178 <= hits <= 199


def test_wilson_is_as_printed_in_the_tables() -> None:
    assert wilson(0, 0) is None
    low, high = wilson(8, 10) or (0, 0)
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)
    assert (wilson(0, 10) or (1, 1))[0] == pytest.approx(0.0, abs=1e-9)
    assert (wilson(10, 10) or (0, 0))[1] == pytest.approx(1.0)


def test_the_curve_ends_where_too_few_have_come() -> None:
    n, days = 30, np.array([0, 5, 10])
    kept, seen = np.full((n, 3), 0.9), np.ones((n, 3), dtype=bool)
    seen[: n - MINIMUM + 1, 2] = False
    drawn = curve(kept, np.ones((n, 3)), np.ones(n), seen, days, seed=1)
    assert drawn.moved[1] == pytest.approx((0.9, 0.9, 0.9)) and drawn.moved[2] is None
    assert drawn.n == [30, 30, MINIMUM - 1]


def test_the_mean_beside_leaves_out_nobody() -> None:
    values = np.array([1.0, 3.0, 100.0])
    mean = beside(values, np.array([[0, 1], [2, NOBODY], [NOBODY, NOBODY]]))
    assert mean[:2].tolist() == [2.0, 100.0] and np.isnan(mean[2])


@pytest.fixture
def branch(cast: Cast) -> ScoredBranch:
    """100 clients of one class with 100,000 元 each; 25 went from the first to the second advisor on 1 June."""
    ready = adopted(cast, clients=100)
    ClientValue.objects.update(tier=2, raw_tier=2, value_type="asset")
    ClientBehaviour.objects.update(persona="PP")
    AssetSnapshot.objects.bulk_create(
        AssetSnapshot(branch=ready.branch, client=client, day=day, total=100_000)
        for client in ready.clients
        for day in (date(2026, 5, 29), AS_OF)
    )
    move(ready, moved_clients(ready), MOVED_ON, Assignment.Reason.HANDOVER)
    return ready


def moved_clients(ready: ScoredBranch) -> list[Any]:
    return [client for client in ready.clients if client.counter_service_no == ready.advisors[0].staff_no][:25]


def move(ready: ScoredBranch, clients: list[Any], on: date, reason: str, back: bool = False) -> None:
    first, second = ready.advisors[:2] if not back else ready.advisors[1::-1]
    moves = [Move(client.pk, first.pk, second.pk) for client in clients]
    move_clients(branch=ready.branch, moves=moves, on=on, reason=reason, plan=None, actor=ready.cast.director)


def carry(ready: ScoredBranch, clients: list[Any], after: int, amount: int, *, external: bool = True) -> None:
    CashFlow.objects.bulk_create(
        CashFlow(
            branch=ready.branch, client=client, row_key=f"{client.pk}-{after}-{external}", kind="银行转证券",
            day=MOVED_ON + timedelta(days=after), amount=amount, is_external=external,
        )
        for client in clients
    )  # fmt: skip


def look(ready: ScoredBranch, **wanted: Any) -> Any:
    selection = Selection(**{"first": date(2026, 5, 1), "last": AS_OF, **wanted})
    return watch(ready.branch, selection, as_of=AS_OF, seed=1, k=2)


@pytest.mark.django_db
def test_money_carried_away_after_the_move_is_found_and_told_from_the_market(branch: ScoredBranch) -> None:
    moved = moved_clients(branch)
    carry(branch, moved, 10, -20_000)
    carry(branch, moved, 60, -10_000)
    carry(branch, moved, 20, -50_000, external=False)  # a purchase inside the account
    carry(branch, moved, 0, 25_000)  # on the day itself: part of what there was
    found = look(branch)
    month, quarter = found.measures[30]["kept"], found.measures[90]["kept"]
    assert month.n == quarter.n == 25 and found.unmatched == 0
    assert month.moved == pytest.approx(1 - 20 / 125) and quarter.moved == pytest.approx(1 - 30 / 125)
    assert month.unmoved == 1.0 and month.verdict == "less"
    assert found.measures[90]["left"].moved == 0.0
    assert found.curve is not None and found.curve.moved[2][0] == pytest.approx(1 - 20 / 125)  # type: ignore[index]


@pytest.mark.django_db
def test_activity_and_leavers(branch: ScoredBranch) -> None:
    moved = moved_clients(branch)
    carry(branch, moved[:5], 15, -90_000)
    Trade.objects.bulk_create(
        Trade(
            branch=branch.branch, client=client, row_key=f"{client.pk}-{day}-{n}", security_code="600519", side="B",
            day=MOVED_ON + timedelta(days=day), amount=Decimal(1000),
        )
        for client in moved[:10]
        for day in (1, 40)
        for n in range(2)
    )  # fmt: skip
    found = look(branch)
    assert found.measures[30]["left"].moved == pytest.approx(0.2)
    assert found.measures[30]["trading"].moved == pytest.approx(10 / 25)  # a day with two trades is one trading day
    assert found.measures[90]["trading"].moved == pytest.approx(20 / 25)
    assert found.measures[90]["active"].moved == pytest.approx(0.4) and found.measures[90]["active"].unmoved == 0.0


@pytest.mark.django_db
def test_only_moves_that_last_are_looked_at(branch: ScoredBranch) -> None:
    covered = [client for client in branch.clients if client.counter_service_no == branch.advisors[0].staff_no][25:28]
    move(branch, covered, MOVED_ON, Assignment.Reason.COVER)
    undone = [client for client in branch.clients if client.counter_service_no == branch.advisors[0].staff_no][28:30]
    move(branch, undone, MOVED_ON, Assignment.Reason.REQUEST)
    move(branch, undone, MOVED_ON, Assignment.Reason.ROLLBACK, back=True)
    period = Selection(first=date(2026, 5, 1), last=AS_OF)
    assert {moved.client for moved in moves_of(branch.branch, period)} == {c.pk for c in moved_clients(branch)}
    first, second = branch.advisors[:2]
    for wanted, n in (({"giver": first.pk}, 25), ({"taker": first.pk}, 0), ({"plan": 7}, 0), ({"giver": second.pk}, 0)):
        assert len(moves_of(branch.branch, Selection(date(2026, 5, 1), AS_OF, **wanted))) == n
    assert not {client for client, _day in look(branch).pool} & {client.pk for client in (*covered, *undone)}


@pytest.mark.django_db
def test_who_cannot_be_compared_is_counted(branch: ScoredBranch) -> None:
    moved = moved_clients(branch)
    AssetSnapshot.objects.filter(client=moved[0]).delete()
    AssetSnapshot.objects.filter(client=moved[1]).update(total=900_000)
    ClientValue.objects.filter(client=moved[2]).delete()
    found = look(branch)
    assert (found.unknown, found.unmatched, found.measures[30]["kept"].n) == (1, 2, 22)


@pytest.mark.django_db
def test_the_pages_say_it_and_open_the_clients(branch: ScoredBranch, client: Browser) -> None:
    moved = moved_clients(branch)
    carry(branch, moved[:6], 10, -90_000)
    client.force_login(branch.cast.director)
    period = {"since": "2026-05-01", "until": "2026-11-20"}
    page = client.get("/allocation/history/after-transfer/", period)
    assert page.status_code == 200 and "78.4" in page.content.decode()
    assert {name: size for name, _label, size in page.context["lists"]}["left"] == 6
    left = client.get("/allocation/history/after-transfer/clients/", {**period, "list": "left"})
    assert {line.moved.client.pk for line in left.context["lines"]} == {each.pk for each in moved[:6]}
    assert all(len(line.beside) == 2 for line in left.context["lines"])
    for name in ("moved", "outflow", "quiet", "uncontacted", "refused", "waiting", "unmatched", "x"):
        assert client.get("/allocation/history/after-transfer/clients/", {**period, "list": name}).status_code == 200
    none = client.get("/allocation/history/after-transfer/", {"since": "2025-01-01", "until": "2025-02-01"})
    assert none.status_code == 200 and not none.context["found"].moved


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query", ["since=x", "since=2026-05-01&until=2026-04-01", "giver=0", "k=9", "seed=-1", "case=a"]
)
def test_a_selection_that_cannot_be_read_is_said(cast: Cast, client: Browser, query: str) -> None:
    client.force_login(cast.manager)
    answer = client.get(f"/allocation/history/after-transfer/?{query}")
    assert answer.status_code == 422 and "field-errors" in answer.content.decode()


def test_the_watch_is_worked_out_once_for_the_same_books(branch: ScoredBranch, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(after_transfer, "watch", lambda *of, **how: asked.append(1) or watch(*of, **how))
    wanted, how = Selection(MOVED_ON, AS_OF), {"as_of": AS_OF, "seed": 1, "k": 3}
    first = kept_watch(branch.branch, wanted, **how)
    assert kept_watch(branch.branch, wanted, **how).moved == first.moved
    assert len(asked) == 1
    kept_watch(branch.branch, Selection(MOVED_ON, MOVED_ON), **how)
    move(branch, branch.clients[90:92], AS_OF, Assignment.Reason.HANDOVER)
    assert len(kept_watch(branch.branch, wanted, **how).moved) > len(first.moved)
    assert len(asked) == 3
