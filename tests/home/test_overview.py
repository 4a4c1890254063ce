"""Every figure of the book overview opens the records behind it, and there are as many of them as it says."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from allocation.models import MatchPolicy, Plan, PlanLine
from branch_crm.home.queries.overview import overview
from branch_crm.home.queries.unserved import uncontacted, unserved
from branch_crm.home.queries.week import week
from branch_crm.home.views import OVERVIEW
from clients.models import CashFlow, Client, ClientFigures, ClientStatus, ImportDataset, ImportRun
from servicelog.models import Contact
from tests.cast import Cast
from tests.home.branch import account, ask

#: A count inside a link to the client list.
LINKED = re.compile(r'<a [^>]*href="(/clients/\?[^"]*)"[^>]*>(?:全部 )?([\d,]+)(?: 位)?</a>')
#: A row of the mix: its link, and the count in the cell after it.
MIX = re.compile(r'<td><a href="(/clients/\?[^"]*)">.*?</td>\s*<td class="num">([\d,]+)</td>', re.DOTALL)


def links_of(text: str) -> list[tuple[str, int]]:
    return [
        (address.replace("&amp;", "&"), int(count.replace(",", "")))
        for pattern in (LINKED, MIX)
        for address, count in pattern.findall(text)
    ]


def test_every_count_opens_as_many_clients(cast: Cast, clients: dict[str, Client]) -> None:
    ClientFigures.objects.filter(client=clients["trader"]).update(persona="AA")
    ClientFigures.objects.filter(client=clients["gone"]).update(persona="AA")
    ClientFigures.objects.filter(client=clients["plain"]).update(persona="")
    account(cast.home, "late")
    account(cast.home, "old", status=ClientStatus.CLOSED)
    browser = Browser()
    browser.force_login(cast.director, backend="django.contrib.auth.backends.ModelBackend")
    links = [
        link for panel, _width in (*OVERVIEW, ("home_core", "")) for link in links_of(ask(cast, "director", panel))
    ]
    assert len(links) > 12, links
    for address, count in links:
        assert browser.get(address).content.decode().count("data-row") == count, address


def test_head_figures(cast: Cast, clients: dict[str, Client]) -> None:
    found = overview(cast.director, cast.home)
    assert found
    assert (found.clients, found.unserved) == (8, 2), "the closed account is not among them"
    assert found.revenue == pytest.approx(700 + 700 + 380 + 200 + 400 + 1000 + 5 + 500)
    assert sum(row.share for row in found.types) == pytest.approx(100)
    assert {row.code: row.clients for row in found.tiers} == {5: 1, 4: 1, 3: 5, 2: 0, 1: 1}
    page = ask(cast, "director", "home_book")
    assert "62.5% 的客户贡献 80%" in page
    assert overview(cast.stranger, cast.away) is None


def test_nobody_is_shown_more_than_their_branch(cast: Cast, clients: dict[str, Client]) -> None:
    for panel in ("home_book", "home_unserved", "home_advisors", "home_data"):
        assert "客户plain" not in ask(cast, "stranger", panel)
    assert "导入" in ask(cast, "stranger", "home_book"), "a branch without figures is told what to do"


def test_unserved_by_value(cast: Cast, clients: dict[str, Client]) -> None:
    late = account(cast.home, "late")
    account(cast.home, "old", status=ClientStatus.CLOSED)
    found = unserved(cast.director, cast.home)
    assert found.clients == [clients["newcomer"], clients["plain"], late]
    assert str(found.total) == "3"


def test_only_a_contact_that_counts_is_a_contact(cast: Cast, clients: dict[str, Client]) -> None:
    def log(name: str, *, counts: bool) -> None:
        Contact.objects.create(
            branch=cast.home,
            client=clients[name],
            advisor=cast.advisor_profile,
            author=cast.advisor,
            token=uuid4(),
            held_at=timezone.now(),
            channel="phone",
            purpose="care",
            summary="x",
            counts=counts,
        )

    for _twice in range(2):
        log("stays", counts=True)
    log("quiet", counts=False)
    found = {client.client_no for client in uncontacted(cast.director, cast.home).clients}
    assert found == {"trader", "buyer", "lifted", "quiet", "pushed"}, "unserved ones stand in the other list"
    assert "客户stays" not in ask(cast, "director", "home_uncontacted")
    assert ask(cast, "director", "clients:list", "contact=never").count("data-row") == 5


def test_the_week_in_one_line(cast: Cast, clients: dict[str, Client]) -> None:
    run = ImportRun.objects.create(
        branch=cast.home, source="night", path="/x", state=ImportRun.State.REJECTS, data_as_of=date(2026, 11, 20)
    )
    for name, rejected in (("clients.csv", 3), ("trades.csv", 4)):
        ImportDataset.objects.create(run=run, dataset=name[:-4], file_name=name, read=rejected, rejected=rejected)
    for number, (day, amount, external) in enumerate(
        ((20, 500, True), (14, 20, True), (13, 9000, True), (19, -100, True), (19, 7000, False))
    ):
        CashFlow.objects.create(
            branch=cast.home,
            client=clients["trader"],
            row_key=str(number),
            day=date(2026, 11, day),
            kind="x",
            amount=amount,
            is_external=external,
        )
    publish(cast, clients)
    found = week(cast.director, cast.home)
    assert (found.imports, found.failed, found.rejected) == (1, 0, 7)
    assert found.net_flow == Decimal(420)
    assert (found.flow_from, found.flow_to) == (date(2026, 11, 14), date(2026, 11, 20))
    assert (found.plans, found.moves) == (1, 2), "a rejected line moved nobody"
    assert found.core and (found.core.entered, found.core.left) == (4, 1)
    page = ask(cast, "director", "home_week")
    assert "+4 / −1" in page and "2 位客户" in page and "+420" in page
    empty = week(cast.stranger, cast.away)
    assert (empty.core, empty.net_flow, empty.imports, empty.plans) == (None, None, 0, 0)


def publish(cast: Cast, clients: dict[str, Client]) -> None:
    policy = MatchPolicy.objects.create(branch=cast.home, version=1, rules={}, valid_from=date(2026, 1, 1))
    common = {
        "branch": cast.home,
        "policy": policy,
        "approved_by": cast.director,
        "approved_at": timezone.now(),
        "effective_on": timezone.localdate(),
        "state": Plan.State.PUBLISHED,
    }
    Plan.objects.create(number=1, title="old", published_at=timezone.now() - timedelta(days=8), **common)
    plan = Plan.objects.create(number=2, title="new", published_at=timezone.now(), **common)
    for name, decision in (("trader", "accepted"), ("newcomer", "redirected"), ("quiet", "rejected")):
        before = None if name == "newcomer" else cast.advisor_profile
        PlanLine.objects.create(
            plan=plan,
            client=clients[name],
            before=before,
            proposed=cast.colleague_profile,
            after=before if decision == "rejected" else cast.colleague_profile,
            decision=decision,
            value=1,
            tier=3,
            load=1,
            gain=1,
            reason="unserved",
        )


@pytest.mark.parametrize("panel", [name for name, _width in OVERVIEW] + ["home_core", "briefing"])
def test_more_clients_cost_no_more_queries(
    cast: Cast, clients: dict[str, Client], panel: str, django_assert_max_num_queries: object
) -> None:
    ask(cast, "director", panel)
    counts = []
    for size in (2, 12):
        for number in range(size):
            account(cast.home, f"{size}-{number}", cast.advisor_profile if number % 2 else None)
        with django_assert_max_num_queries(100) as asked:  # type: ignore[operator]
            ask(cast, "director", panel)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_panels_send_whoever_opens_them_alone_to_the_page(client: Browser, cast: Cast) -> None:
    client.force_login(cast.director, backend="django.contrib.auth.backends.ModelBackend")
    for panel in (
        "home_week",
        "home_book",
        "home_core",
        "home_advisors",
        "home_unserved",
        "home_uncontacted",
        "home_data",
    ):
        assert client.get(reverse(panel))["Location"] == reverse("home")
