"""The list of moves: filters, orders by key, groups; the same number of queries for ten moves and for many."""

from __future__ import annotations

import itertools

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from allocation.models import LineComment, Notice, Objection, Plan, PlanLine
from allocation.queries.groups import GROUPINGS, groups_of
from allocation.queries.review import ORDERS, lines_of, page_of
from clients.domain.names import query_tokens
from clients.models import Client
from tests.allocation.branch import ScoredBranch
from tests.allocation.test_pages import browser


def copies(plan: Plan, count: int) -> None:
    """More clients, each with a move like one of the plan's own."""
    patterns = list(plan.lines.all())
    people = Client.objects.bulk_create(
        Client(branch=plan.branch, client_no=f"9{at:07d}", name=f"副本{at}") for at in range(count)
    )
    lines = []
    for client, line in zip(people, itertools.cycle(patterns), strict=False):
        line.pk, line.client = None, client
        line.gain, line.value = line.gain + client.pk * 1e-7, (client.pk * 7919 % 9973) / 100
        fields = {f.attname: getattr(line, f.attname) for f in PlanLine._meta.concrete_fields if not f.generated}
        lines.append(PlanLine(**fields))
    PlanLine.objects.bulk_create(lines, batch_size=5000)


@pytest.mark.parametrize("sort", [*ORDERS, *(f"-{name}" for name in ORDERS)])
def test_pages_by_key_show_every_move_once_in_order(plan: Plan, sort: str) -> None:
    seen, after = [], ""
    while True:
        page = page_of(lines_of(plan, {}), after, size=7, sort=sort)
        seen += page.lines
        after = page.after
        if not after:
            break
    assert sorted(line.pk for line in seen) == sorted(plan.lines.values_list("pk", flat=True))
    order = ORDERS[sort.removeprefix("-")]
    keys = [tuple(getattr(line, name) for name in order.fields) for line in seen]
    assert keys == sorted(keys, reverse=not sort.startswith("-"))


@pytest.mark.parametrize("key", ["x", "1.5", "nan:3", "inf:3", "1:2:3:4", ":", "1.5:x", "1e999:1"])
def test_a_spoiled_key_starts_from_the_top(plan: Plan, key: str) -> None:
    assert page_of(lines_of(plan, {}), key).lines == page_of(lines_of(plan, {})).lines


def test_filters_find_what_they_say(ready: ScoredBranch, plan: Plan) -> None:
    line = plan.lines.exclude(before=None).order_by("-gain")[3]
    other = plan.lines.order_by("gain").first()
    assert other is not None
    LineComment.objects.create(plan=plan, client=line.client, author=ready.cast.director, text="?")
    notice = Notice.objects.create(
        plan=plan, opened_by=ready.cast.director, starts=plan.data_as_of, ends=plan.data_as_of
    )
    people = {"advisor": ready.cast.advisor_profile, "made_by": ready.cast.advisor}
    Objection.objects.create(notice=notice, client=line.client, ground="load", **people)
    Objection.objects.create(notice=notice, client=other.client, ground="load", answer="withdrawn", **people)

    def found(**query: str) -> set[int]:
        return set(lines_of(plan, query).values_list("pk", flat=True))

    every = {row.pk: row for row in plan.lines.all()}
    assert found(commented="1") == found(objected="1") == found(objected="open") == {line.pk}
    Client.objects.filter(pk=line.client_id).update(search_tokens=query_tokens(line.client.client_no))
    assert found(q=line.client.client_no) == {line.pk}
    assert found(value_from="40", value_to="60") == {pk for pk, row in every.items() if 40 <= row.value <= 60}
    assert found(type=line.value_type) == {pk for pk, row in every.items() if row.value_type == line.value_type}
    assert found(persona="unknown") == {pk for pk, row in every.items() if row.persona == ""} != set()
    pair = {"from": str(line.before_id), "to": str(line.proposed_id)}
    assert found(**pair) == {
        pk for pk, row in every.items() if (row.before_id, row.proposed_id) == (line.before_id, line.proposed_id)
    }
    assert found(**{"from": "none"}) == {pk for pk, row in every.items() if row.before_id is None}
    assert found(changed="1") == set(), "nothing has changed in the first round"


@pytest.mark.parametrize(
    "query",
    ["tier=x", "from=-1", "to=99999999999999999999", "value_from=x", "value_to=nan", "value_from=inf", "step=9e9"],
)
def test_nonsense_finds_nothing(plan: Plan, query: str) -> None:
    assert not lines_of(plan, QueryDict(query)).exists()


@pytest.mark.parametrize("grouping", GROUPINGS)
def test_groups_add_up_and_lead_to_exactly_their_moves(plan: Plan, grouping: str) -> None:
    groups = groups_of(plan, {}, grouping)
    assert sum(group.count for group in groups) == plan.lines.count()
    for group in groups:
        assert group.count == sum(member.count for member in group.members)
        assert group.gain == pytest.approx(sum(member.gain for member in group.members))
        assert lines_of(plan, group.query).count() == group.count
        for member in group.members:
            assert lines_of(plan, member.query).count() == member.count


def test_groups_heed_the_other_filters(plan: Plan) -> None:
    chosen = {"tier": "2", "reason": "unserved"}
    assert sum(group.count for group in groups_of(plan, chosen, "pair")) == lines_of(plan, chosen).count()
    assert len(groups_of(plan, chosen, "tier")) > 1, "its own filter does not hide the other groups"


def test_the_page_asks_as_often_for_many_moves_as_for_few(ready: ScoredBranch, plan: Plan) -> None:
    director = browser(ready, "director")
    address = reverse("allocation:plan_detail", args=[plan.pk])
    queries = ["", "?sort=value&group=tier", "?tier=3&decision=pending&group=reason&sort=-rise"]

    def counts() -> list[int]:
        numbers = []
        for query in queries:
            director.get(address + query)
            with CaptureQueriesContext(connection) as caught:
                assert director.get(address + query).status_code == 200
            numbers.append(len(caught))
        return numbers

    few = counts()
    copies(plan, 400)
    assert counts() == few
    assert max(few) <= 26


@pytest.mark.parametrize("sort", ORDERS)
def test_each_order_is_read_from_its_index(plan: Plan, sort: str) -> None:
    """With ten thousand moves a deep page begins in the index, not at the top of a sorted table."""
    copies(plan, 10_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE allocation_planline")
    page = page_of(lines_of(plan, {}), sort=sort)
    order = ORDERS[sort]
    deep = order.sort(order.after(lines_of(plan, {}), page.after, rising=False), rising=False)[:51]
    text = deep.explain()
    assert f"plan_line_by_{sort}" in text, text
    assert "Seq Scan" not in text, text
