"""Order and paging of the client list."""

from __future__ import annotations

import re

import pytest
from django.db import connection

from clients.models import Client, ClientFigures
from clients.queries.book import SORTS, Order, book_of, count, turn
from tests.clients.book.conftest import Book

ORDERS = [f"{sign}{name}" for name in SORTS for sign in ("", "-")]


def walk(book: Book, order: str, size: int) -> list[int]:
    """All ids, page by page, and back again."""
    clients = book_of(book.cast.director, book.cast.home)
    pages = [turn(clients, order=Order.parse(order), size=size)]
    while pages[-1].after:
        pages.append(turn(clients, order=Order.parse(order), size=size, after=pages[-1].after))
    back = [pages[-1]]
    while back[-1].before:
        back.append(turn(clients, order=Order.parse(order), size=size, before=back[-1].before))
    assert [c.pk for page in reversed(back) for c in page.rows] == [c.pk for page in pages for c in page.rows]
    return [client.pk for page in pages for client in page.rows]


@pytest.mark.parametrize("order", ORDERS)
def test_pages_hold_every_client_once(book: Book, order: str) -> None:
    everybody = sorted([book.zhang.pk, book.zeng.pk, book.wang.pk, book.newcomer.pk])
    for size in (1, 2, 3, 50):
        assert sorted(walk(book, order, size)) == everybody


def test_value_falls_and_the_unscored_come_last(book: Book) -> None:
    assert walk(book, "-value", 2) == [book.zhang.pk, book.wang.pk, book.zeng.pk, book.newcomer.pk]


def test_a_missing_amount_counts_less_than_a_negative_one(book: Book) -> None:
    assert walk(book, "-assets", 2)[-2:] == [book.wang.pk, book.newcomer.pk]


def test_names_go_by_pinyin(book: Book) -> None:
    assert walk(book, "name", 2) == [book.newcomer.pk, book.wang.pk, book.zeng.pk, book.zhang.pk]


def test_a_page_at_a_client_of_somebody_else_is_the_first_page(book: Book) -> None:
    mine = book_of(book.cast.advisor, book.cast.home)
    for stranger in (book.wang.pk, book.foreign.pk, 999_999_999):
        assert [c.pk for c in turn(mine, order=Order.parse(""), size=1, after=stranger).rows] == [book.zhang.pk]


def test_counting_stops_at_the_limit(book: Book) -> None:
    clients = book_of(book.cast.director, book.cast.home)
    assert str(count(clients)) == "4"
    assert str(count(clients, limit=3)) == "3+"


def test_a_client_has_figures_from_the_first_moment(book: Book) -> None:
    arrived = Client.objects.bulk_create(
        [Client(branch=book.cast.home, client_no=f"N{n}", name="新客户") for n in range(3)]
    )
    assert ClientFigures.objects.filter(client__in=arrived, tier__isnull=True).count() == 3


def test_every_order_reads_an_index(book: Book) -> None:
    """A deep page must not sort the branch; ties of a client number (there are none) may be sorted incrementally."""
    Client.objects.bulk_create(
        [Client(branch=book.cast.home, client_no=f"2{n:04}", name="李娜", name_pinyin="li na") for n in range(300)]
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE clients_client, clients_clientfigures; SET LOCAL enable_seqscan = off")
        cursor.execute(
            "SET LOCAL enable_sort = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_bitmapscan = off"
        )
    clients = book_of(book.cast.director, book.cast.home)
    for order in map(Order.parse, ORDERS):
        plan = plan_of_next(clients, order, turn(clients, order=order, size=100).after)
        assert not re.search(r"(?<!Incremental )Sort  ", plan), plan
        # ... and must begin where the page begins, not read and drop what lies before it.
        ranged = r"Index Cond: .*(ROW\(|client_no\)::text [<>]=)"
        assert re.search(ranged, plan), plan


def plan_of_next(clients: object, order: Order, after: int | None) -> str:
    statements: list[str] = []

    def listen(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        statements.append(connection.cursor().mogrify(sql, params).decode())
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        turn(clients, order=order, size=50, after=after)  # type: ignore[arg-type]
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + statements[-1])
        return "\n".join(line for (line,) in cursor.fetchall())
