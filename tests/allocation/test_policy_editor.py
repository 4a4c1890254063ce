"""The match policy from draft to publication: every rule survives the form, errors stand at their field, one version wins."""

from __future__ import annotations

import copy
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from allocation.domain.fit.policy import DEFAULT_RULES, read_rules
from allocation.forms_policy import MatchPolicyForm
from allocation.models import MatchPolicy
from allocation.queries.policy import current_policy
from allocation.queries.policy_effect import effect_of
from allocation.services.delete_policy_draft import delete_policy_draft
from allocation.services.draft_match_policy import change_match_policy, draft_match_policy
from allocation.services.errors import AllocationError, PlanConflict
from allocation.services.publish_match_policy import publish_match_policy
from branch_crm.core.domain.rule_table import RuleFault
from branch_crm.core.models import AuditEntry, Staff
from servicelog.services.policy_desk import mark_of
from tests.allocation.branch import ScoredBranch, solved_plan
from tests.cast import Cast

TODAY = timezone.localdate()


def filled(rules: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """What a browser would send for a form that shows these rules, with some fields changed."""
    form = MatchPolicyForm(rules=rules)
    data = {name: form[name].value() for name in form.fields}
    data = {name: "" if value is None else value for name, value in data.items()} | changes
    return {name: value for name, value in data.items() if value is not False}


def changed(**sections: Any) -> dict[str, Any]:
    return {**copy.deepcopy(DEFAULT_RULES), **sections}


RULES = [
    DEFAULT_RULES,
    changed(
        fairness=None,
        move_budget={"share": 0.05},
        approval={"moves": None, "value_share": None, "tier": None},
        adviser_required={"from_tier": 4},
        pool={"up_to_tier": 0, "core": True},
    ),
]


@pytest.mark.parametrize("rules", RULES, ids=["default", "other"])
def test_a_form_sent_as_it_stands_changes_nothing(rules: dict[str, Any]) -> None:
    form = MatchPolicyForm(filled(rules), rules=rules)
    assert form.is_valid(), form.errors
    assert read_rules(form.rules) == read_rules(rules)


def test_rules_of_before_the_later_sections_are_completed() -> None:
    old = {name: part for name, part in DEFAULT_RULES.items() if name not in ("approval", "notice")}
    form = MatchPolicyForm(filled(old), rules=old)
    assert form.is_valid() and form.rules["approval"] == DEFAULT_RULES["approval"]


@pytest.mark.parametrize(
    ("change", "read"),
    [
        ({"terms.persona.weight": "2.5"}, lambda rules: rules.weights["persona"] == 2.5),
        ({"fairness": "20"}, lambda rules: rules.fairness == 0.2),
        ({"fairness": ""}, lambda rules: rules.fairness is None),
        ({"hours.5": "6"}, lambda rules: rules.hours[4] == 6),
        ({"pool.up_to_tier": ""}, lambda rules: rules.pool_up_to_tier == 0),
        ({"pool.core": "on"}, lambda rules: rules.pool_core is True),
        ({"adviser_required.from_tier": "4"}, lambda rules: rules.adviser_from_tier == 4),
        ({"approval.moves": ""}, lambda rules: rules.second_from_moves is None),
        ({"approval.value_share": "12.5"}, lambda rules: rules.second_from_value == 0.125),
        ({"approval.tier": ""}, lambda rules: rules.second_from_tier is None),
        ({"move_budget.share": "5"}, lambda rules: rules.budget_share == 0.05),
        ({"transfer_guard.days": "60"}, lambda rules: rules.guard_days == 60),
        ({"terms.persona.skills.PP.digital": "10"}, lambda rules: rules.skills["persona"]["PP"]["digital"] == 0.1),
        ({"terms.care.skills.warmth": ""}, lambda rules: "warmth" not in rules.skills["care"]["care"]),
    ],
)
def test_each_kind_of_field_reaches_the_rules(change: dict[str, str], read: Any) -> None:
    form = MatchPolicyForm(filled(DEFAULT_RULES, **change), rules=DEFAULT_RULES)
    assert form.is_valid(), form.errors
    assert read(read_rules(form.rules))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"fairness": "0"}, "fairness"),
        ({"hours.3": "many"}, "hours.3"),
        ({"notice.trading_days": "0"}, "notice.trading_days"),
        ({"terms.care.from_age": "80"}, "terms.care.from_age"),
        ({"terms.large_assets.from_assets": "6000000"}, "terms.large_assets.from_assets"),
        ({f"terms.{term}.weight": "0" for term in DEFAULT_RULES["terms"]}, "terms.value_type.weight"),
        (
            {f"terms.persona.skills.AA.{skill}": "" for skill in DEFAULT_RULES["terms"]["persona"]["skills"]["AA"]},
            "terms.persona.skills.AA.stock_analysis",
        ),
    ],
    ids=["band", "no number", "no day", "ages", "assets", "no term", "no skill"],
)
def test_what_is_wrong_is_said_at_its_field(change: dict[str, str], field: str) -> None:
    form = MatchPolicyForm(filled(DEFAULT_RULES, **change), rules=DEFAULT_RULES)
    assert not form.is_valid() and list(form.errors) == [field]


