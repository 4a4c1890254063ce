"""The home page of each role: its panels, and that their figures are those of the branch and of nobody else."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from advisors.models import Advisor
from branch_crm.core.models import Branch
from branch_crm.home import queries
from branch_crm.home.views import PANELS
from clients.models import Client, ClientFigures, ScoringRun, ValuePolicy
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def open_account(branch: Branch, number: str, advisor: Advisor | None = None, **figures: object) -> Client:
    client = Client.objects.create(branch=branch, client_no=number, name=f"客户{number}", advisor=advisor)
    ClientFigures.objects.filter(client=client).update(**figures)
    return client


def score(branch: Branch) -> ScoringRun:
    policy = ValuePolicy.objects.create(branch=branch, version=900, rules={})
    group = {"clients": 2, "core": 1, "revenue": 500.0, "assets": 1000.5}
    summary = {
        "types": dict.fromkeys(("commission", "product", "asset", "balanced"), group),
        "tiers": {str(tier): group for tier in range(1, 6)},
        "core": {"size": 3, "clients": 10, "revenue": 2500.0, "covered": 0.81, "curve": [[0, 0], [0.3, 0.81], [1, 1]]},
        "core_moves": {"entered": 4, "left": 2},
        "compared_with": 1,
        "data_check": 0,
    }
    return ScoringRun.objects.create(
        branch=branch, as_of=date(2026, 11, 20), policy=policy, inputs_hash="x", is_current=True, summary=summary
    )


def ask(cast: Cast, who: str, panel: str) -> str:
    browser = Browser(headers={"HX-Request": "true"})
    browser.force_login(cast.staff[who], backend="django.contrib.auth.backends.ModelBackend")
    response = browser.get(reverse(panel))
    assert response.status_code == 200
    return response.content.decode()


def test_every_panel_of_every_role_answers(cast: Cast) -> None:
    for who, staff in cast.staff.items():
        for panel, _width in PANELS[staff.role]:
            assert ask(cast, who, panel).strip(), (who, panel)


def test_a_panel_opened_alone_leads_to_the_page(client: Browser, cast: Cast) -> None:
    client.force_login(cast.director, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("home_book"))["Location"] == reverse("home")


def test_a_branch_without_figures_is_told_what_to_do(cast: Cast) -> None:
    assert "导入" in ask(cast, "director", "home_book")


def test_head_figures_are_those_of_the_current_run(cast: Cast) -> None:
    score(cast.home)
    open_account(cast.home, "1")
    book = queries.branch_book(cast.home)
    assert book
    assert (book.clients, book.net_assets, book.unserved) == (10, Decimal("5002.5"), 1)
    page = ask(cast, "director", "home_book")
    assert "30.0% 的客户贡献 81%" in page
    assert "+4 / −2" in page
    assert queries.branch_book(cast.away) is None


def test_clients_without_an_advisor_by_value(cast: Cast) -> None:
    low = open_account(cast.home, "1", value=10.0)
    high = open_account(cast.home, "2", value=90.0)
    unscored = open_account(cast.home, "3")
    open_account(cast.home, "4", cast.advisor_profile, value=99.0)
    open_account(cast.away, "5", value=99.0)
    assert list(queries.unserved(cast.director)) == [high, low, unscored]


def test_books_stand_by_their_distance_from_the_mean(cast: Cast) -> None:
    Advisor.objects.update(monthly_hours=100)
    open_account(cast.home, "1", cast.advisor_profile, value=90.0, is_core=True, total_assets=Decimal(7))
    open_account(cast.home, "2", cast.advisor_profile, value=10.0)
    open_account(cast.home, "3", cast.colleague_profile, value=50.0)
    open_account(cast.away, "4", cast.stranger_profile, value=50.0)
    books = queries.books_by_advisor(cast.home)
    assert [(b.advisor, b.clients, b.core, b.value, b.assets) for b in books] == [
        (cast.advisor_profile, 2, 1, 100.0, Decimal(7)),
        (cast.colleague_profile, 1, 0, 50.0, Decimal(0)),
    ]
    assert [round(b.distance or 0, 3) for b in books] == [0.333, -0.333]


def test_an_advisor_without_hours_has_no_value_per_hour(cast: Cast) -> None:
    Advisor.objects.update(monthly_hours=0)
    open_account(cast.home, "1", cast.advisor_profile, value=90.0)
    book = queries.books_by_advisor(cast.home)[0]
    assert (book.per_hour, book.distance) == (None, None)


def test_advisors_see_their_own_book_only(cast: Cast) -> None:
    today = timezone.localdate()
    mine = open_account(cast.home, "1", cast.advisor_profile, is_core=True, last_trade_on=today - timedelta(days=61))
    open_account(cast.home, "2", cast.colleague_profile, is_core=True, last_trade_on=today - timedelta(days=90))
    open_account(cast.home, "3", cast.advisor_profile, is_core=True, last_trade_on=today - timedelta(days=60))
    assert queries.own_book(cast.advisor)["clients"] == 2
    assert list(queries.core_gone_quiet(cast.advisor, today)) == [mine]
    page = ask(cast, "advisor", "home_my_clients")
    assert "客户1" in page
    assert "客户2" not in page


def test_risk_levels_that_end_or_ended(cast: Cast) -> None:
    today = timezone.localdate()
    days = {"over": -1, "soon": 60, "later": 61}
    clients = {
        word: Client.objects.create(
            branch=cast.home,
            client_no=word,
            name=word,
            advisor=cast.advisor_profile,
            risk_valid_until=today + timedelta(days=number),
        )
        for word, number in days.items()
    }
    assert set(queries.risk_levels_ending(cast.advisor, today)) == {clients["over"], clients["soon"]}


@pytest.mark.parametrize("panel", ["home_book", "home_advisors", "home_unserved", "home_my_clients"])
def test_more_clients_cost_no_more_queries(cast: Cast, panel: str, django_assert_max_num_queries: object) -> None:
    who = "advisor" if "my" in panel else "director"
    score(cast.home)
    counts = []
    for size in (2, 12):
        for number in range(size):
            open_account(cast.home, f"{size}-{number}", cast.advisor_profile if number % 2 else None, is_core=True)
        with django_assert_max_num_queries(40) as asked:  # type: ignore[operator]
            ask(cast, who, panel)
        counts.append(len(asked))
    assert counts[0] == counts[1]
