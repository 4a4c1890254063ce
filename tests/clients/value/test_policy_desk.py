"""The policy desk: what a draft would do, told at once and exactly; nothing is stored before it is saved."""

import json
from datetime import date

import pytest
from django.urls import reverse

from clients.domain.value.rules import DEFAULT_RULES
from clients.forms_value import ValuePolicyForm
from clients.models import ClientValue, ImportRun, MonthlySum, ScoringRun, ValuePolicy
from clients.services.default_policies import ensure_value_policy
from clients.services.draft_value_policy import change_value_policy, draft_value_policy
from clients.services.preview_value_policy import preview_value_policy
from clients.services.replay_value_policy import replay_value_policy
from clients.services.score_branch import score_branch
from tests.cast import make_cast
from tests.clients.value.facts import assets, client, month

DAY, BEFORE = date(2026, 11, 23), date(2026, 11, 20)
FOR_ASSETS = {**DEFAULT_RULES, "weights": {"commission": 0.1, "purchasing": 0.1, "assets": 0.8}}
pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def people(cast):
    """Thirty clients: the earlier the number, the more commission and the fewer assets. Scored on two days."""
    ImportRun.objects.create(
        branch=cast.home, state=ImportRun.State.DONE, source="command", path="/", label="x", data_as_of=DAY
    )
    everybody = [client(cast.home, f"{number:04}", advisor=cast.advisor_profile) for number in range(1, 31)]
    for place, who in enumerate(everybody):
        month(who, date(2026, 10, 1), net=200 * (30 - place))
        for day in (BEFORE, DAY):
            assets(who, day, 40_000 * (place + 1), cash=100 * place)
    score_branch(branch=cast.home, as_of=BEFORE)
    score_branch(branch=cast.home, as_of=DAY)
    return everybody


def form_data(rules=DEFAULT_RULES, **changes):
    form = ValuePolicyForm(rules=rules)
    return {name: value for name, value in form.initial.items() if value is not None} | changes


def try_form(browser, who, **changes):
    browser.force_login(who)
    return browser.post(reverse("clients:value_policy_preview"), form_data(**changes), headers={"hx-request": "true"})


