"""Search finds by every way a client is spoken of, best first, and only one's own."""

from __future__ import annotations

import pytest

from clients.models import Client
from clients.queries.search import LIMIT, best_matches, matching
from tests.clients.book.conftest import Book, add_client, set_figures


def found(book: Book, query: str, who: str = "director") -> list[str]:
    clients = Client.objects.visible_to(book.cast.staff[who]).select_related("figures", "advisor")
    return [client.client_no for client in best_matches(clients, query)]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("张伟", ["10001"]),
        ("曾", ["10002"]),
        ("王秀英", ["10003"]),
        ("王英", []),
        ("zw", ["10001", "10002"]),
        ("zengw", ["10002"]),
        ("xiuying", ["10003"]),
        ("wxy", ["10003"]),
        ("10003", ["10003"]),
        ("0003", ["10003"]),
        ("8810002", ["10002"]),
        ("5678", ["10001", "10002", "10003", "10004"]),
        ("5678 曾", ["10002"]),
        ("zw 10002", ["10002"]),
        ("6789", []),
        ("13812345678", []),
        ("", []),
        ("%", []),
        ("'; DROP TABLE", []),
    ],
)
def test_found(book: Book, query: str, numbers: list[str]) -> None:
    assert sorted(found(book, query)) == numbers


def test_a_whole_number_comes_first_then_the_most_valuable(book: Book) -> None:
    rich = add_client(book.cast.home, "910001", "李娜", "li na")
    set_figures(rich, value=99.0)
    assert found(book, "10001") == ["10001", "910001"]
    assert found(book, "zw")[0] == "10001"


def test_ten_at_most(book: Book) -> None:
    for number in range(LIMIT + 5):
        add_client(book.cast.home, f"7000{number}", "李娜", "li na")
    assert len(found(book, "lina")) == LIMIT


def test_advisors_find_their_own_book_only(book: Book) -> None:
    assert found(book, "wxy", "advisor") == []
    assert found(book, "张伟", "stranger") == ["10001"]
    assert [c.pk for c in best_matches(Client.objects.visible_to(book.cast.stranger), "张伟")] == [book.foreign.pk]


def test_three_digits_must_stand_together(book: Book) -> None:
    """All three-character pieces of the query occur in this number, the query does not."""
    add_client(book.cast.home, "1213121", "赵一", "zhao yi")
    tokens_fit = Client.objects.filter(search_tokens__contains=["213", "121"])
    assert tokens_fit.exists()
    assert not matching(Client.objects.filter(client_no="1213121"), "21312131").exists()
