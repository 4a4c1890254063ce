"""Values and policies over the API: rows of the current run only, own book for advisors, faults by field."""

from datetime import date

import pytest

from clients.domain.value.rules import DEFAULT_RULES
from clients.models import ImportRun, ValuePolicy
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
    ImportRun.objects.create(
        branch=cast.home, state=ImportRun.State.DONE, source="command", path="/", label="x", data_as_of=DAY
    )
    score_branch(branch=cast.home, as_of=date(2026, 11, 20))
    score_branch(branch=cast.home, as_of=DAY)
    return own, other


def get(browser, who, path):
    browser.force_login(who)
    return browser.get(f"/api/v1/{path}")


def send(browser, path, method="post", **data):
    return getattr(browser, method)(f"/api/v1/{path}", data, content_type="application/json")


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


def test_a_draft_is_posted_changed_proposed_and_approved_by_another(client, cast, book):
    client.force_login(cast.director)
    answer = send(client, "value-policies/", rules=DEFAULT_RULES, note="试行")
    assert answer.status_code == 201 and answer.json()["state"] == "draft"
    path = f"value-policies/{answer.json()['id']}/"
    assert send(client, path, method="patch", rules=DEFAULT_RULES).status_code == 400
    changed = send(client, path, method="patch", rules={**DEFAULT_RULES, "core_share": 0.7}, revision=1)
    assert changed.json()["rules"]["core_share"] == 0.7 and changed.json()["revision"] == 2
    late = send(client, path, method="patch", rules=DEFAULT_RULES, revision=1)
    assert late.status_code == 409 and "2" in late.json()["detail"]

    assert send(client, f"{path}proposal/", note="试行", revision=1).status_code == 409
    proposed = send(client, f"{path}proposal/", note="试行", revision=2)
    assert proposed.json()["state"] == "proposed" and proposed.json()["proposed_by"] == cast.director.pk
    assert send(client, f"{path}approval/", revision=3).status_code == 400

    client.force_login(cast.manager)
    returned = send(client, f"{path}return/", note="核心比例请说明", revision=3)
    assert returned.json()["state"] == "draft" and returned.json()["returned_note"] == "核心比例请说明"
    client.force_login(cast.director)
    send(client, f"{path}proposal/", note="试行，按季度复核", revision=4)
    client.force_login(cast.manager)
    published = send(client, f"{path}approval/", revision=5)
    assert published.json()["state"] == "published" and published.json()["published_by"] == cast.manager.pk
    client.force_login(cast.director)
    late = send(client, path, method="patch", rules=DEFAULT_RULES, revision=6)
    assert late.status_code == 400
    assert ValuePolicy.objects.get(pk=answer.json()["id"]).rules["core_share"] == 0.7


def test_rules_are_tried_and_a_past_scoring_is_run_again(client, cast, book):
    client.force_login(cast.assistant)
    wanted = {**DEFAULT_RULES, "core_share": 0.3}
    tried = send(client, "value-policies/preview/", rules=wanted, show="left")
    assert tried.status_code == 200
    assert tried.json()["comparison"]["left"] == tried.json()["total"] == 1
    # Both bring the same; the tie goes by client number, so the second one leaves.
    assert [move["client_no"] for move in tried.json()["moves"]] == ["0002"]
    assert send(client, "value-policies/preview/", rules=wanted, show="nobody").status_code == 400
    assert ValuePolicy.objects.filter(branch=cast.home).count() == 1

    stored = ValuePolicy.objects.get(branch=cast.home)
    again = get(client, cast.compliance, f"value-policies/{stored.pk}/rerun/").json()
    assert again["same_inputs"] and again["differing"] == 0
    assert get(client, cast.compliance, f"value-policies/{stored.pk}/rerun/?run=999999").status_code == 404
    effect = get(client, cast.manager, f"value-policies/{stored.pk}/effect/").json()
    assert effect["comparison"]["agreement"] == pytest.approx(1) and effect["total"] == 0


@pytest.mark.parametrize("rules", [{}, {**DEFAULT_RULES, "core_share": 7}, {**DEFAULT_RULES, "tiers": "x"}])
def test_wrong_rules_are_named_field_by_field(client, cast, rules):
    client.force_login(cast.assistant)
    answer = client.post("/api/v1/value-policies/", {"rules": rules}, content_type="application/json")
    assert answer.status_code == 400
    assert {"core_share", "tiers"} & set(answer.json()["rules"])
