"""Values and policies over the API: rows of the current run only, own book for advisors, faults by field."""

from datetime import date

import pytest

from clients.domain.value.rules import DEFAULT_RULES
from clients.models import ValuePolicy
from clients.services.score_branch import score_branch
from tests.cast import make_cast
from tests.clients.value.facts import assets, client, month

DAY = date(2026, 11, 23)
pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def book(cast):
    own = client(cast.home, "0001", advisor=cast.advisor_profile)
    other = client(cast.home, "0002", advisor=cast.colleague_profile)
    for who in (own, other):
        month(who, date(2026, 11, 1), net=100)
        assets(who, DAY, 1_000)
    score_branch(branch=cast.home, as_of=date(2026, 11, 20))
    score_branch(branch=cast.home, as_of=DAY)
    return own, other


def get(browser, who, path):
    browser.force_login(who)
    return browser.get(f"/api/v1/{path}")


def test_values_are_those_of_the_current_run_and_of_one_s_own_book(client, cast, book):
    own, other = book
    everything = get(client, cast.director, "values/").json()["results"]
    assert {row["client"] for row in everything} == {own.pk, other.pk}
    assert {row["as_of"] for row in everything} == {"2026-11-23"}
    assert everything[0]["commission_12m"] == "100.00"
    mine = get(client, cast.advisor, "values/").json()["results"]
    assert [row["client"] for row in mine] == [own.pk]
    assert get(client, cast.director, f"values/?client={other.pk}").json()["results"][0]["client"] == other.pk


def test_scorings_tell_their_summary(client, cast, book):
    runs = get(client, cast.manager, "scoring-runs/?is_current=true").json()["results"]
    assert len(runs) == 1 and runs[0]["summary"]["core"]["size"] == 2


def test_a_draft_is_posted_changed_and_published(client, cast, book):
    client.force_login(cast.director)
    answer = client.post(
        "/api/v1/value-policies/", {"rules": DEFAULT_RULES, "note": "试行"}, content_type="application/json"
    )
    assert answer.status_code == 201 and answer.json()["state"] == "draft"
    path = f"/api/v1/value-policies/{answer.json()['id']}/"
    changed = client.patch(path, {"rules": {**DEFAULT_RULES, "core_share": 0.7}}, content_type="application/json")
    assert changed.json()["rules"]["core_share"] == 0.7
    published = client.post(f"{path}publication/", {"note": "试行"}, content_type="application/json")
    assert published.json()["state"] == "published"
    late = client.patch(path, {"rules": DEFAULT_RULES}, content_type="application/json")
    assert late.status_code == 400
    assert ValuePolicy.objects.get(pk=answer.json()["id"]).rules["core_share"] == 0.7


@pytest.mark.parametrize("rules", [{}, {**DEFAULT_RULES, "core_share": 7}, {**DEFAULT_RULES, "tiers": "x"}])
def test_wrong_rules_are_named_field_by_field(client, cast, rules):
    client.force_login(cast.assistant)
    answer = client.post("/api/v1/value-policies/", {"rules": rules}, content_type="application/json")
    assert answer.status_code == 400
    assert {"core_share", "tiers"} & set(answer.json()["rules"])
