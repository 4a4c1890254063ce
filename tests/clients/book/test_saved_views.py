"""Saved views: one's own, shared by the desk; columns remembered."""

from __future__ import annotations

from django.urls import reverse

from clients.models import SavedView
from tests.clients.book.conftest import Book
from tests.clients.book.test_access import browser


def save(book: Book, who: str, name: str, query: str, **data: str) -> int:
    answer = browser(book, who).post(f"{reverse('clients:view_new')}?{query}", {"name": name} | data)
    assert answer.status_code == 302, answer.content.decode()
    return SavedView.objects.get(name=name, owner=book.cast.staff[who]).pk


def test_a_view_keeps_filter_order_and_columns(book: Book) -> None:
    who = browser(book, "director")
    who.post(reverse("clients:columns"), {"columns": ["tier", "assets"], "next": "/clients/"})
    pk = save(book, "director", "金牌以上", "tier=3&persona=AA&sort=-assets&nonsense=1&after=5")
    view = SavedView.objects.get(pk=pk)
    assert view.query == {"filter": {"tier": ["3"], "persona": ["AA"]}, "sort": "-assets"}
    assert view.columns == ["name", "tier", "assets"]
    page = who.get(reverse("clients:list")).content.decode()
    assert "金牌以上" in page and "tier=3" in page


def test_only_the_desk_shares(book: Book) -> None:
    save(book, "director", "共享视图", "core=yes", is_shared="on")
    save(book, "advisor", "我的视图", "core=yes", is_shared="on")
    assert not SavedView.objects.get(name="我的视图").is_shared
    page = browser(book, "colleague").get(reverse("clients:list")).content.decode()
    assert "共享视图" in page and "我的视图" not in page


def test_a_shared_view_shows_each_only_the_own_clients(book: Book) -> None:
    pk = save(book, "director", "共享视图", "tier=3", is_shared="on")
    page = browser(book, "advisor").get(reverse("clients:list"), {"view": pk, "tier": "3"}).content.decode()
    assert "曾伟" in page and "王秀英" not in page


def test_others_cannot_change_or_delete_it(book: Book) -> None:
    pk = save(book, "director", "共享视图", "tier=3", is_shared="on")
    for who in ("assistant", "advisor", "stranger"):
        assert browser(book, who).post(reverse("clients:view_edit", args=[pk]), {"name": "x"}).status_code == 404
        assert browser(book, who).post(reverse("clients:view_delete", args=[pk])).status_code == 404
    assert browser(book, "director").post(reverse("clients:view_delete", args=[pk])).status_code == 302
    assert not SavedView.objects.filter(pk=pk).exists()


def test_columns_are_remembered_per_view_and_per_person(book: Book) -> None:
    who = browser(book, "director")
    pk = save(book, "director", "视图", "tier=3")
    who.post(reverse("clients:columns"), {"columns": ["risk"], "next": f"/clients/?view={pk}&tier=3"})
    assert SavedView.objects.get(pk=pk).columns == ["risk"]
    assert "近 12 个月净佣金</" not in head_of(who.get(f"/clients/?view={pk}&tier=3").content.decode())
    assert "近 12 个月净佣金</" in head_of(who.get("/clients/").content.decode())
    who.post(reverse("clients:columns"), {"columns": ["status"], "next": "/clients/"})
    assert "近 12 个月净佣金</" not in head_of(who.get("/clients/").content.decode())
    assert "近 12 个月净佣金</" in head_of(browser(book, "assistant").get("/clients/").content.decode())


def head_of(page: str) -> str:
    return page.split("<thead>")[1].split("</thead>", maxsplit=1)[0]


def test_the_way_back_stays_in_the_house(book: Book) -> None:
    answer = browser(book, "director").post(reverse("clients:columns"), {"next": "https://evil.example/"})
    assert answer["Location"] == reverse("clients:list")


def test_counts_of_the_tabs(book: Book) -> None:
    pk = save(book, "director", "金牌以上", "tier=3")
    counts = browser(book, "director").get(reverse("clients:view_counts")).content.decode()
    assert f'id="view-count-{pk}" hx-swap-oob="true">3<' in counts
    assert 'id="view-count-unassigned" hx-swap-oob="true">1<' in counts


def test_the_api_keeps_the_same_rules(book: Book) -> None:
    url = reverse("api:saved-view-list")
    made = browser(book, "director").post(
        url, {"name": "接口", "filter": {"tier": ["3"]}, "sort": "-assets", "is_shared": True}, "application/json"
    )
    assert made.status_code == 201, made.content
    assert browser(book, "advisor").get(url).json()["results"][0]["mine"] is False
    wrong = {"name": "x", "filter": {"salary": ["1"]}}
    assert browser(book, "advisor").post(url, wrong, "application/json").status_code == 400
    shared = {"name": "x", "is_shared": True}
    assert browser(book, "advisor").post(url, shared, "application/json").status_code == 400
    own = reverse("api:saved-view-detail", args=[made.json()["id"]])
    assert browser(book, "advisor").delete(own).status_code == 404
    assert browser(book, "director").delete(own).status_code == 204
