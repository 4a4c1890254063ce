"""Who sees which clients, on every way to them: list, search, page, panels, reveal, export, views."""

from __future__ import annotations

import pytest
from django.test import Client as Browser
from django.urls import reverse

from tests.clients.book.conftest import Book

SEE_ALL = ["director", "assistant", "counter", "manager", "compliance"]
NAMES = {"zhang": "张伟", "zeng": "曾伟", "wang": "王秀英", "newcomer": "丁一"}


def browser(book: Book, who: str) -> Browser:
    client = Browser()
    client.force_login(book.cast.staff[who], backend="django.contrib.auth.backends.ModelBackend")
    return client


def get(book: Book, who: str, name: str, *args: object, **query: str) -> int:
    return browser(book, who).get(reverse(name, args=args), query).status_code


@pytest.mark.parametrize("who", SEE_ALL)
def test_the_branch_sees_all_its_clients(book: Book, who: str) -> None:
    page = browser(book, who).get(reverse("clients:list")).content.decode()
    assert all(name in page for name in NAMES.values())
    assert page.count("data-row") >= 4
    assert f"/clients/{book.foreign.pk}/" not in page


def test_an_advisor_sees_the_own_book_only(book: Book) -> None:
    page = browser(book, "advisor").get(reverse("clients:list")).content.decode()
    assert "张伟" in page and "曾伟" in page
    assert "王秀英" not in page and "丁一" not in page


def test_a_stranger_sees_another_branch(book: Book) -> None:
    page = browser(book, "stranger").get(reverse("clients:list")).content.decode()
    assert f"/clients/{book.foreign.pk}/" in page and f"/clients/{book.zhang.pk}/" not in page


@pytest.mark.parametrize("name", ["clients:list", "clients:filter", "clients:search", "clients:view_counts"])
def test_the_firm_administrator_has_no_business_with_clients(book: Book, name: str) -> None:
    assert get(book, "admin", name) == 403


@pytest.mark.parametrize("tab", ["overview", "holdings", "movements", "products", "notes", "value", "nonsense"])
@pytest.mark.parametrize(
    ("who", "status"), [("director", 200), ("advisor", 200), ("counter", 200), ("colleague", 404), ("stranger", 404)]
)
def test_a_client_page_is_there_for_those_who_may(book: Book, who: str, status: int, tab: str) -> None:
    assert get(book, who, "clients:detail", book.zhang.pk, tab=tab) == status


@pytest.mark.parametrize("who", ["colleague", "stranger"])
@pytest.mark.parametrize("kind", ["trades", "flows"])
def test_more_rows_follow_the_client(book: Book, who: str, kind: str) -> None:
    assert get(book, who, "clients:more_rows", book.zhang.pk, kind) == 404


@pytest.mark.parametrize("who", ["colleague", "stranger"])
def test_nothing_is_revealed_to_others(book: Book, who: str) -> None:
    url = reverse("clients:reveal", args=[book.zhang.pk])
    answer = browser(book, who).post(url, {"field": "phone", "purpose": "service_call"})
    assert answer.status_code == 404


def test_advisors_do_not_find_the_clients_of_others(book: Book) -> None:
    for query in ("王秀英", "wxy", "10003", "5678"):
        page = browser(book, "advisor").get(reverse("clients:search"), {"q": query}, headers={"HX-Request": "true"})
        assert "王秀英" not in page.content.decode()


@pytest.mark.parametrize("who", ["advisor", "colleague", "counter", "assistant", "admin"])
def test_exports_are_for_director_manager_and_compliance(book: Book, who: str) -> None:
    for name in ("clients:export", "clients:export_list"):
        assert get(book, who, name) == 403


def test_anonymous_people_go_to_the_login(book: Book) -> None:
    for name, args in (("clients:list", []), ("clients:detail", [book.zhang.pk]), ("clients:search", [])):
        assert Browser().get(reverse(name, args=args)).status_code == 302


def test_firm_level_compliance_chooses_a_branch(book: Book) -> None:
    person = book.cast.compliance
    person.branch = None
    person.save()
    page = browser(book, "compliance").get(reverse("clients:list"), {"branch": "6102"}).content.decode()
    assert f"/clients/{book.foreign.pk}/" in page and f"/clients/{book.zhang.pk}/" not in page
    assert get(book, "compliance", "clients:detail", book.zhang.pk) == 200
