"""The service log over the API: one contact per token, the same refusals as on the pages, nothing of other books."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client as Browser

from clients.models import Client, RiskLevel
from servicelog.models import Complaint, Contact, CountDispute, Promise, Recommendation
from tests.cast import Cast
from tests.servicelog.branch import TALK, at_ten, client_of, product, task

pytestmark = pytest.mark.django_db
CONTACTS = "/api/v1/contacts/"


def browser(who: Any) -> Browser:
    caller = Browser()
    caller.force_login(who, backend="django.contrib.auth.backends.ModelBackend")
    return caller


def post(who: Any, address: str, body: dict[str, Any]) -> Any:
    return browser(who).post(address, body, content_type="application/json")


def body(held: Client, **fields: Any) -> dict[str, Any]:
    return {
        "token": str(uuid4()), "client_no": held.client_no, "held_at": at_ten().isoformat(), "channel": "phone",
        "purpose": "care", "summary": TALK, **fields,
    }  # fmt: skip


def test_a_contact_is_logged_once_with_what_it_serves_and_promises(cast: Cast) -> None:
    held = client_of(cast)
    served, fitting = task(cast, held), product(cast, "R2")
    sent = body(
        held,
        tasks=[served.pk],
        clas=["I", "A"],
        promises=[{"text": "周五前给出调仓方案", "due_on": "2099-01-05"}],
        products=[{"product": fitting.code, "staff_initiated": True}],
    )
    first, again = post(cast.advisor, CONTACTS, sent), post(cast.advisor, CONTACTS, sent)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"] and first.json()["counts"] is True
    served.refresh_from_db()
    assert (Contact.objects.count(), Promise.objects.count(), served.state) == (1, 1, "done")
    assert Recommendation.objects.get().result == "match"


def test_refusals_name_the_field_the_words_and_the_grounds(cast: Cast) -> None:
    held = client_of(cast, risk_level=RiskLevel.C1)
    risky = product(cast, "R5")
    words = post(cast.advisor, CONTACTS, body(held, summary="向客户说明该产品保本保收益，客户同意认购"))
    assert words.status_code == 400 and "保本" in words.json()["words"] and "summary" in words.json()
    talk = {"product": risky.code, "staff_initiated": True}
    unsuitable = post(cast.advisor, CONTACTS, body(held, products=[talk]))
    assert unsuitable.status_code == 400 and unsuitable.json()["grounds"]
    assert list(post(cast.advisor, CONTACTS, {**body(held), "channel": "pigeon"}).json()) == ["channel"]
    assert not Contact.objects.exists()


def test_clients_of_another_book_cannot_be_named_nor_seen(cast: Cast) -> None:
    held = client_of(cast)
    assert list(post(cast.colleague, CONTACTS, body(held)).json()) == ["client_no"]
    logged = post(cast.advisor, CONTACTS, body(held)).json()
    assert browser(cast.colleague).get(CONTACTS).json()["results"] == []
    assert browser(cast.colleague).get(f"{CONTACTS}{logged['id']}/").status_code == 404
    assert [row["id"] for row in browser(cast.director).get(f"{CONTACTS}?counts=true").json()["results"]] == [
        logged["id"]
    ]
    assert post(cast.compliance, CONTACTS, body(held)).status_code == 403


def test_a_log_is_corrected_disputed_and_answered(cast: Cast) -> None:
    held = client_of(cast)
    logged = post(cast.advisor, CONTACTS, body(held, summary="已联系")).json()
    assert logged["count_reasons"] == ["short"]
    address = f"{CONTACTS}{logged['id']}/"
    disputed = post(cast.advisor, f"{address}dispute/", {"text": "客户在医院，只能简短问候"})
    assert disputed.json()["state"] == "open"
    answer = f"/api/v1/count-disputes/{disputed.json()['id']}/answer/"
    assert post(cast.advisor, answer, {"granted": True}).status_code == 403
    assert list(post(cast.director, answer, {"granted": False}).json()) == ["answer"]
    assert post(cast.director, answer, {"granted": True}).json()["state"] == "granted"
    assert CountDispute.objects.get().contact.counts
    assert post(cast.director, f"{address}amendment/", {"minutes": 5}).status_code == 400
    changed = post(cast.advisor, f"{address}amendment/", {"minutes": 5}).json()
    assert (changed["minutes"], changed["summary"], changed["dispute"]) == (5, "已联系", "granted")


def test_a_complaint_is_entered_once_and_settled_after_its_answer(cast: Cast) -> None:
    held = client_of(cast)
    sent = {"client_no": held.client_no, "channel": "counter", "about": "fees", "text": "佣金偏高"}
    entered = post(cast.counter, "/api/v1/complaints/", sent).json()
    assert post(cast.counter, "/api/v1/complaints/", sent).json()["id"] == entered["id"]
    settle = f"/api/v1/complaints/{entered['id']}/settlement/"
    assert post(cast.director, settle, {"outcome": "已调整"}).status_code == 400
    post(cast.advisor, CONTACTS, body(held, purpose="complaint"))
    assert post(cast.director, settle, {"outcome": "已调整"}).json()["state"] == "settled"
    assert Complaint.objects.count() == 1