class TestTrying:
    def test_names_ranks_and_reasons_of_those_who_move(self, client, cast, people):
        answer = try_form(
            client, cast.assistant, weight_commission=10, weight_purchasing=10, weight_assets=80, show="up"
        )
        first = answer.context["moves"][0]
        assert first.client in people[-5:] and first.move.rank_after < first.move.rank_before
        reason = first.move.reasons[-1]
        assert (reason.code, reason.component) == ("points", "assets") and reason.after > reason.before
        assert first.client.name in answer.content.decode()
        assert ValuePolicy.objects.count() == 1 and ScoringRun.objects.count() == 2

    def test_the_counts_are_those_that_scoring_by_it_would_store(self, cast, people):
        rules = {**FOR_ASSETS, "type_cutoff": 0.6, "core_share": 0.5}
        rules["tiers"] = [dict(row) for row in DEFAULT_RULES["tiers"]]
        rules["tiers"][2]["assets"] = 300_000
        seen = preview_value_policy(branch=cast.home, rules=rules).comparison
        was = {row.client_id: row for row in ClientValue.objects.filter(run__is_current=True)}
        policy = draft_value_policy(branch=cast.home, rules=rules, actor=cast.assistant)
        run = score_branch(branch=cast.home, as_of=DAY, policy=policy)
        becomes = {row.client_id: row for row in ClientValue.objects.filter(run=run)}
        assert seen.changed_tier == sum(was[key].raw_tier != row.raw_tier for key, row in becomes.items()) > 0
        assert seen.changed_type == sum(was[key].value_type != row.value_type for key, row in becomes.items()) > 0
        assert seen.core_after == sum(row.is_core for row in becomes.values()) < seen.core_before
        assert seen.left == sum(was[key].is_core and not row.is_core for key, row in becomes.items()) > 0
        assert seen.effect.rises == sum(row.tier > was[key].tier for key, row in becomes.items()) > 0
        assert seen.effect.waiting == sum(row.raw_tier < row.tier for row in becomes.values())

    def test_a_higher_threshold_lets_nobody_fall_at_once_but_says_who_is_in_danger(self, cast, people):
        rules = {**DEFAULT_RULES, "tiers": [dict(row) for row in DEFAULT_RULES["tiers"]]}
        rules["tiers"][3]["assets"] = 1_150_000
        effect = preview_value_policy(branch=cast.home, rules=rules, show="tier_down").comparison.effect
        # 1.00, 1.04 and 1.08 to 1.12 million were platinum; the band of a tenth reaches down to 1.035 million.
        assert (effect.rises, effect.falls, effect.waiting, effect.endangered) == (0, 0, 4, 1)
        wide = preview_value_policy(branch=cast.home, rules={**rules, "downgrade_band": 0.2}).comparison.effect
        assert (wide.waiting, wide.endangered) == (4, 0)

    def test_every_count_has_its_list(self, cast, people):
        rules = {**FOR_ASSETS, "core_share": 0.4}
        preview = preview_value_policy(branch=cast.home, rules=rules)
        for show, count in preview.counts.items():
            listed = preview_value_policy(branch=cast.home, rules=rules, show=show, named=100)
            assert listed.total == len(listed.moves) == count
        cells = [(i, j, n) for i, row in enumerate(preview.comparison.types) for j, n in enumerate(row) if n and i != j]
        assert cells
        codes = ("commission", "product", "asset", "balanced")
        for i, j, count in cells:
            cell = preview_value_policy(branch=cast.home, rules=rules, show=f"type-{codes[i]}-{codes[j]}", named=100)
            assert {(move.type_before, move.type_after) for move in cell.moves} == {(codes[i], codes[j])}
            assert cell.total == count

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"weight_commission": 50}, "weight_commission"),
            ({"core_share": 120}, "core_share"),
            ({"tier_3_assets": 50_000}, "tier_3_assets"),
            ({"half_life_sessions": ""}, "half_life_sessions"),
        ],
    )
    def test_a_wrong_parameter_is_told_at_its_field_and_the_panel_stays(self, client, cast, people, changes, field):
        tried = try_form(client, cast.director, **changes)
        assert tried["HX-Reswap"] == "none"
        assert f"id_{field}" in json.loads(tried["HX-Trigger"])["faults"]
        assert json.loads(try_form(client, cast.director)["HX-Trigger"]) == {"faults": {}}
        saved = client.post(reverse("clients:value_policy_new"), form_data(**changes))
        assert saved.status_code == 422 and field in saved.context["form"].errors

    def test_moving_weights_reads_no_facts_again(self, client, cast, people, django_assert_max_num_queries):
        try_form(client, cast.director)
        other = form_data(weight_commission=50, weight_purchasing=25, weight_assets=25)
        # Session, person, branch, version, day, run before, state of the data, names: no fact, no block.
        with django_assert_max_num_queries(10):
            client.post(reverse("clients:value_policy_preview"), other)

    def test_corrected_facts_are_seen_at_once(self, cast, people):
        before = preview_value_policy(branch=cast.home, rules=DEFAULT_RULES).comparison.line_after
        MonthlySum.objects.filter(client__in=people).update(net_commission=5_000)
        assert preview_value_policy(branch=cast.home, rules=DEFAULT_RULES).comparison.line_after != before

    def test_before_the_first_import_it_says_so(self, client, cast):
        assert try_form(client, cast.director).context["preview"] is None


