"""What came of keeping clients: every figure is the list behind it, said is not stayed, and few are no share."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from clients.models import Client
from retention.domain.figures import BY, Line, added, median_sessions, share_of
from retention.models import CaseTask, LeavingRequest, Offer, Reason, RetentionCase
from retention.queries.figures import (
    CASE_FIGURES,
    REQUEST_FIGURES,
    Period,
    cases_behind,
    cases_of,
    lines_of,
    median_to_done,
    requests_behind,
    requests_of,
)
from retention.services.ensure_policy import ensure_retention_policy
from servicelog.models import Complaint, Contact
from tests.cast import Cast

PAGE = "retention:figures"
CASES, REQUESTS = "retention:case_list", "retention:request_list"


def test_a_share_of_few_is_no_share() -> None:
    assert share_of(3, 9, least=10).value is None
    assert share_of(0, 0, least=1).value is None
    share = share_of(5, 10, least=10)
    assert share.value == 0.5
    assert share.interval is not None
    assert share.interval[0] < 0.5 < share.interval[1]


class EveryDay:
    def count(self, start: date, end: date) -> int:
        return (end - start).days


@given(st.lists(st.integers(0, 9), min_size=1, max_size=30))
def test_the_median_is_one_of_those_in_the_middle(lengths: list[int]) -> None:
    day = date(2026, 3, 2)
    spans = [(day, day + timedelta(days=length), 1) for length in lengths]
    assert median_sessions(spans, calendar=EveryDay()) == sorted(lengths)[len(lengths) // 2]


def test_nobody_has_no_median() -> None:
    assert median_sessions([], calendar=EveryDay()) is None


@given(st.lists(st.builds(Line, key=st.text(max_size=3), opened=st.integers(0, 9), assets=st.just(Decimal("1.50")))))
def test_the_whole_is_the_sum_of_its_lines(lines: list[Line]) -> None:
    whole = added(lines)
    assert whole.opened == sum(line.opened for line in lines)
    assert whole.assets == Decimal("1.50") * len(lines)


def share(value: str) -> dict[str, str]:
    return {"share": value}


@pytest.fixture
def past(cast: Cast) -> dict[str, RetentionCase]:
    """Cases of a branch, each opened some days ago by the fixture's own clock."""
    rate = Reason.objects.get(code="rate_unclear")
    stories = {
        "kept": {"outcome": "stays", "reason": rate, "tier": 4, "check_30": "kept", "check_90": "kept",
                 "checks": {"check_30": share("1.20"), "check_90": share("0.80")}},
        "faded": {"outcome": "stays", "tier": 4, "check_30": "kept", "check_90": "faded",
                  "checks": {"check_30": share("0.75"), "check_90": share("0.10")}},
        "fresh": {"outcome": "stays", "tier": 2},
        "left": {"outcome": "left", "tier": 2},
        "open": {"state": "open"},
    }  # fmt: skip
    now, cases = timezone.now(), {}
    for at, (name, story) in enumerate(stories.items()):
        client = Client.objects.create(branch=cast.home, client_no=f"8100000{at}", name=f"客户{name}")
        closed = {} if story.get("state") == "open" else {"state": "closed", "closed_at": now - timedelta(days=3)}
        cases[name] = RetentionCase.objects.create(
            branch=cast.home, client=client, source="signal", advisor=cast.advisor_profile,
            assets=Decimal(100_000), revenue=Decimal(900), **closed, **story,
        )  # fmt: skip
        RetentionCase.objects.filter(pk=cases[name].pk).update(opened_at=now - timedelta(days=5))
    away = Client.objects.create(branch=cast.away, client_no="81000009", name="外部客户")
    RetentionCase.objects.create(branch=cast.away, client=away, source="signal")
    _talked(cast, cases["kept"])
    for state, cost in (("accepted", 300), ("accepted", 60), ("turned_down", 5000)):
        Offer.objects.create(
            case=cases["kept"], concession="rate", state=state, yearly_cost=cost, yearly_revenue=900,
            made_by=cast.advisor,
        )  # fmt: skip
    for days, name in ((4, "left"), (2, "kept")):
        Complaint.objects.create(
            branch=cast.home, client=cases[name].client, received_on=timezone.localdate() - timedelta(days=days),
            channel="phone", about="fees", text="贵", entered_by=cast.counter,
        )  # fmt: skip
    return cases


def _talked(cast: Cast, case: RetentionCase) -> None:
    contact = Contact.objects.create(
        branch=case.branch, client=case.client, advisor=cast.advisor_profile, author=cast.advisor, token=uuid4(),
        channel="phone", purpose="retention", held_at=timezone.now(), summary="谈过", counts=True,
    )  # fmt: skip
    now = timezone.now()
    CaseTask.objects.create(case=case, role="advisor", state="done", called_at=now, answer_by=now, contact=contact)