def test_the_default_rules_of_a_form_are_not_written_over() -> None:
    before = copy.deepcopy(DEFAULT_RULES)
    MatchPolicyForm(filled(DEFAULT_RULES, fairness="30"), rules=DEFAULT_RULES).is_valid()
    assert before == DEFAULT_RULES


def test_from_draft_to_force(cast: Cast) -> None:
    rules = changed(fairness=0.2)
    draft = draft_match_policy(branch=cast.home, rules=rules, note="wider", actor=cast.assistant)
    assert draft.version == 2 and draft.created_by == cast.assistant
    first = current_policy(cast.home, on=TODAY)
    assert first is not None and first.version == 1
    with pytest.raises(AllocationError) as refused:
        publish_match_policy(policy=draft, actor=cast.director, note=" ")
    assert refused.value.field == "note"
    with pytest.raises(AllocationError) as refused:
        publish_match_policy(policy=draft, actor=cast.director, note="x", valid_from=TODAY - timedelta(days=1))
    assert refused.value.field == "valid_from"
    later = TODAY + timedelta(days=7)
    publish_match_policy(policy=draft, actor=cast.director, note="wider band", valid_from=later)
    assert current_policy(cast.home, on=TODAY) == first
    assert current_policy(cast.home, on=later) == draft
    publish_match_policy(policy=draft, actor=cast.director, note="again")
    assert AuditEntry.objects.filter(action="allocation.policy_published", actor=cast.director).count() == 1
    draft.refresh_from_db()
    assert draft.note == "wider band"


def test_a_published_version_never_changes(cast: Cast) -> None:
    draft = draft_match_policy(branch=cast.home, rules=changed(), actor=cast.director)
    publish_match_policy(policy=draft, actor=cast.director, note="as it was")
    with pytest.raises(PlanConflict):
        change_match_policy(
            policy=draft, rules=changed(fairness=0.3), note="", actor=cast.director, seen=mark_of(draft)
        )


def test_an_older_draft_cannot_overtake_a_newer_version(cast: Cast) -> None:
    old, new = (draft_match_policy(branch=cast.home, rules=changed(), actor=cast.director) for _ in range(2))
    publish_match_policy(policy=new, actor=cast.director, note="new")
    with pytest.raises(PlanConflict):
        publish_match_policy(policy=old, actor=cast.director, note="old")


def test_two_editors_of_one_draft(cast: Cast) -> None:
    draft = draft_match_policy(branch=cast.home, rules=changed(), actor=cast.director)
    seen = mark_of(draft)
    mine = change_match_policy(policy=draft, rules=changed(fairness=0.2), note="a", actor=cast.director, seen=seen)
    with pytest.raises(PlanConflict):
        change_match_policy(policy=draft, rules=changed(fairness=0.3), note="b", actor=cast.assistant, seen=seen)
    draft.refresh_from_db()
    assert draft.rules["fairness"] == 0.2
    # The same words twice are no conflict.
    change_match_policy(policy=draft, rules=mine.rules, note="a", actor=cast.assistant, seen=seen)


