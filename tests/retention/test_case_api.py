"""A case over the API, from the call to the end: the same people and the same refusals as on the pages."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client as Browser

from branch_crm.core.models import Staff
from clients.models import Client, ClientStatus
from retention.models import LeavingRequest
from retention.services.receive_request import receive_request
from retention.services.work_on_request import decline_talk
from servicelog.models import Contact
from tests.cast import Cast


@pytest.fixture
def rich(cast: Cast, client_of_home: Client) -> Client:
    client_of_home.commission_rate = Decimal("0.000250")
    client_of_home.save(update_fields=["commission_rate"])
    figures = client_of_home.figures
    figures.commission_12m, figures.revenue_12m, figures.tier = Decimal(5000), Decimal(6000), 5
    figures.save(update_fields=["commission_12m", "revenue_12m", "tier"])
    return client_of_home


@pytest.fixture
def asked(cast: Cast, rich: Client) -> LeavingRequest:
    return receive_request(client=rich, kind="closing", origin="counter", actor=cast.counter).request


def send(staff: Staff, address: str, body: dict[str, Any] | None = None, *, status: int = 200) -> Any:
    browser = Browser()
    browser.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    answer = browser.post(f"/api/v1/{address}", body or {}, content_type="application/json")
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


def test_a_case_from_the_call_to_the_end(cast: Cast, asked: LeavingRequest) -> None:
    case = send(cast.counter, "retention-cases/", {"client_no": "80000001"}, status=201)
    assert (case["source"], case["request"]) == ("request", asked.pk)
    assert send(cast.director, "retention-cases/", {"client_no": "80000001"})["id"] == case["id"]
    parts = {part["role"]: part for part in case["parts"]}
    part = f"case-parts/{parts['advisor']['id']}/"
    send(cast.counter, f"{part}taking/", status=400)
    assert send(cast.advisor, f"{part}taking/")["state"] == "taken"
    talk = {"token": str(uuid4()), "channel": "phone", "summary": "客户嫌佣金高，愿意再看看"}
    assert send(cast.advisor, f"{part}talk/", talk)["state"] == "done"
    assert send(cast.advisor, f"{part}talk/", talk)["contact"] == Contact.objects.get().pk
    other = f"case-parts/{parts['director']['id']}/"
    assert send(cast.director, f"{other}handing-on/", {"to": cast.assistant.staff_no})["assignee"] == cast.assistant.pk
    send(cast.assistant, f"{other}handing-on/", {"to": cast.colleague.staff_no}, status=404)

    rate = {"case": case["id"], "concession": "rate", "rate": "0.00013"}
    offer = send(cast.advisor, "case-offers/", rate, status=201)
    assert (offer["state"], offer["yearly_cost"], offer["terms"]) == ("waiting", "2400.00", {"rate": "0.00013"})
    send(cast.assistant, f"case-offers/{offer['id']}/approval/", {"approved": True}, status=403)
    assert send(cast.director, f"case-offers/{offer['id']}/approval/", {"approved": True})["state"] == "made"
    assert send(cast.advisor, f"case-offers/{offer['id']}/answer/", {"accepted": True})["state"] == "accepted"

    ended = send(
        cast.advisor, f"retention-cases/{case['id']}/ending/", {"outcome": "stays", "reason": "rate", "note": "谈妥"}
    )
    assert (ended["state"], ended["outcome"], ended["reason"], ended["check_30"]) == (
        "closed",
        "stays",
        "rate",
        "waiting",
    )
    send(cast.director, f"retention-cases/{case['id']}/ending/", {"outcome": "left"}, status=400)
    asked.refresh_from_db()
    assert asked.is_open, "what is noted of staying holds no request"


@pytest.mark.parametrize(
    ("address", "body", "field"),
    [
        ("retention-cases/", {"client_no": "99999999"}, "client_no"),
        ("case-offers/", {"case": 0, "concession": "rate"}, "case"),
        ("case-offers/", {"concession": "gold_bar"}, "concession"),
        ("case-offers/", {"concession": "rate", "rate": "0.00001"}, "rate"),
        ("case-offers/", {"concession": "rate", "rate": "cheap"}, "rate"),
    ],
)
def test_what_is_wrong_is_named(
    cast: Cast, asked: LeavingRequest, address: str, body: dict[str, Any], field: str
) -> None:
    case = send(cast.counter, "retention-cases/", {"client_no": "80000001"}, status=201)
    assert field in send(cast.director, address, {"case": case["id"], **body}, status=400)


def test_nobody_is_called_who_does_not_want_to_talk_or_has_left(cast: Cast, asked: LeavingRequest) -> None:
    case = send(cast.counter, "retention-cases/", {"client_no": "80000001"}, status=201)
    decline_talk(request=asked, actor=cast.counter)
    refused = send(cast.director, "case-offers/", {"case": case["id"], "concession": "vip_line"}, status=400)
    assert "谢绝沟通" in refused["detail"][0]
    Client.objects.filter(pk=asked.client_id).update(status=ClientStatus.CLOSED)
    assert "client_no" in send(cast.director, "retention-cases/", {"client_no": "80000001"}, status=400)


def test_the_other_branch_and_the_colleague_see_nothing(cast: Cast, asked: LeavingRequest, client: Browser) -> None:
    send(cast.counter, "retention-cases/", {"client_no": "80000001"}, status=201)
    for staff, seen in ((cast.advisor, 1), (cast.colleague, 0), (cast.stranger, 0)):
        client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
        assert len(client.get("/api/v1/retention-cases/").json()["results"]) == seen
    assert "client_no" in send(cast.colleague, "retention-cases/", {"client_no": "80000001"}, status=400)