class TestOldVersions:
    def test_run_again_on_its_own_data_it_gives_exactly_what_was_stored(self, client, cast, people):
        policy = ensure_value_policy(cast.home)
        for run in ScoringRun.objects.filter(branch=cast.home):
            replay = replay_value_policy(policy=policy, run=run)
            assert replay.same_inputs and replay.differing == 0
        client.force_login(cast.compliance)
        page = client.get(reverse("clients:value_policy_rerun", args=[policy.pk]), {"run": run.pk}).content.decode()
        assert run.inputs_hash[:12] in page

    def test_corrected_facts_are_owned_up_to(self, client, cast, people):
        policy, run = ensure_value_policy(cast.home), ScoringRun.objects.get(is_current=True)
        MonthlySum.objects.filter(client=people[0]).update(net_commission=1)
        replay = replay_value_policy(policy=policy, run=run)
        assert not replay.same_inputs and 0 < replay.differing <= 30
        client.force_login(cast.manager)
        page = client.get(reverse("clients:value_policy_rerun", args=[policy.pk]), {"run": run.pk})
        assert page.status_code == 200 and page.context["replay"].differing == replay.differing

    def test_another_version_on_the_same_past_data(self, cast, people):
        run = ScoringRun.objects.get(as_of=BEFORE)
        other = draft_value_policy(branch=cast.home, rules=FOR_ASSETS, actor=cast.assistant)
        replay = replay_value_policy(policy=other, run=run, show="up")
        assert replay.same_inputs and replay.preview.as_of == BEFORE
        assert replay.preview.moves[0].client in {who.pk for who in people[-5:]}
        assert ScoringRun.objects.count() == 2

    def test_two_versions_are_compared_in_words_and_in_clients(self, client, cast, people):
        first = draft_value_policy(branch=cast.home, rules=FOR_ASSETS, actor=cast.assistant)
        second = draft_value_policy(branch=cast.home, rules={**FOR_ASSETS, "core_share": 0.5}, actor=cast.assistant)
        client.force_login(cast.compliance)
        page = client.get(reverse("clients:value_policy_compare", args=[second.pk]), {"with": first.pk, "show": "left"})
        assert [(d.field, d.before, d.after) for d in page.context["differences"]] == [("core_share", 0.8, 0.5)]
        assert page.context["preview"].total == page.context["preview"].comparison.left > 0

    def test_a_draft_can_begin_with_an_old_version(self, client, cast, people):
        old = draft_value_policy(branch=cast.home, rules=FOR_ASSETS, actor=cast.assistant)
        client.force_login(cast.assistant)
        form = client.get(reverse("clients:value_policy_new"), {"from": old.pk}).context["form"]
        assert form.initial["weight_assets"] == 80


class TestSaving:
    def test_two_people_at_once_do_not_overwrite_each_other_silently(self, client, cast, people):
        draft = draft_value_policy(branch=cast.home, rules=DEFAULT_RULES, actor=cast.assistant)
        change_value_policy(
            policy=draft, rules={**DEFAULT_RULES, "core_share": 0.7}, note="", actor=cast.director, revision=1
        )
        client.force_login(cast.assistant)
        url = reverse("clients:value_policy_edit", args=[draft.pk])
        mine = form_data(core_share=60, revision=1)
        refused = client.post(url, mine)
        draft.refresh_from_db()
        assert refused.status_code == 409 and draft.rules["core_share"] == 0.7
        page = refused.content.decode()
        assert cast.director.name in page and "60 → 70" in page
        # The form still holds what was typed, and a second save is meant.
        assert refused.context["form"]["core_share"].value() == "60"
        assert client.post(url, {**mine, "revision": refused.context["form"]["revision"].value()}).status_code == 302
        draft.refresh_from_db()
        assert draft.rules["core_share"] == 0.6 and draft.revision == 3

    def test_a_published_version_cannot_be_changed(self, client, cast):
        policy = ensure_value_policy(cast.home)
        client.force_login(cast.director)
        url = reverse("clients:value_policy_edit", args=[policy.pk])
        assert client.get(url).status_code == 302
        client.post(url, form_data(core_share=50, revision=policy.revision))
        policy.refresh_from_db()
        assert policy.rules == DEFAULT_RULES
