"""The retention policy at its desk: who sets what, what a fault says, and that a request keeps the version it came under."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from branch_crm.core.models import Staff
from clients.models import Client
from retention.domain.rules import DEFAULT_RULES
from retention.models import RetentionPolicy
from retention.services.ensure_policy import ensure_retention_policy
from retention.services.receive_request import receive_request
from retention.views.policies import PAGES
from tests.cast import Cast


def as_(staff: Staff) -> Browser:
    browser = Browser()
    browser.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def typed(browser: Browser, url: str, **changed: Any) -> dict[str, Any]:
    """What the form shows, with changes: a person changes a field and saves."""
    form = browser.get(url).context["form"]
    shown = {name: form[name].value() for name in form.fields}
    return {**{name: "" if value is None else value for name, value in shown.items()}, **changed}


def test_compliance_sets_the_clock_and_a_request_keeps_its_own(cast: Cast, client_of_home: Client) -> None:
    before = receive_request(
        client=client_of_home, kind="closing", origin="counter", actor=cast.counter, settled_at=timezone.now()
    ).request
    browser = as_(cast.compliance)
    answer = browser.post("/retention/policy/new/", typed(browser, "/retention/policy/new/", **{"clock.sessions": "3"}))
    draft = RetentionPolicy.objects.get(state="draft")
    assert answer.url == f"/retention/policy/{draft.pk}/"
    assert "3" in browser.get(answer.url).content.decode()
    browser.post(f"/retention/policy/{draft.pk}/publication/", {"note": "总部要求", "valid_from": timezone.localdate()})
    assert ensure_retention_policy(branch=cast.home, on=timezone.localdate()) == draft
    after = receive_request(
        client=client_of_home, kind="transfer", origin="counter", actor=cast.counter, settled_at=timezone.now()
    ).request
    before.refresh_from_db()
    assert after.due_at > before.due_at
    assert before.policy_id != after.policy_id


def test_the_director_sets_what_may_be_offered_and_not_the_clock(cast: Cast) -> None:
    browser = as_(cast.director)
    fields = browser.get("/retention/policy/new/").context["form"].fields
    assert "concessions" in fields and "clock.sessions" not in fields
    table = (
        "rate | 佣金率下调 | Lower rate | rate | 0.000100 | 0.000130 | 500\nline | 热线 | Line | fixed | 200 | - | 0"
    )
    browser.post("/retention/policy/new/", typed(browser, "/retention/policy/new/", concessions=table))
    draft = RetentionPolicy.objects.get(state="draft")
    assert [row["code"] for row in draft.rules["concessions"]] == ["rate", "line"]
    assert draft.rules["concessions"][1]["director_below"] is None
    assert draft.rules["clock"] == DEFAULT_RULES["clock"]


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("concessions", "rate | 佣金 | Rate | gift | 1 | - | 0"),
        ("concessions", "rate | 佣金 | Rate | rate | cheap | - | 0"),
        ("verify.days", "90, 30"),
        ("verify.days", "soon"),
        ("verify.least_assets_share", "7"),
    ],
)
def test_a_fault_stands_at_its_field_and_nothing_is_saved(cast: Cast, field: str, text: str) -> None:
    browser = as_(cast.director)
    answer = browser.post("/retention/policy/new/", typed(browser, "/retention/policy/new/", **{field: text}))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not RetentionPolicy.objects.filter(state="draft").exists()


def test_what_is_shown_is_read_back_as_the_same(cast: Cast) -> None:
    browser = as_(cast.director)
    browser.post("/retention/policy/new/", typed(browser, "/retention/policy/new/", note="不变"))
    assert RetentionPolicy.objects.get(state="draft").rules == DEFAULT_RULES
    said = [text for _group, rows in PAGES.said(DEFAULT_RULES)["groups"] for _label, text in rows]
    assert all(said) and "销户、转户是客户的权利" in "".join(said)