def test_wrong_rules_are_never_stored(cast: Cast) -> None:
    with pytest.raises(RuleFault):
        draft_match_policy(branch=cast.home, rules=changed(fairness=7), actor=cast.director)
    with pytest.raises(RuleFault):
        draft_match_policy(
            branch=cast.home,
            rules=changed(
                terms={**DEFAULT_RULES["terms"], "care": {**DEFAULT_RULES["terms"]["care"], "skills": {"a b": 1}}}
            ),
            actor=cast.director,
        )
    assert not MatchPolicy.objects.filter(state="draft").exists()


def test_a_draft_is_tried_on_the_branch(ready: ScoredBranch) -> None:
    same = effect_of(ready.branch, read_rules(DEFAULT_RULES), read_rules(changed()), on=TODAY)
    assert same is not None
    assert (same.changed, same.best) == (0, 0) and same.hours[0] == same.hours[1] and same.clients == 60
    hours = {**DEFAULT_RULES["hours"], "1": 1.0}
    other = effect_of(
        ready.branch,
        read_rules(DEFAULT_RULES),
        read_rules(changed(hours=hours, pool={"up_to_tier": 5, "core": True}, adviser_required={"from_tier": 1})),
        on=TODAY,
    )
    assert other is not None and other.hours[1] > other.hours[0]
    assert other.may_wait[1] == 60 > other.may_wait[0]
    weights = copy.deepcopy(DEFAULT_RULES)
    weights["terms"]["continuity"]["weight"] = 50
    moved = effect_of(ready.branch, read_rules(DEFAULT_RULES), read_rules(weights), on=TODAY)
    assert moved is not None and moved.changed > 0 and moved.present[0] != moved.present[1]


def test_nothing_to_try_on_before_a_scoring(cast: Cast) -> None:
    assert effect_of(cast.home, read_rules(DEFAULT_RULES), read_rules(DEFAULT_RULES), on=TODAY) is None


def browser(person: Staff) -> Browser:
    client = Browser()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_pages(ready: ScoredBranch) -> None:
    director, assistant = browser(ready.cast.director), browser(ready.cast.assistant)
    assert assistant.get(reverse("allocation:policy_new")).status_code == 200
    rules = current_policy(ready.branch, on=TODAY).rules  # type: ignore[union-attr]
    wrong = assistant.post(reverse("allocation:policy_new"), filled(rules, **{"hours.1": "-1"}))
    assert wrong.status_code == 422 and "hours.1" in wrong.context["form"].errors
    post = filled(rules, fairness="25", note="更宽")
    trial = assistant.post(reverse("allocation:policy_preview"), post)
    assert len(trial.context["changes"]) == 1 and trial.context["effect"].clients == 60
    assert "effect" not in assistant.post(reverse("allocation:policy_preview"), {}).context
    answer = assistant.post(reverse("allocation:policy_new"), post)
    draft = MatchPolicy.objects.get(state="draft")
    page = reverse("allocation:policy_detail", args=[draft.pk])
    assert answer.headers["Location"] == page
    publication = reverse("allocation:policy_publish", args=[draft.pk])
    assert publication not in assistant.get(page).content.decode()
    assert publication in director.get(page).content.decode()
    effect = director.get(reverse("allocation:policy_effect", args=[draft.pk]), headers={"HX-Request": "true"})
    assert effect.context["effect"].changed == 0
    edit = reverse("allocation:policy_edit", args=[draft.pk])
    shown = director.get(edit).context["form"]
    stale = filled(draft.rules, fairness="30", seen=shown["seen"].value())
    assert assistant.post(edit, filled(draft.rules, fairness="40", seen=shown["seen"].value())).status_code == 302
    assert director.post(edit, stale).status_code == 409
    assert director.post(publication, {"note": ""}).status_code == 422
    assert director.post(publication, {"note": "年度调整"}).status_code == 302
    assert solved_plan(ready, fairness=None).policy.version == 2
    assert director.get(edit).status_code == 302
    old = director.get(reverse("allocation:policy_list"), {"version": draft.pk})
    assert old.status_code == 302 and old.headers["Location"] == page
    assert "±40%" in director.get(page).content.decode()


