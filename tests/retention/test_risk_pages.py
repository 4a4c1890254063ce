"""The list and the panel say who and why; advisors see their own; high signs open a case, once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from clients.models import Client
from retention.domain.risk.rules import SIGNALS
from retention.models import ClientRisk, RetentionCase, RiskRun
from retention.services.open_cases_of_signs import open_cases_of_signs
from retention.services.risk_policies import ensure_risk_policy
from retention.wording_risk import NAMES, WORDS
from tests.cast import Cast

SIGNALS_TOLD = {
    "outflow": {"points": 30.0, "measure": 0.76, "figures": {"out": 304_000.0, "peak": 400_000.0}},
    "complaint": {"points": 14.0, "measure": 1.0, "figures": {"days": 12.0}},
}


@pytest.fixture
def at_risk(cast: Cast, client_of_home: Client) -> ClientRisk:
    today = timezone.localdate()
    run = RiskRun.objects.create(
        branch=cast.home, as_of=today - timedelta(days=1), policy=ensure_risk_policy(branch=cast.home, on=today),
        inputs_hash="x", is_current=True, clients=2,
    )  # fmt: skip
    return ClientRisk.objects.create(
        run=run, branch=cast.home, client=client_of_home, points=44, band=ClientRisk.Band.HIGH, signals=SIGNALS_TOLD
    )


def test_every_sign_has_words() -> None:
    assert set(NAMES) == set(WORDS) == set(SIGNALS)


def test_the_list_tells_who_and_why(cast: Cast, at_risk: ClientRisk, client: Browser) -> None:
    client.force_login(cast.director)
    page = client.get("/retention/signs/").content.decode()
    assert at_risk.client.name in page
    assert "304,000" in page
    assert "76.0%" in page
    assert at_risk.client.name in client.get("/retention/signs/?sign=outflow").content.decode()
    for query in ("?band=watch", "?sign=rate"):
        assert at_risk.client.name not in client.get(f"/retention/signs/{query}").content.decode()
    assert client.get("/retention/signs/?band=nonsense&sign=%22&page=x").status_code == 200


def test_the_panel_adds_up(cast: Cast, at_risk: ClientRisk, client: Browser) -> None:
    client.force_login(cast.advisor)
    page = client.get(f"/retention/clients/{at_risk.client_id}/signs/").content.decode()
    assert "44" in page
    assert "400,000" in page
    client.force_login(cast.colleague)
    assert client.get(f"/retention/clients/{at_risk.client_id}/signs/").status_code == 404


def test_without_a_sign_and_without_a_run(cast: Cast, client_of_home: Client, client: Browser) -> None:
    client.force_login(cast.director)
    assert client.get("/retention/signs/").status_code == 200
    assert client.get(f"/retention/clients/{client_of_home.pk}/signs/").status_code == 200


def test_the_api(cast: Cast, at_risk: ClientRisk, client: Browser) -> None:
    client.force_login(cast.advisor)
    (row,) = client.get("/api/v1/early-warnings/?least_band=3").json()["results"]
    assert (row["client_no"], row["points"], row["signals"]) == (at_risk.client.client_no, 44, SIGNALS_TOLD)
    client.force_login(cast.colleague)
    assert client.get("/api/v1/early-warnings/").json()["results"] == []


def test_high_signs_open_a_case_once(cast: Cast, at_risk: ClientRisk) -> None:
    assert open_cases_of_signs(branch=cast.home) == 1
    assert open_cases_of_signs(branch=cast.home) == 0
    case = RetentionCase.objects.get()
    assert (case.client, case.source) == (at_risk.client, "signal")
    assert open_cases_of_signs(branch=cast.away) == 0
