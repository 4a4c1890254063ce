"""The desk of the two policies: drafted, simulated, published; compliance's sections stay compliance's."""

from __future__ import annotations

import copy
from datetime import date, timedelta

import pytest
from django.db import connection
from django.urls import reverse

from branch_crm.core.models import AuditEntry
from servicelog.domain.mot.rules import default_rules
from servicelog.domain.service_rules import DEFAULT_RULES
from servicelog.forms_mot import MotPolicyForm
from servicelog.jobs import simulate
from servicelog.models import MotPolicy, MotTask, ServicePolicy
from servicelog.services.errors import PolicyConflict, ServiceLogError
from servicelog.services.mot_policies import ensure_mot_policy
from servicelog.services.policy_desk import MOT, SERVICE, change_policy, draft_policy, mark_of, publish_policy
from servicelog.services.raise_tasks import raise_tasks
from servicelog.services.simulate_tasks import ask_for_simulation, simulate_tasks
from tests.servicelog.branch import client_of
from tests.servicelog.branch import task as make_task
from tests.servicelog.facts import DAY, flow, snapshot, tier, trade

pytestmark = pytest.mark.django_db


def changed(**triggers):
    rules = default_rules()
    for code, fields in triggers.items():
        rules["triggers"][code] |= fields
    return rules


def posted(rules, **extra):
    """The fields of the desk as the browser sends them."""
    form = MotPolicyForm(rules=rules)
    return {name: form.initial[name] for name in form.fields if name in form.initial} | extra


def test_the_form_gives_back_the_rules_it_was_given():
    rules = changed(large_outflow={"uses": ["off", "may", "must", "must", "must"], "limit": 3, "cooldown": 7})
    rules["triggers"]["large_outflow"]["parameters"]["share"] = 0.155
    rules["festivals"] = [{"day": "2027-02-06", "name": "春节"}]
    form = MotPolicyForm(posted(rules), rules=default_rules())
    assert form.is_valid(), form.errors
    assert form.rules == rules


@pytest.mark.parametrize(
    ("field", "value", "part"),
    [
        ("triggers.large_outflow.parameters.share", "2000", "1000"),
        ("triggers.silent.limit", "61", "60"),
        ("triggers.silent.uses.3", "sometimes", ""),
        ("festivals", "2027-02-30 春节", "1"),
        ("festivals", "2027-02-06", "1"),
    ],
)
def test_a_figure_out_of_range_is_told_at_its_field(field, value, part):
    form = MotPolicyForm(posted(default_rules(), **{field: value}), rules=default_rules())
    assert list(form.errors) == [field]
    assert part in str(form.errors[field])


def test_a_draft_changes_no_night_before_it_is_published_and_its_day_has_come(cast):
    ensure_mot_policy(branch=cast.home, on=DAY)
    draft = draft_policy(MOT, branch=cast.home, rules=changed(silent={"limit": 9}), actor=cast.assistant)
    assert MotPolicy.objects.in_force(cast.home, on=DAY).version == 1
    later = DAY + timedelta(days=7)
    publish_policy(MOT, policy=draft, actor=cast.director, note="静默客户放宽时限", valid_from=later, today=DAY)
    assert MotPolicy.objects.in_force(cast.home, on=later - timedelta(days=1)).version == 1
    assert MotPolicy.objects.in_force(cast.home, on=later).version == 2
    assert AuditEntry.objects.filter(action="servicelog.mot_policy_published", actor=cast.director).count() == 1


def test_who_saves_over_a_colleague_is_told(cast):
    draft = draft_policy(MOT, branch=cast.home, rules=default_rules(), actor=cast.assistant)
    seen = mark_of(draft)
    change_policy(MOT, policy=draft, rules=changed(loss={"limit": 5}), note="", actor=cast.director, seen=seen)
    with pytest.raises(PolicyConflict):
        change_policy(MOT, policy=draft, rules=changed(loss={"limit": 6}), note="", actor=cast.assistant, seen=seen)
    draft.refresh_from_db()
    assert draft.rules["triggers"]["loss"]["limit"] == 5


