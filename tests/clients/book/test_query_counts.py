"""The queries of each page are recorded numbers (tests/query_counts.json), the same at 10 rows and at 100.

After a wanted change: UPDATE_QUERY_COUNTS=1 pytest tests/clients/book/test_query_counts.py
"""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.models import AssetSnapshot, Client, MonthlySum, Trade
from tests.clients.book.conftest import Book, add_client
from tests.clients.book.test_access import browser

RECORD = Path(__file__).parents[2] / "query_counts.json"
MOST_OF_A_LIST = 12

PAGES = {
    "list": "/clients/?rows=200",
    "list, filtered": "/clients/?rows=200&tier=1&q=李&sort=-assets&advisor={advisor}",
    "list, next page": "/clients/?rows=5&after={client}",
    "tab counts": "/clients/views/counts/",
    "search": "/search/?q=lina",
    "client, overview": "/clients/{client}/",
    "client, movements": "/clients/{client}/?tab=movements",
    "client, holdings": "/clients/{client}/?tab=holdings",
    "client, products": "/clients/{client}/?tab=products",
    "API list": "/api/v1/clients/?page_size=200",
    "API search": "/api/v1/search/?q=lina",
}


def fill(book: Book, rows: int) -> None:
    advisor = book.cast.advisor_profile
    have = Client.objects.filter(branch=book.cast.home).count()
    for number in range(rows - have):
        add_client(book.cast.home, f"5{rows}{number:04}", "李娜", "li na", advisor=advisor)
    owner = {"branch": book.cast.home, "client": book.zhang}
    for number in range(rows // 10):
        Trade.objects.create(
            **owner, row_key=f"{rows}-{number}", day=date(2026, 11, 2), security_code="600519", side="B", amount=100
        )
        AssetSnapshot.objects.get_or_create(**owner, day=date(2026, 10, 1 + number), defaults={"total": 100})
        MonthlySum.objects.get_or_create(**owner, month=date(2026, 1 + number, 1))


def counted(book: Book) -> dict[str, int]:
    who = browser(book, "director")
    numbers = {}
    for name, address in PAGES.items():
        path = address.format(client=book.zhang.pk, advisor=book.cast.advisor_profile.pk)
        who.get(path)
        with CaptureQueriesContext(connection) as caught:
            assert who.get(path).status_code == 200
        numbers[name] = len(caught)
    return numbers


def test_queries_do_not_grow_with_rows(book: Book) -> None:
    fill(book, 10)
    at_ten = counted(book)
    fill(book, 100)
    assert counted(book) == at_ten
    recorded = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    if os.environ.get("UPDATE_QUERY_COUNTS"):
        RECORD.write_text(json.dumps(recorded | {"clients": at_ten}, indent=2, ensure_ascii=False) + "\n")
        pytest.skip("recorded")
    assert at_ten == recorded["clients"]
    assert max(number for name, number in at_ten.items() if "list" in name) <= MOST_OF_A_LIST
