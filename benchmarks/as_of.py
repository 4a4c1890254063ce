"""Who was responsible on a day, at 50,000 clients with three changes of hands each: `python -m benchmarks.as_of [--clients N]`.

One scratch database, dropped at the end. No question may take more than 50 ms. The raw limit beside: the same day counted by
one scan of the intervals.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from benchmarks._scratch import run, seconds

ON = date(2026, 3, 12)


def measure(clients: int) -> None:
    from django.db import connection

    from advisors.models import Advisor
    from allocation.models import Assignment
    from allocation.queries.as_of import book_said, books_on, holds_on, who_served
    from allocation.queries.handover_history import Wanted, narrowed, page_of
    from branch_crm.core.models import Branch, Role, Staff
    from clients.models import Client

    branch = Branch.objects.create(code="B1", name="benchmark")
    reader = Staff.objects.create_user(username="b", password="b", name="b", role=Role.DIRECTOR, branch=branch)
    Advisor.objects.bulk_create(
        Advisor(branch=branch, staff_no=f"B{n}", name=f"顾问{n}", position="investment_adviser") for n in range(25)
    )
    Client.objects.bulk_create(
        (Client(branch=branch, client_no=f"{n:012d}", name=f"客户{n}") for n in range(clients)), batch_size=5_000
    )
    with connection.cursor() as cursor:
        # Four intervals a client, back to back; every write leaves its versions.
        for turn in range(4):
            cursor.execute(
                """
                INSERT INTO allocation_assignment (branch_id, client_id, advisor_id, starts, ends, reason, end_reason, created_at)
                SELECT c.branch_id, c.id, a.ids[1 + (c.id + %(turn)s) %% 25], date '2025-10-01' + %(turn)s * 90 + (c.id %% 60)::int,
                       CASE WHEN %(turn)s < 3 THEN date '2025-10-01' + (%(turn)s + 1) * 90 + (c.id %% 60)::int END,
                       'plan', '', now()
                FROM clients_client c, (SELECT array_agg(id ORDER BY id) AS ids FROM advisors_advisor) a
                """,
                {"turn": turn},
            )
        cursor.execute("VACUUM ANALYZE")
    one = Client.objects.order_by("pk")[clients // 2]
    page_ids = list(Client.objects.order_by("pk").values_list("pk", flat=True)[:50])
    rows = Assignment.objects.visible_to(reader)
    on_day = narrowed(rows, Wanted(on=ON), user=reader)
    an_advisor = narrowed(rows, Wanted(on=ON, advisor=Advisor.objects.all()[0].pk), user=reader)
    key = page_of(on_day, order="client").after
    print(f"\n{clients:,} clients, {Assignment.objects.count():,} intervals; best of 9, limit 50 ms")
    for name, question in (
        ("one client, both clocks", lambda: who_served(one, on=ON)),
        ("a page of the branch on a day", lambda: page_of(on_day, order="client")),
        ("the page after it", lambda: page_of(on_day, order="client", after=key)),
        ("a page of one advisor on a day", lambda: page_of(an_advisor, order="client")),
        ("50 clients by the book of then", lambda: book_said(page_ids, on=ON, known_on=ON)),
        ("books of all advisors on a day", lambda: books_on(rows, ON)),
        ("raw limit: counting the day by one scan", lambda: Assignment.objects.filter(holds_on(ON)).count()),
    ):
        print(f"  {name:<42}{1000 * best(question):8.1f} ms")


def best(question: Callable[[], Any]) -> float:
    return min(seconds(question) for _ in range(9))


if __name__ == "__main__":
    run(__doc__, measure)
