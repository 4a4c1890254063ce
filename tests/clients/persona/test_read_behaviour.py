"""A whole branch read at once: what ends up in the run, and that reading it again changes nothing."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from branch_crm.core import trading_calendar
from clients.models import (
    AssetSnapshot,
    BehaviourRun,
    Client,
    ClientBehaviour,
    PersonaOverride,
    Position,
    QuestionnaireAnswer,
    Trade,
)
from clients.queries.persona import active_persona_policy
from clients.services.prune_behaviour_runs import prune_behaviour_runs
from clients.services.read_behaviour import read_behaviour
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db
AS_OF = date(2026, 11, 23)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def make_client(cast: Cast, number: int, **account) -> Client:
    client = Client.objects.create(branch=cast.home, client_no=f"{number:08}", name=f"客户{number}")
    if account:
        AssetSnapshot.objects.create(branch=cast.home, client=client, day=AS_OF, **account)
    return client


def trade(client: Client, day: date, code: str, side: str, quantity: int, price: str, key: str) -> Trade:
    return Trade(
        branch=client.branch, client=client, row_key=key, day=day, market="SH", security_code=code, side=side,
        quantity=quantity, price=Decimal(price), amount=Decimal(price) * quantity,
    )  # fmt: skip


@pytest.fixture
def branch(cast):
    """A trader with leverage, a holder of products, and a client of whom nothing is known."""
    trader = make_client(cast, 1, total=400000, stock_value=380000, cash=1000, margin_debt=150000)
    keeper = make_client(cast, 2, total=900000, stock_value=50000, product_value=700000, cash=150000)
    unknown = make_client(cast, 3)
    days = trading_calendar.load()
    rows = []
    for index in range(120):
        day = days.shift(AS_OF, -2 * index - 1)
        side = "B" if index % 2 else "S"
        rows.append(trade(trader, day, f"600{index % 5:03}", side, 1000, f"{10 + index % 7}", f"t{index}"))
    rows += [trade(keeper, days.shift(AS_OF, -40), "600001", "B", 100, "10", "k1")]
    Position.objects.create(branch=cast.home, client=trader, day=AS_OF, security_code="600001", value=380000)
    for number in range(10, 30):  # a branch to compare with: everybody trades a little
        other = make_client(cast, number, total=100000 + number, stock_value=50000, cash=20000, product_value=20000)
        rows += [
            trade(other, days.shift(AS_OF, -9 * n - 2), "600002", "BS"[n % 2], 100, "12", f"o{number}-{n}")
            for n in range(12)
        ]
    Trade.objects.bulk_create(rows)
    return trader, keeper, unknown


def persona_of(client: Client) -> ClientBehaviour:
    return ClientBehaviour.objects.get(client=client, run__is_current=True)


def test_traders_keepers_and_unknowns_are_told_apart(cast, branch):
    run = read_behaviour(branch=cast.home, as_of=AS_OF)
    trader, keeper, unknown = map(persona_of, branch)
    assert (trader.observed, keeper.observed, unknown.observed) == ("AA", "PP", "")
    assert trader.evidence["trades"] == 120
    figure, place = trader.evidence["turnover"]
    traded = sum(float(row.amount) for row in Trade.objects.filter(client=branch[0]))
    assert figure == pytest.approx(traded / 2 / 380000 * 12 / (365 / 30.4375), rel=1e-3)
    assert place > 0.9
    assert run.summary["clients"] == 23
    assert cast.home.clients.get(pk=trader.client_id).figures.persona == "AA"


def test_reading_the_same_day_again_writes_nothing(cast, branch):
    first = read_behaviour(branch=cast.home, as_of=AS_OF)
    again = read_behaviour(branch=cast.home, as_of=AS_OF)
    assert (again.pk, BehaviourRun.objects.count(), ClientBehaviour.objects.count()) == (first.pk, 1, 23)


def test_an_older_day_does_not_take_the_place_of_a_newer_one(cast, branch):
    newer = read_behaviour(branch=cast.home, as_of=AS_OF)
    older = read_behaviour(branch=cast.home, as_of=AS_OF - timedelta(days=30))
    newer.refresh_from_db()
    assert (newer.is_current, older.is_current) == (True, False)


def test_form_and_override_stand_beside_the_observation(cast, branch):
    policy = active_persona_policy(cast.home, on=AS_OF)
    said = {"branch": cast.home, "policy": policy, "answered_on": AS_OF, "answers": {}}
    QuestionnaireAnswer.objects.create(client=branch[0], persona="PP", confidence=0.9, **said)
    PersonaOverride.objects.create(
        branch=cast.home, client=branch[1], persona="II", reason="多次面谈", until=AS_OF, made_by=cast.director
    )
    read_behaviour(branch=cast.home, as_of=AS_OF)
    trader, keeper, _ = map(persona_of, branch)
    assert (trader.stated, trader.observed, trader.needs_talk) == ("PP", "AA", True)
    assert (keeper.persona, keeper.observed, keeper.confidence) == ("II", "PP", 1.0)


def test_an_empty_branch_can_be_read(cast):
    assert read_behaviour(branch=cast.away, as_of=AS_OF).summary["clients"] == 0


def test_old_nights_are_forgotten_and_month_ends_kept(cast, branch):
    days = [date(2026, 8, 28), date(2026, 8, 31), date(2026, 9, 15), AS_OF]
    for day in days:
        read_behaviour(branch=cast.home, as_of=day)
    assert prune_behaviour_runs(branch=cast.home, on=AS_OF) == 1
    kept = BehaviourRun.objects.order_by("as_of").values_list("as_of", flat=True)
    assert list(kept) == days[1:]
    assert not ClientBehaviour.objects.filter(run__as_of=days[0]).exists()
