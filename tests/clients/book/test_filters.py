"""Every filter of the list, said in words and taken away again; wrong values are left out with a message."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from clients.filters import filtered
from clients.models import Client
from clients.queries.book import book_of
from tests.clients.book.conftest import Book, set_figures
from tests.clients.book.test_access import browser


@pytest.fixture
def varied(book: Book) -> Book:
    today = timezone.localdate()
    Client.objects.filter(pk=book.zhang.pk).update(
        risk_level="C4", risk_valid_until=today + timedelta(days=1), has_margin=True
    )
    Client.objects.filter(pk=book.zeng.pk).update(risk_level="C2", risk_valid_until=today - timedelta(days=1))
    Client.objects.filter(pk=book.newcomer.pk).update(status="sleeping")
    set_figures(book.zhang, last_trade_on=today - timedelta(days=3))
    return book


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"tier": ["4"]}, "张伟"),
        ({"tier": ["3"]}, "张伟 曾伟 王秀英"),
        ({"value_type": ["asset", "product"]}, "张伟 王秀英"),
        ({"persona": ["AA", "unknown"]}, "张伟 曾伟"),
        ({"core": ["yes"]}, "张伟"),
        ({"core": ["no"]}, "曾伟 王秀英 丁一"),
        ({"advisor": ["none"]}, "丁一"),
        ({"status": ["sleeping"]}, "丁一"),
        ({"risk": ["C2"]}, "曾伟 王秀英"),
        ({"risk_state": ["valid"]}, "张伟 王秀英"),
        ({"risk_state": ["expired"]}, "曾伟"),
        ({"risk_state": ["missing"]}, "丁一"),
        ({"margin": ["yes"]}, "张伟"),
        ({"margin": ["no"]}, "曾伟 王秀英 丁一"),
        ({"assets_min": ["30"]}, "张伟 曾伟"),
        ({"assets_max": ["30"]}, "曾伟 王秀英"),
        ({"assets_min": ["30"], "assets_max": ["30"]}, "曾伟"),
        ({"quiet_days": ["3"]}, "曾伟 王秀英 丁一"),
        ({"quiet_days": ["2"]}, "张伟 曾伟 王秀英 丁一"),
        ({"offsystem": ["yes"]}, "张伟"),
        ({"opened_after": ["2020-07-01"]}, "曾伟"),
        ({"opened_before": ["2020-06-30"]}, "张伟"),
        ({"q": ["伟"], "tier": ["5"]}, "张伟"),
    ],
)
def test_filter(varied: Book, query: dict[str, list[str]], names: str) -> None:
    book = book_of(varied.cast.director, varied.cast.home)
    found = {client.name for client in filtered(book, query, user=varied.cast.director)}
    assert found == set(names.split())


def test_by_advisor_and_never_by_one_of_another_branch(book: Book) -> None:
    clients = book_of(book.cast.director, book.cast.home)
    mine = {"advisor": [str(book.cast.advisor_profile.pk)]}
    assert {c.name for c in filtered(clients, mine, user=book.cast.director)} == {"张伟", "曾伟"}
    page = browser(book, "director").get(reverse("clients:list"), {"advisor": book.cast.stranger_profile.pk})
    assert "notice-warning" in page.content.decode()


def test_filters_in_words_each_with_its_way_out(book: Book) -> None:
    query = "tier=4&persona=AA&persona=mixed&assets_min=50&quiet_days=30&advisor=none&sort=-assets"
    page = browser(book, "director").get(f"{reverse('clients:list')}?{query}").content.decode()
    chips = re.findall(r'<span class="chip">([^<]+)<a href="([^"]+)"', page)
    assert [text for text, _url in chips] == [
        *("级别 ≥ 白金", "行为类型：积极进取型 / 混合型", "客户经理：暂无", "资产 ≥ 50 万", "30 日无成交")
    ]
    without_tier = chips[0][1]
    assert "tier=" not in without_tier and "assets_min=50" in without_tier and "sort=-assets" in without_tier


@pytest.mark.parametrize(
    "query",
    [
        *("tier=abc", "tier=9", "assets_min=many", "assets_min=1e400", "quiet_days=0", "quiet_days=-1", "risk=C9"),
        *("opened_after=2026-02-30", "advisor=999999999999999999999", "persona=XX", "core=perhaps"),
        *("after=abc", "after=999999999999999999", "before=-1", "rows=0", "rows=1000000", "sort=salary", "view=zz"),
        f"q={'x' * 61}",
    ],
)
def test_wrong_values_never_break_the_page(book: Book, query: str) -> None:
    for who in ("director", "advisor"):
        answer = browser(book, who).get(f"{reverse('clients:list')}?{query}")
        assert answer.status_code == 200
        api = browser(book, who).get(f"{reverse('api:client-list')}?{query}")
        assert api.status_code in (200, 400)


def test_wrong_values_are_named(book: Book) -> None:
    page = browser(book, "director").get(reverse("clients:list"), {"assets_min": "many"}).content.decode()
    assert "notice-warning" in page and "张伟" in page
    api = browser(book, "director").get(reverse("api:client-list"), {"assets_min": "many"})
    assert "assets_min" in api.json()


def test_api_pages_by_key(book: Book) -> None:
    who = browser(book, "director")
    first = who.get(reverse("api:client-list"), {"page_size": 2, "sort": "name"}).json()
    second = who.get(first["next"]).json()
    assert [c["name"] for c in first["results"] + second["results"]] == ["丁一", "王秀英", "曾伟", "张伟"]
    assert second["next"] is None and who.get(second["previous"]).json()["results"] == first["results"]


def test_empty_lists_teach_the_next_step(book: Book) -> None:
    nothing = browser(book, "director").get(reverse("clients:list"), {"q": "没有这个人"}).content.decode()
    assert "没有符合条件的客户" in nothing
    Client.objects.filter(advisor=book.cast.colleague_profile).update(advisor=None)
    assert "您名下还没有客户" in browser(book, "colleague").get(reverse("clients:list")).content.decode()


def test_the_figures_follow_the_current_runs(book: Book) -> None:
    """Tier, value and persona of the list are copies; refreshing takes them from the runs, here: from none."""
    from clients.services.refresh_figures import refresh_figures

    assert refresh_figures(branch=book.cast.home) == 3
    assert refresh_figures(branch=book.cast.home) == 0
    book.zhang.figures.refresh_from_db()
    assert book.zhang.figures.tier is None and book.zhang.figures.last_trade_on is None


@pytest.mark.parametrize(
    ("query", "scope"),
    [
        ("tier=4&persona=AA&core=yes", {"kind": "filter", "tier_from": "4", "personas": ["AA"], "core_only": True}),
        ("advisor=none", {"kind": "unassigned"}),
        ("advisor=none&tier=4", None),
        ("persona=unknown", None),
        ("assets_min=50", None),
        ("", None),
    ],
)
def test_a_list_becomes_the_scope_of_a_run_where_the_run_knows_the_filter(
    book: Book, query: str, scope: dict[str, object] | None
) -> None:
    who = browser(book, "director")
    Client.objects.filter(pk=book.newcomer.pk).update(risk_level="C1")
    set_figures(book.newcomer, tier=5, is_core=True, persona="AA", total_assets=9_000_000)
    page = who.get(f"{reverse('clients:list')}?{query}").content.decode()
    link = re.search(r'href="(/allocation/[^"]*scope=filter[^"]*)"', page)
    assert (link is not None) == (scope is not None)
    if link and scope:
        initial = who.get(link.group(1).replace("&amp;", "&")).context["form"].initial
        assert {name: initial[name] for name in scope} == scope