def test_the_api(ready: ScoredBranch) -> None:
    director, assistant, manager = (browser(ready.cast.staff[who]) for who in ("director", "assistant", "manager"))
    url, rules = reverse("api:match-policy-list"), changed(fairness=0.3)
    body: dict[str, Any] = {"rules": rules, "note": "api"}
    assert manager.post(url, body, content_type="application/json").status_code == 403
    made = assistant.post(url, body, content_type="application/json")
    assert made.status_code == 201 and made.json()["state"] == "draft"
    wrong = assistant.post(url, {"rules": {**rules, "fairness": 9}}, content_type="application/json")
    assert wrong.status_code == 400 and "fairness" in wrong.json()
    for text in ({"rules": {**rules, "other": 1}}, {"rules": {**rules, "hours": {"1": "\x00"}}}):
        assert assistant.post(url, text, content_type="application/json").status_code == 400
    detail = reverse("api:match-policy-detail", args=[made.json()["id"]])
    change = {"rules": changed(fairness=0.4), "note": "api", "seen": made.json()["mark"]}
    assert assistant.patch(detail, change, content_type="application/json").status_code == 200
    stale = {**change, "rules": changed(fairness=0.5)}
    assert assistant.patch(detail, stale, content_type="application/json").status_code == 409
    publication = reverse("api:match-policy-publication", args=[made.json()["id"]])
    assert assistant.post(publication, {"note": "x"}, content_type="application/json").status_code == 403
    late = {"note": "x", "valid_from": date(2020, 1, 1).isoformat()}
    assert director.post(publication, late, content_type="application/json").status_code == 400
    done = director.post(publication, {"note": "x"}, content_type="application/json")
    assert done.json()["state"] == "published" and done.json()["rules"]["fairness"] == 0.4


def test_a_draft_is_deleted_as_it_was_seen_and_a_published_version_never(ready: ScoredBranch) -> None:
    director, assistant, manager = (browser(ready.cast.staff[who]) for who in ("director", "assistant", "manager"))
    draft = draft_match_policy(branch=ready.branch, rules=changed(fairness=0.3), note="x", actor=ready.cast.assistant)
    deletion, page = (reverse(f"allocation:{name}", args=[draft.pk]) for name in ("policy_deletion", "policy_detail"))
    seen = {"seen": mark_of(draft)}
    assert manager.post(deletion, seen).status_code == 403
    assert mark_of(draft) in assistant.get(page).content.decode()
    change_match_policy(
        policy=draft, rules=changed(fairness=0.4), note="x", actor=ready.cast.director, seen=mark_of(draft)
    )
    assert assistant.post(deletion, seen).status_code == 409, "the director has changed it meanwhile"
    draft.refresh_from_db()
    assert assistant.post(deletion, {"seen": mark_of(draft)}).status_code == 302
    assert not MatchPolicy.objects.filter(pk=draft.pk).exists()
    entry = AuditEntry.objects.get(action="allocation.policy_draft_deleted")
    assert (entry.actor, entry.detail["version"]) == (ready.cast.assistant, draft.version)
    assert not delete_policy_draft(policy=draft, actor=ready.cast.assistant, seen=mark_of(draft))

    url, body = reverse("api:match-policy-list"), {"rules": changed(fairness=0.3), "note": "api"}
    made = assistant.post(url, body, content_type="application/json").json()
    over_api = reverse("api:match-policy-deletion", args=[made["id"]])
    assert assistant.post(over_api, {"seen": "other"}, content_type="application/json").status_code == 409
    assert assistant.post(over_api, {"seen": made["mark"]}, content_type="application/json").status_code == 204
    published = draft_match_policy(branch=ready.branch, rules=changed(), actor=ready.cast.director)
    publish_match_policy(policy=published, actor=ready.cast.director, note="x")
    refused = director.post(reverse("allocation:policy_deletion", args=[published.pk]), {"seen": mark_of(published)})
    assert refused.status_code == 409 and MatchPolicy.objects.filter(pk=published.pk).exists()
