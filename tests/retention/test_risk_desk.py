"""The early-warning rule at its desk: faults at their fields, drafts tried on the measures of the night, the next night."""

from __future__ import annotations

import copy
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from branch_crm.core.models import AuditEntry
from clients.models import AssetSnapshot, CashFlow, Client
from retention.domain.risk.rules import DEFAULT_RULES
from retention.models import ClientRisk, RiskMeasures, RiskPolicy, RiskRun
from retention.queries.risk import load_facts
from retention.risk_fields import risk_groups
from retention.services import try_risk_rule as desk
from retention.services.score_risk import score_risk
from retention.services.try_risk_rule import try_risk_rule
from servicelog.policy_parts import texts_of
from tests.cast import Cast
from tests.retention.test_policy_desk import as_, typed

NEW = "/retention/signs/rule/new/"
TRIAL = "/retention/signs/rule/trial/"


@pytest.fixture
def night(cast: Cast, client_of_home: Client) -> RiskRun:
    """Three clients: 50 %, 80 % and nothing of 400,000 taken out; the rule gives 18, 30 and 0 points."""
    day = timezone.localdate() - timedelta(days=1)
    others = [
        Client.objects.create(branch=cast.home, client_no=f"8000000{number}", name=f"客户{number}") for number in (2, 3)
    ]
    for client, out in zip([client_of_home, *others], (200_000, 320_000, 0), strict=True):
        for back, total in ((60, 400_000), (0, 400_000 - out)):
            AssetSnapshot.objects.create(
                branch=cast.home, client=client, day=day - timedelta(days=back), total=total, stock_value=0
            )
        if out:
            CashFlow.objects.create(
                branch=cast.home, client=client, row_key=client.client_no, day=day - timedelta(days=10),
                kind="银行转取", amount=-out, is_external=True,
            )  # fmt: skip
    return score_risk(branch=cast.home, as_of=day)


def changed(**paths: Any) -> dict[str, Any]:
    rules = copy.deepcopy(DEFAULT_RULES)
    for path, value in paths.items():
        section, name = path.split("__", 1)
        part = rules[section]
        *inner, last = name.split("__")
        for each in inner:
            part = part[each]
        part[last] = value
    return rules


def points_of(run: RiskRun) -> list[float]:
    return list(ClientRisk.objects.filter(run=run).order_by("-points").values_list("points", flat=True))


def test_a_draft_is_tried_on_what_the_night_has_measured(
    cast: Cast, night: RiskRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    def not_read(*_args: object, **_named: object) -> None:
        pytest.fail("the facts were read although the measures are kept")

    most = max(points_of(night))
    monkeypatch.setattr(desk, "load_facts", not_read)
    effect = try_risk_rule(branch=cast.home, rules=changed(bands__watch=5, bands__high=most))
    assert effect is not None and not effect.read_anew
    assert (effect.high.before, effect.high.after, effect.high.enter, effect.high.leave) == (0, 1, 1, 0)
    (mover,) = effect.into_high
    assert (mover.before, mover.after) == (most, most)
    assert sum(change.after for change in effect.changes) == night.clients
    # Twice the points of what flows out, and only its own: nobody else moves.
    doubled = try_risk_rule(branch=cast.home, rules=changed(signals__outflow__points=60))
    assert doubled is not None
    assert doubled.into_high[0].after == pytest.approx(most + 30)


def test_other_windows_are_read_anew(cast: Cast, night: RiskRun) -> None:
    effect = try_risk_rule(branch=cast.home, rules=changed(windows__recent_days=30))
    assert effect is not None and effect.read_anew
    facts = load_facts(cast.home, as_of=night.as_of, rules=desk.read_risk_rules(changed(windows__recent_days=30)))
    assert len(facts) == night.clients


def test_only_the_current_run_keeps_its_measures(cast: Cast, night: RiskRun) -> None:
    later = score_risk(branch=cast.home, as_of=night.as_of + timedelta(days=1))
    assert [kept.run_id for kept in RiskMeasures.objects.all()] == [later.pk]


def test_before_the_first_night_there_is_nothing_to_try(cast: Cast) -> None:
    assert try_risk_rule(branch=cast.home, rules=DEFAULT_RULES) is None
    browser = as_(cast.director)
    assert browser.post(TRIAL, typed(browser, NEW)).status_code == 200


def test_the_form_tells_the_effect_and_saves_nothing(cast: Cast, night: RiskRun) -> None:
    browser = as_(cast.director)
    page = browser.post(TRIAL, typed(browser, NEW, **{"bands.watch": "10", "bands.high": "25"})).content.decode()
    assert "客户2" in page
    assert not RiskPolicy.objects.filter(state="draft").exists()
    wrong = browser.post(TRIAL, typed(browser, NEW, **{"bands.high": "20"}))
    assert wrong.context["is_wrong"]


def test_a_draft_is_saved_published_and_read_by(cast: Cast, night: RiskRun) -> None:
    browser = as_(cast.director)
    answer = browser.post(NEW, typed(browser, NEW, **{"signals.outflow.from": "40", "signals.outflow.points": "60"}))
    draft = RiskPolicy.objects.get(state="draft")
    assert answer.url == f"/retention/signs/rule/{draft.pk}/"
    assert draft.rules["signals"]["outflow"] == {"points": 60.0, "from": 0.4, "to": 0.7}
    assert browser.get(answer.url).status_code == 200
    assert "客户2" in browser.get(f"{answer.url}effect/").content.decode()
    edited = browser.post(f"{answer.url}edit/", typed(browser, f"{answer.url}edit/", **{"bands.high": "45"}))
    assert edited.url == answer.url
    browser.post(f"{answer.url}publication/", {"note": "外流更要紧", "valid_from": timezone.localdate()})
    run = score_risk(branch=cast.home, as_of=timezone.localdate())
    assert (run.policy_id, max(points_of(run)) >= 60) == (draft.pk, True)
    assert AuditEntry.objects.filter(action="retention.risk_policy_published", actor=cast.director).count() == 1


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("signals.outflow.to", "20"),
        ("bands.high", "20"),
        ("windows.look_back_days", "95"),
        ("windows.year_days", "100"),
        ("signals.rate.to", "1"),
        ("evaluation.least_leavers", "1"),
    ],
)
def test_a_fault_stands_at_its_field(cast: Cast, field: str, text: str) -> None:
    browser = as_(cast.director)
    answer = browser.post(NEW, typed(browser, NEW, **{field: text}))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert "must be" not in answer.content.decode()
    assert not RiskPolicy.objects.filter(state="draft").exists()


def test_what_is_shown_is_read_back_as_the_same(cast: Cast) -> None:
    browser = as_(cast.director)
    browser.post(NEW, typed(browser, NEW, note="不变"))
    assert RiskPolicy.objects.get(state="draft").rules == DEFAULT_RULES
    rows = [row for _group, rows in texts_of(risk_groups(), DEFAULT_RULES) for row in rows]
    assert all(label and text for label, text in rows)


def test_only_the_director_publishes(cast: Cast, client: Browser) -> None:
    draft = RiskPolicy.objects.create(branch=cast.home, version=1, rules=DEFAULT_RULES)
    browser = as_(cast.assistant)
    url = f"/retention/signs/rule/{draft.pk}/publication/"
    assert browser.post(url, {"note": "x", "valid_from": timezone.localdate()}).status_code == 403
    assert as_(cast.stranger).get(f"/retention/signs/rule/{draft.pk}/effect/").status_code == 404