@pytest.fixture
def asked(cast: Cast) -> None:
    """Requests: two done in time, one late, one past its deadline, one running, one withdrawn."""
    policy, now = ensure_retention_policy(branch=cast.home, on=timezone.localdate()), timezone.now()
    hour = timedelta(hours=1)
    stories = [
        ("done", now - 4 * hour, now - 5 * hour),
        ("done", now - 4 * hour, now - 5 * hour),
        ("done", now - 5 * hour, now - 4 * hour),
        ("ready", now - hour, None),
        ("ready", now + 90 * hour, None),
        ("withdrawn", now - 5 * hour, now - 4 * hour),
    ]
    for at, (state, due, finished) in enumerate(stories):
        client = Client.objects.create(branch=cast.home, client_no=f"8200000{at}", name=f"申请人{at}")
        LeavingRequest.objects.create(
            branch=cast.home, client=client, kind="closing", origin="counter", applied_at=now - 9 * hour,
            settled_at=now - 8 * hour, due_at=due, policy=policy, state=state, finished_at=finished, tier=4,
        )  # fmt: skip


@pytest.fixture
def period() -> Period:
    today = timezone.localdate()
    return Period(today - timedelta(days=30), today)


def test_what_is_counted(cast: Cast, past: dict[str, RetentionCase], asked: None, period: Period) -> None:
    whole = added(lines_of(cast.director, cast.home, period, by="tier"))
    assert whole == Line(
        "", opened=5, talked=1, stays=3, checked_30=2, kept_30=2, checked_90=2, kept_90=1, complained=1,
        assets=Decimal(500_000), assets_30=Decimal(175_000), assets_90=Decimal(80_000), revenue_90=Decimal(900),
        granted=1, cost=Decimal(360), requests=5, finished=4, in_time=2,
    )  # fmt: skip
    assert median_to_done(requests_of(cast.director, cast.home, period)) == 0
    before = Period(period.since - timedelta(days=60), period.since)
    assert lines_of(cast.director, cast.home, before, by="tier") == []


@pytest.mark.parametrize("by", BY)
def test_every_figure_is_the_list_behind_it(
    cast: Cast, past: dict[str, RetentionCase], asked: None, period: Period, by: str
) -> None:
    cases = cases_of(cast.director, cast.home, period)
    requests = requests_of(cast.director, cast.home, period)
    for line in lines_of(cast.director, cast.home, period, by=by):
        for figure in CASE_FIGURES:
            assert cases_behind(cases, figure, by=by, key=line.key).count() == getattr(line, figure), (line.key, figure)
        for figure in REQUEST_FIGURES:
            found = requests_behind(requests, figure, by=by, key=line.key).count()
            assert found == getattr(line, figure), (line.key, figure)


def test_groups_add_up_to_the_same_whole(
    cast: Cast, past: dict[str, RetentionCase], asked: None, period: Period
) -> None:
    wholes = {added(lines_of(cast.director, cast.home, period, by=by)) for by in BY}
    assert len(wholes) == 1
    keys = {by: [line.key for line in lines_of(cast.director, cast.home, period, by=by)] for by in BY}
    assert keys["reason"] == ["rate", ""]
    assert keys["tier"] == ["2", "4", ""]
    assert keys["advisor"] == [str(cast.advisor_profile.pk), ""]


def test_each_link_of_the_page_opens_as_many_rows_as_it_says(
    cast: Cast, past: dict[str, RetentionCase], asked: None, client: Browser
) -> None:
    client.force_login(cast.director)
    page = client.get(reverse(PAGE)).content.decode()
    links = re.findall(rf'href="((?:{reverse(CASES)}|{reverse(REQUESTS)})\?figure=[^"]*)"[^>]*>(\d+)<', page)
    assert len({figure for link, _n in links for figure in re.findall(r"figure=(\w+)", link)}) >= 9
    for link, n in links:
        assert len(client.get(unescape(link)).context["rows"]) == int(n), link


def test_the_page_keeps_to_its_minimum_and_its_branch(
    cast: Cast, past: dict[str, RetentionCase], client: Browser
) -> None:
    client.force_login(cast.director)
    page = client.get(reverse(PAGE))
    assert page.context["ladder"][-1].share.value is None
    policy = ensure_retention_policy(branch=cast.home, on=timezone.localdate())
    type(policy).objects.filter(pk=policy.pk).update(rules={**policy.rules, "figures": {"least": 2}})
    page = client.get(reverse(PAGE))
    assert page.context["ladder"][-1].share.value == 0.5
    assert "50.0%" in page.content.decode()
    client.force_login(cast.advisor)
    assert client.get(reverse(PAGE)).status_code == 403
    # Whoever sees no figures sees the plain list, whatever the address says.
    assert "客户left" not in client.get(reverse(CASES) + "?figure=opened").content.decode()


def test_nothing_yet_is_said_calmly(cast: Cast, client: Browser) -> None:
    client.force_login(cast.manager)
    page = client.get(reverse(PAGE))
    assert page.status_code == 200
    assert "empty-state" in page.content.decode()
    assert client.get(reverse(PAGE) + "?since=2026-02-30").status_code == 422
    assert client.get(reverse(PAGE) + "?by=colour").status_code == 422
    assert client.get(reverse(CASES) + "?figure=colour").status_code == 200


def test_queries_do_not_grow_with_the_cases(cast: Cast, past: dict[str, RetentionCase], client: Browser) -> None:
    client.force_login(cast.director)
    client.get(reverse(PAGE))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse(PAGE))
    for at in range(40):
        person = Client.objects.create(branch=cast.home, client_no=f"8300{at:04}", name="多一位")
        RetentionCase.objects.create(branch=cast.home, client=person, source="signal", tier=at % 5)
    with CaptureQueriesContext(connection) as many:
        client.get(reverse(PAGE))
    assert len(many) == len(few)
