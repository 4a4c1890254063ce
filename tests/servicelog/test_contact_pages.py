"""The form and the page of a contact: suitability at once, corrections in words, a revealed phone that can be called."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from branch_crm.core.sealing import blind, seal
from clients.models import RiskLevel
from servicelog.models import Contact, Recommendation
from servicelog.services.amend_contact import amend_contact
from tests.cast import Cast
from tests.servicelog.branch import client_of, log, product

pytestmark = pytest.mark.django_db


@pytest.fixture
def advisor(cast: Cast, client: Browser) -> Browser:
    client.force_login(cast.advisor, backend="django.contrib.auth.backends.ModelBackend")
    return client


def fit(browser: Browser, held: Any, spoken: Any, **asked: str) -> tuple[str, str]:
    answer = browser.get(reverse("servicelog:suitability", args=[held.pk]), {"product": spoken.pk, **asked})
    return answer.context["result"], answer.content.decode()


def test_the_product_just_chosen_says_whether_it_suits_and_stores_nothing(cast: Cast, advisor: Browser) -> None:
    held, lowest = client_of(cast), client_of(cast, "80000002", "张二", risk_level=RiskLevel.C0)
    safe, risky = product(cast, "R2"), product(cast, "R5")
    assert fit(advisor, held, safe)[0] == "match"
    result, text = fit(advisor, held, risky)
    assert result == "blocked" and "风险等级高于" in text
    assert fit(advisor, held, risky, asked_by_client="on")[0] == "client_initiated"
    assert fit(advisor, lowest, risky, asked_by_client="on")[0] == "blocked"
    assert not Recommendation.objects.exists()
    empty = advisor.get(reverse("servicelog:suitability", args=[held.pk]), {"product": "none"})
    assert empty.status_code == 200 and not empty.content.strip()


def test_a_correction_shows_what_stood_and_what_stands(cast: Cast, advisor: Browser) -> None:
    contact = log(cast, client_of(cast)).contact
    page = reverse("servicelog:contact_detail", args=[contact.pk])
    assert "分钟（至" in advisor.get(page).content.decode()
    Contact.objects.filter(pk=contact.pk).update(logged_at=timezone.now() - timedelta(days=2))
    contact.refresh_from_db()
    changes = {"channel": "visit", "clas": ["I", "S"]}
    amend_contact(contact=contact, actor=cast.advisor, changes=changes, why="登记时渠道选错")
    shown = advisor.get(page)
    rows = {label: (old, new) for _a, fields in shown.context["amendments"] for label, old, new in fields}
    assert rows == {"渠道": ("电话", "上门拜访"), "I-CLAS": ("", "投资表现、价值观共鸣")}
    assert "分钟（至" not in shown.content.decode()


def test_a_phone_can_be_called_only_once_it_has_been_revealed(cast: Cast, advisor: Browser) -> None:
    phone = "139 8765-4321"
    held = client_of(cast, phone_sealed=seal(phone), phone_blind=blind(phone), phone_masked="139****4321")
    assert "tel:" not in advisor.get(reverse("clients:detail", args=[held.pk])).content.decode()
    address = reverse("clients:reveal", args=[held.pk])
    for headers in ({"HX-Request": "true"}, {}):
        shown = advisor.post(address, {"field": "phone", "purpose": "service_call"}, headers=headers)
        assert 'href="tel:13987654321"' in shown.content.decode()


def test_only_a_registered_adviser_is_offered_products_in_the_form(cast: Cast, client: Browser) -> None:
    held = client_of(cast)
    address = f"{reverse('servicelog:contact_new')}?client={held.pk}"
    for person, offered in ((cast.advisor, True), (cast.counter, False)):
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        assert ("id_product" in client.get(address).content.decode()) is offered
