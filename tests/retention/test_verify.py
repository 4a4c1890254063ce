"""Who said to stay is looked at again: market moves taken out, each check made once."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client as Browser
from django.utils import timezone

from clients.models import CashFlow, Client, ClientStatus, Trade
from retention.domain.rules import DEFAULT_RULES, read_retention_rules
from retention.domain.verify import Seen, judge, share_left
from retention.models import RetentionCase
from retention.services.verify_cases import verify_cases
from tests.cast import Cast

RULES = read_retention_rules(DEFAULT_RULES).verify


@pytest.mark.parametrize(
    ("still", "assets", "flow", "active", "found"),
    [
        (True, 100, -30, 1, "kept"),
        (True, 100, -31, 1, "faded"),
        (True, 100, 50, 0, "faded"),
        (False, 100, 0, 9, "lost"),
        (True, None, -500, 1, "kept"),
        (True, 0, 0, 0, "faded"),
    ],
)
def test_what_counts_as_kept(still: bool, assets: int | None, flow: int, active: int, found: str) -> None:
    held = None if assets is None else Decimal(assets)
    assert judge(Seen(still, held, Decimal(flow), active), RULES) == found


def test_more_taken_out_than_was_there_is_nothing_left() -> None:
    assert share_left(Seen(True, Decimal(100), Decimal(-250), 0)) == 0


@pytest.fixture
def said_to_stay(cast: Cast, client_of_home: Client) -> RetentionCase:
    """Ended 40 days ago."""
    then = timezone.now() - timedelta(days=40)
    case = RetentionCase.objects.create(
        branch=cast.home, client=client_of_home, source="signal", assets=Decimal(100_000),
        state="closed", outcome="stays", closed_at=then, closed_by=cast.advisor,
    )  # fmt: skip
    RetentionCase.objects.filter(pk=case.pk).update(opened_at=then - timedelta(days=1))
    day = timezone.localdate() - timedelta(days=20)
    fact = {"branch": cast.home, "client": client_of_home, "day": day}
    CashFlow.objects.create(**fact, row_key="1", kind="转出", amount=Decimal(-20_000), is_external=True)
    CashFlow.objects.create(**fact, row_key="2", kind="红利", amount=Decimal(900_000), is_external=False)
    Trade.objects.create(**fact, row_key="1", security_code="600000", side="B", amount=Decimal(1000))
    return case


def test_the_check_comes_when_its_day_has_come_and_once(cast: Cast, said_to_stay: RetentionCase) -> None:
    today = timezone.localdate()
    assert verify_cases(branch=cast.home, on=today - timedelta(days=15)) == 0
    assert verify_cases(branch=cast.away, on=today) == 0
    assert verify_cases(branch=cast.home, on=today) == 1
    assert verify_cases(branch=cast.home, on=today) == 0
    said_to_stay.refresh_from_db()
    assert (said_to_stay.check_30, said_to_stay.check_90) == ("kept", "waiting")
    assert said_to_stay.checks["check_30"] | {"until": ""} == {
        "until": "", "net_flow": "-20000.00", "share": "0.8000", "least_share": "0.70",
        "active_days": 1, "least_activity": 1,
    }  # fmt: skip


def test_a_closed_account_is_lost(cast: Cast, said_to_stay: RetentionCase) -> None:
    Client.objects.filter(pk=said_to_stay.client_id).update(status=ClientStatus.CLOSED)
    verify_cases(branch=cast.home, on=timezone.localdate())
    said_to_stay.refresh_from_db()
    assert said_to_stay.check_30 == "lost"


def test_the_page_says_by_which_figures(cast: Cast, said_to_stay: RetentionCase, client: Browser) -> None:
    verify_cases(branch=cast.home, on=timezone.localdate())
    client.force_login(cast.director)
    page = client.get(f"/retention/cases/{said_to_stay.pk}/").content.decode()
    assert "80.0%" in page
    assert "70.0%" in page