def test_an_older_draft_cannot_overtake_a_newer_version(cast):
    older, newer = (draft_policy(MOT, branch=cast.home, rules=default_rules(), actor=cast.director) for _ in range(2))
    publish_policy(MOT, policy=newer, actor=cast.director, note="新")
    with pytest.raises(PolicyConflict):
        publish_policy(MOT, policy=older, actor=cast.director, note="旧")


def test_a_simulation_counts_what_the_nights_of_the_month_would_raise_and_raises_nothing(cast):
    quiet, rich = client_of(cast), client_of(cast, "80000002", "王丽")
    for client in (quiet, rich):
        tier(client, 3)
        snapshot(client, DAY - timedelta(days=20), total=500_000)
    flow(rich, -200_000, DAY - timedelta(days=10))
    trade(quiet, DAY - timedelta(days=100))
    trade(rich, DAY - timedelta(days=50))
    ensure_mot_policy(branch=cast.home, on=DAY - timedelta(days=60))
    rules = changed(silent={"uses": ["off"] * 5}, new_client={"limit": 3})
    draft = draft_policy(MOT, branch=cast.home, rules=rules, actor=cast.director)
    trial = simulate_tasks(policy=draft, until=DAY)
    assert trial["moments"]["silent"] == [0, 0, 1, 0]
    assert trial["moments"]["large_outflow"] == [1, 1, 0, 0]
    advisor = str(cast.advisor_profile.pk)
    assert [sum(cells) for cells in zip(*trial["advisors"].values(), strict=True)] == trial["advisors"][advisor]
    assert sum(row[1] for row in trial["days"].values()) == sum(row[1] + row[3] for row in trial["moments"].values())
    assert not MotTask.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('mot_trial')")
        assert cursor.fetchone() == (None,)
    draft.refresh_from_db()
    assert draft.trial["mark"] == mark_of(draft)


def test_a_simulated_version_in_force_is_what_the_nights_raise(cast):
    """The same statements: with tasks done on their day, the month's nights and the simulation count alike."""
    client = client_of(cast)
    tier(client, 4)
    for back in range(0, 28, 3):
        day = DAY - timedelta(days=back)
        snapshot(client, day, total=400_000 + back * 1000)
        flow(client, -150_000 - back, day)
    policy = ensure_mot_policy(branch=cast.home, on=DAY - timedelta(days=60))
    draft = draft_policy(MOT, branch=cast.home, rules=policy.rules, actor=cast.director)
    trial = simulate_tasks(policy=draft, until=DAY + timedelta(days=1))
    for day in map(date.fromisoformat, trial["days"]):
        raise_tasks(branch=cast.home, day=day)
        MotTask.objects.filter(state="open").update(state="lapsed")
    assert sum(row[1] for row in trial["days"].values()) == MotTask.objects.count() > 3


def test_asking_twice_for_the_same_simulation_gives_one_job_and_a_published_version_none(cast):
    draft = draft_policy(MOT, branch=cast.home, rules=default_rules(), actor=cast.director)
    first = ask_for_simulation(policy=draft, actor=cast.director, today=DAY)
    assert ask_for_simulation(policy=draft, actor=cast.assistant, today=DAY) == first
    assert simulate.__module__ == "servicelog.jobs"
    published = publish_policy(MOT, policy=draft, actor=cast.director, note="发布")
    with pytest.raises(ServiceLogError):
        ask_for_simulation(policy=published, actor=cast.director, today=DAY)


