"""A version of the value policy needs two people: one proposes, another approves; nobody overtakes the other silently."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from branch_crm.core.jobs import runner
from branch_crm.core.models import AuditEntry, JobRun, Role
from clients.domain.value.rules import DEFAULT_RULES
from clients.models import ImportRun, ScoringRun, ValuePolicy
from clients.queries.value import may_approve, policies_waiting_for, policy_in_force
from clients.services.approve_value_policy import approve_value_policy
from clients.services.draft_value_policy import change_value_policy, discard_value_policy, draft_value_policy
from clients.services.hold_value_policy import PolicyConflict
from clients.services.propose_value_policy import propose_value_policy
from clients.services.return_value_policy import return_value_policy
from clients.services.score_branch import score_branch
from tests.cast import account, make_cast
from tests.clients.value.facts import assets, client, month

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def draft(cast):
    rules = {**DEFAULT_RULES, "core_share": 0.7}
    return draft_value_policy(branch=cast.home, rules=rules, actor=cast.assistant)


@pytest.fixture
def proposal(cast, draft):
    return propose_value_policy(policy=draft, actor=cast.director, note="核心收紧", revision=1)


def post(browser, who, name, policy, **data):
    browser.force_login(who)
    return browser.post(reverse(f"clients:value_policy_{name}", args=[policy.pk]), data)


def test_proposed_by_the_director_approved_by_the_manager_scored_by_the_job(client, cast, draft):
    today = timezone.localdate()
    who = make_client(cast, today)
    assert post(client, cast.director, "propose", draft, note="核心收紧", revision=1).status_code == 302
    draft.refresh_from_db()
    assert (draft.state, draft.proposed_by, draft.revision) == ("proposed", cast.director, 2)
    assert policy_in_force(cast.home).version == 1 and not JobRun.objects.filter(kind="clients.rescore").exists()

    assert post(client, cast.manager, "approve", draft, revision=2).status_code == 302
    assert post(client, cast.manager, "approve", draft, revision=2).status_code == 302
    draft.refresh_from_db()
    assert (draft.state, draft.published_by, draft.valid_from) == ("published", cast.manager, today)
    assert AuditEntry.objects.filter(action="clients.value_policy_published").count() == 1
    job = JobRun.objects.get(kind="clients.rescore")
    assert runner.run(job.pk).state == JobRun.State.SUCCEEDED
    run = ScoringRun.objects.get(is_current=True)
    assert run.policy == draft and who.values.filter(run=run).exists()


def make_client(cast, today):
    ImportRun.objects.create(
        branch=cast.home, state=ImportRun.State.DONE, source="command", path="/", label="x", data_as_of=today
    )
    who = client(cast.home, "0001")
    month(who, today.replace(day=1), net=3_000)
    assets(who, today, 80_000)
    score_branch(branch=cast.home, as_of=today)
    return who


def test_nobody_approves_an_own_proposal(client, cast, proposal):
    with pytest.raises(ValidationError):
        approve_value_policy(policy=proposal, actor=cast.director, revision=proposal.revision)
    post(client, cast.director, "approve", proposal, revision=proposal.revision)
    proposal.refresh_from_db()
    assert proposal.state == ValuePolicy.State.PROPOSED
    assert may_approve(proposal) == [cast.manager]
    assert not policies_waiting_for(cast.director) and list(policies_waiting_for(cast.manager)) == [proposal]


def test_the_database_itself_refuses_one_person_for_both(cast, proposal):
    with pytest.raises(IntegrityError), transaction.atomic():
        ValuePolicy.objects.filter(pk=proposal.pk).update(published_by=cast.director)


def test_another_director_may_approve(cast, proposal):
    second = account("director-two", name="冯涛", role=Role.DIRECTOR, branch=cast.home)
    published, job = approve_value_policy(policy=proposal, actor=second, revision=proposal.revision)
    assert published.state == ValuePolicy.State.PUBLISHED and job is None


def test_only_the_named_roles_take_steps(client, cast, draft):
    for who in ("assistant", "manager", "compliance", "advisor", "counter", "admin"):
        assert post(client, cast.staff[who], "propose", draft, note="x", revision=1).status_code == 403
    propose_value_policy(policy=draft, actor=cast.director, note="x", revision=1)
    for who in ("assistant", "compliance", "advisor", "counter", "admin"):
        for step in ("approve", "return"):
            assert post(client, cast.staff[who], step, draft, note="x", revision=2).status_code == 403
    assert post(client, cast.stranger, "approve", draft, revision=2).status_code == 404


def test_sent_back_with_a_note_it_is_a_draft_that_says_why(client, cast, proposal):
    assert post(client, cast.manager, "return", proposal, note=" ", revision=2).status_code == 422
    assert post(client, cast.manager, "return", proposal, note="请说明核心比例", revision=2).status_code == 302
    proposal.refresh_from_db()
    assert (proposal.state, proposal.returned_by, proposal.proposed_by) == ("draft", cast.manager, None)
    client.force_login(cast.assistant)
    page = client.get(reverse("clients:value_policy_detail", args=[proposal.pk])).content.decode()
    assert "请说明核心比例" in page and cast.manager.name in page
    # Proposed again, the note is answered and gone.
    again = propose_value_policy(policy=proposal, actor=cast.director, note="按季度复核", revision=3)
    assert again.returned_note == "" and again.returned_by is None


def test_the_proposer_takes_it_back_without_a_note(client, cast, proposal):
    assert post(client, cast.director, "return", proposal, revision=2).status_code == 302
    proposal.refresh_from_db()
    assert proposal.state == ValuePolicy.State.DRAFT and proposal.returned_note == ""
    assert AuditEntry.objects.filter(action="clients.value_policy_withdrawn").count() == 1


def test_a_proposal_cannot_be_changed_underneath_the_approver(client, cast, proposal):
    with pytest.raises(ValidationError):
        change_value_policy(policy=proposal, rules=DEFAULT_RULES, note="", actor=cast.assistant, revision=2)
    # Taken back, changed and proposed again while the manager was reading: the old page approves nothing.
    return_value_policy(policy=proposal, actor=cast.director, revision=2)
    change_value_policy(policy=proposal, rules=DEFAULT_RULES, note="", actor=cast.assistant, revision=3)
    propose_value_policy(policy=proposal, actor=cast.director, note="改回", revision=4)
    late = post(client, cast.manager, "approve", proposal, revision=2)
    assert late.status_code == 409 and cast.director.name in late.content.decode()
    proposal.refresh_from_db()
    assert proposal.state == ValuePolicy.State.PROPOSED


def test_a_day_to_come_waits_and_a_day_that_passed_is_today(cast, draft, proposal):
    today = timezone.localdate()
    other = draft_value_policy(branch=cast.home, rules=DEFAULT_RULES, actor=cast.assistant)
    propose_value_policy(
        policy=other, actor=cast.director, note="下月起", valid_from=today + timedelta(days=8), revision=1
    )
    ValuePolicy.objects.filter(pk=proposal.pk).update(valid_from=today - timedelta(days=2))
    late, _job = approve_value_policy(policy=proposal, actor=cast.manager, revision=2)
    assert late.valid_from == today and policy_in_force(cast.home) == late
    planned, job = approve_value_policy(policy=other, actor=cast.manager, revision=2)
    assert job is None and planned.valid_from == today + timedelta(days=8)
    assert policy_in_force(cast.home) == late
    assert policy_in_force(cast.home, today + timedelta(days=8)) == planned


def test_a_version_overtaken_by_a_newer_one_is_refused(cast, proposal):
    newer = draft_value_policy(branch=cast.home, rules=DEFAULT_RULES, actor=cast.assistant)
    newer = propose_value_policy(policy=newer, actor=cast.director, note="x", revision=1)
    approve_value_policy(policy=newer, actor=cast.manager, revision=2)
    with pytest.raises(ValidationError):
        approve_value_policy(policy=proposal, actor=cast.manager, revision=2)


@pytest.mark.parametrize(("note", "days", "field"), [("  ", 0, "note"), ("x", -1, "valid_from")])
def test_a_proposal_needs_a_reason_and_a_day_that_has_not_passed(client, cast, draft, note, days, field):
    day = timezone.localdate() + timedelta(days=days)
    refused = post(client, cast.director, "propose", draft, note=note, valid_from=day, revision=1)
    assert refused.status_code == 422 and field in refused.context["propose_form"].errors
    draft.refresh_from_db()
    assert draft.state == ValuePolicy.State.DRAFT


def test_steps_taken_twice_are_taken_once_and_late_ones_are_refused(cast, draft):
    for _click in range(2):
        propose_value_policy(policy=draft, actor=cast.director, note="x", revision=1)
    for _click in range(2):
        return_value_policy(policy=draft, actor=cast.manager, note="y", revision=2)
    with pytest.raises(PolicyConflict):
        propose_value_policy(policy=draft, actor=cast.director, note="x", revision=1)
    for _click in range(2):
        discard_value_policy(policy=draft, actor=cast.assistant, revision=3)
    assert AuditEntry.objects.filter(action__startswith="clients.value_policy").count() == 5


def test_the_list_hides_what_was_put_aside_and_says_what_waits(client, cast, draft):
    aside = draft_value_policy(branch=cast.home, rules=DEFAULT_RULES, actor=cast.assistant)
    discard_value_policy(policy=aside, actor=cast.assistant, revision=1)
    propose_value_policy(policy=draft, actor=cast.director, note="x", revision=1)
    client.force_login(cast.manager)
    page = client.get(reverse("clients:value_policy_list"))
    assert aside not in page.context["policies"] and list(page.context["waiting"]) == [draft]
    assert aside in client.get(reverse("clients:value_policy_list"), {"all": "1"}).context["policies"]


def test_the_home_page_of_the_second_person_says_that_a_proposal_waits(client, cast, proposal):
    for person, told in ((cast.manager, True), (cast.director, False), (cast.compliance, False)):
        client.force_login(person)
        page = client.get(reverse("home_work"), headers={"HX-Request": "true"}).content.decode()
        assert (reverse("clients:value_policy_detail", args=[proposal.pk]) in page) == told, person


def test_a_draft_is_put_aside_over_the_api(client, cast, draft):
    url = reverse("api:value-policy-discard", args=[draft.pk])
    client.force_login(cast.manager)
    assert client.post(url, {"revision": 1}, content_type="application/json").status_code == 403
    client.force_login(cast.assistant)
    assert client.post(url, {"revision": 7}, content_type="application/json").status_code == 409
    assert client.post(url, {"revision": 1}, content_type="application/json").json()["state"] == "discarded"
