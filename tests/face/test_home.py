"""The home page of each role: its panels, and that their figures are those of the branch and of nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from advisors.models import Advisor
from branch_crm.core.models import Branch
from branch_crm.home.queries import own_book
from branch_crm.home.views import PANELS
from clients.models import Client, ClientFigures
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def open_account(branch: Branch, number: str, advisor: Advisor | None = None, **figures: object) -> Client:
    client = Client.objects.create(branch=branch, client_no=number, name=f"客户{number}", advisor=advisor)
    ClientFigures.objects.filter(client=client).update(**figures)
    return client


def ask(cast: Cast, who: str, panel: str) -> str:
    browser = Browser(headers={"HX-Request": "true"})
    browser.force_login(cast.staff[who], backend="django.contrib.auth.backends.ModelBackend")
    response = browser.get(reverse(panel))
    assert response.status_code == 200
    return response.content.decode()


def test_every_panel_of_every_role_answers(cast: Cast) -> None:
    for who, staff in cast.staff.items():
        for panel, _width in PANELS.get(staff.role, ()):  # advisors begin with Today
            assert ask(cast, who, panel).strip(), (who, panel)


def test_a_panel_opened_alone_leads_to_the_page(client: Browser, cast: Cast) -> None:
    client.force_login(cast.director, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("home_book"))["Location"] == reverse("home")


def test_a_branch_without_figures_is_told_what_to_do(cast: Cast) -> None:
    assert "导入" in ask(cast, "director", "home_book")


def test_advisors_see_their_own_book_only(cast: Cast) -> None:
    today = timezone.localdate()
    mine = open_account(cast.home, "1", cast.advisor_profile, is_core=True, last_trade_on=today - timedelta(days=61))
    open_account(cast.home, "2", cast.colleague_profile, is_core=True, last_trade_on=today - timedelta(days=90))
    open_account(cast.home, "3", cast.advisor_profile, is_core=True, last_trade_on=today - timedelta(days=60))
    assert own_book.own_book(cast.advisor)["clients"] == 2
    assert list(own_book.core_gone_quiet(cast.advisor, today)) == [mine]
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
    assert set(own_book.risk_levels_ending(cast.advisor, today)) == {clients["over"], clients["soon"]}


def test_more_clients_cost_no_more_queries(cast: Cast, django_assert_max_num_queries: object) -> None:
    counts = []
    for size in (2, 12):
        for number in range(size):
            open_account(cast.home, f"{size}-{number}", cast.advisor_profile, is_core=True)
        with django_assert_max_num_queries(40) as asked:  # type: ignore[operator]
            ask(cast, "advisor", "home_my_clients")
        counts.append(len(asked))
    assert counts[0] == counts[1]