def test_the_way_of_a_draft_over_the_pages(client, cast):
    client.force_login(cast.director)
    data = posted(default_rules(), **{"triggers.silent.limit": "8", "note": "试算"})
    page = client.post(reverse("servicelog:mot_policy_new"), data, follow=True)
    policy = MotPolicy.objects.get(state="draft")
    assert policy.rules["triggers"]["silent"]["limit"] == 8
    assert len(page.context["changes"]) == 1
    flow(client_of(cast), -200_000, DAY)
    simulate_tasks(policy=policy, until=date.today())
    page = client.get(reverse("servicelog:mot_policy_detail", args=[policy.pk]))
    assert page.context["simulation"].whole.total[1] >= 1
    bad = client.post(reverse("servicelog:mot_policy_edit", args=[policy.pk]), data | {"triggers.silent.limit": "99"})
    assert bad.status_code == 422
    sent = {"note": "静默时限放宽", "valid_from": "2001-01-01"}
    refused = client.post(reverse("servicelog:mot_policy_publish", args=[policy.pk]), sent)
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["valid_from"])
    client.post(reverse("servicelog:mot_policy_publish", args=[policy.pk]), sent | {"valid_from": ""})
    policy.refresh_from_db()
    assert (policy.state, policy.published_by) == ("published", cast.director)


def test_compliance_sets_words_and_levels_and_the_desk_the_rest(cast):
    words, hours = copy.deepcopy(DEFAULT_RULES), copy.deepcopy(DEFAULT_RULES)
    words["forbidden"]["words"] = ["稳赚不赔"]
    hours["quiet_hours"]["from"] = "20:30"
    for actor, theirs, foreign in ((cast.compliance, words, hours), (cast.director, hours, words)):
        with pytest.raises(ServiceLogError):
            draft_policy(SERVICE, branch=cast.home, rules=foreign, actor=actor)
        draft = draft_policy(SERVICE, branch=cast.home, rules=theirs, actor=actor)
        other = cast.director if actor is cast.compliance else cast.compliance
        with pytest.raises(ServiceLogError):
            publish_policy(SERVICE, policy=draft, actor=other, note="越权")
    assert not ServicePolicy.objects.filter(state="published", version__gt=1).exists()


def test_compliance_drafts_and_publishes_a_forbidden_word_over_the_pages(client, cast):
    client.force_login(cast.compliance)
    page = client.get(reverse("servicelog:service_policy_new"), {"branch": cast.home.code})
    form = page.context["form"]
    assert "forbidden.words" in form.fields
    assert "editing_minutes" not in form.fields
    data = {name: form.initial[name] or "" for name in form.fields if name in form.initial}
    data["forbidden.words"] += "\n绝对领先"
    client.post(f"{reverse('servicelog:service_policy_new')}?branch={cast.home.code}", data)
    draft = ServicePolicy.objects.get(state="draft")
    assert draft.rules["forbidden"]["words"][-1] == "绝对领先"
    assert {name for name in draft.rules if draft.rules[name] != DEFAULT_RULES[name]} == {"forbidden"}
    bad = client.post(reverse("servicelog:service_policy_edit", args=[draft.pk]), data | {"forbidden.patterns": "("})
    assert bad.context["form"].errors == {"forbidden.patterns": ["第 1 行不是有效的正则表达式，请检查括号。"]}
    client.post(reverse("servicelog:service_policy_publish", args=[draft.pk]), {"note": "新增禁用语"})
    draft.refresh_from_db()
    assert draft.state == "published"


def test_the_why_of_a_task_says_its_facts_in_words_and_links_to_them(client, cast):
    asked = client_of(cast)
    task = make_task(
        cast, asked, facts={"amount": -200000, "transfers": 2, "from": "2026-11-17", "to": "2026-11-23",
                            "assets": 500000, "threshold": 140000},
    )  # fmt: skip
    client.force_login(cast.advisor)
    page = client.get(reverse("servicelog:task_why", args=[task.pk]))
    movements = f"{reverse('clients:detail', args=[asked.pk])}?tab=movements"
    assert {fact.href for fact in page.context["facts"] if fact.href} == {movements}
    assert "140,000.00" in page.content.decode()
    assert reverse("servicelog:mot_policy_detail", args=[task.policy_id]) not in page.content.decode()
    answer = client.get(reverse("api:mot-task-why", args=[task.pk])).json()
    assert answer["policy_version"] == 1
    assert answer["rule"]["limit"] == 1
    assert len(answer["facts"]) == len(page.context["facts"])
