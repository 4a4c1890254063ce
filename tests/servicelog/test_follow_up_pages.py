"""The pages of whoever asks, reads over and oversees; and that the client's advisor finds nothing of it anywhere."""

import pytest
from django.urls import reverse
from django.utils import timezone

from branch_crm.core.models import Notification
from clients.models import Client
from servicelog.domain.follow_up import DEFAULT_RULES
from servicelog.forms_follow_up import FollowUpPolicyForm
from servicelog.models import FollowUp, FollowUpPlan, FollowUpPolicy
from tests.servicelog.branch import client_of
from tests.servicelog.follow_ups import book, follow_up, talk

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


def at(name, *args):
    return reverse(f"servicelog:follow_up_{name}", args=args)


def body(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def typed(cast, **changes):
    """The talk as the page's form sends it."""
    given = talk(cast, **changes)
    sent = {"policy": given.policy, "form": given.form, "recording": given.recording, "outcome": given.outcome}
    sent |= {f"answer.{code}": answer for code, answer in given.answers.items()}
    return sent | {f"note.{code}": note for code, note in given.notes.items()}


def test_the_counter_walks_through_the_queue(cast, client):
    first, second = (follow_up(cast, client_of(cast, f"8000000{n}", name)) for n, name in ((1, "张建国"), (2, "刘芳")))
    client.force_login(cast.counter, BACKEND)
    queue = body(client, at("list"))
    assert "张建国" in queue
    assert "刘芳" in queue
    script = body(client, at("detail", first.pk))
    assert DEFAULT_RULES["questions"][2]["text"] in script
    assert "purpose=follow_up" not in script  # No phone is known: there is nothing to reveal.
    gap = client.post(at("answers", first.pk), typed(cast) | {"answer.risk": ""})
    assert (gap.status_code, "每个问题都须作答" in gap.content.decode()) == (422, True)
    onward = client.post(at("answers", first.pk), typed(cast))
    assert onward.url == at("detail", second.pk)
    done = client.post(at("attempt", second.pk), {"note": "无人接听"})
    assert done.url == at("detail", second.pk)
    client.post(at("answers", second.pk), typed(cast))
    assert "没有回访" in body(client, at("list") + "?view=mine")


def test_the_phone_is_shown_for_the_purpose_of_the_follow_up(cast, client):
    held = client_of(cast, phone_sealed="sealed", phone_masked="138****5678")
    asked = follow_up(cast, held)
    client.force_login(cast.counter, BACKEND)
    assert "purpose=follow_up" in body(client, at("detail", asked.pk))
    form = body(client, reverse("clients:reveal", args=[held.pk]) + "?field=phone&purpose=follow_up")
    assert '<option value="follow_up" selected>' in form


def test_an_alarming_answer_is_told_at_once_to_those_who_oversee(cast, client):
    asked = follow_up(cast, client_of(cast))
    client.force_login(cast.counter, BACKEND)
    client.post(at("answers", asked.pk), typed(cast, traded="yes"))
    told = Notification.objects.filter(kind="servicelog.follow_up_alarm")
    assert {one.recipient for one in told} == {cast.compliance, cast.manager}
    client.force_login(cast.compliance, BACKEND)
    page = body(client, told.first().url)
    assert "客户称账户密码由客户经理保管" in page
    refused = client.post(at("review", asked.pk), {"verdict": "passed"})
    assert refused.status_code == 422
    client.post(at("review", asked.pk), {"verdict": "problem", "note": "已约谈，待核查录音"})
    client.force_login(cast.manager, BACKEND)
    assert "张建国" in body(client, at("list") + "?view=trouble")
    asked.refresh_from_db()
    assert (asked.state, asked.reviewer) == (FollowUp.State.PROBLEM, cast.compliance)


def test_compliance_looks_before_drawing_and_the_year_adds_up(cast, client):
    book(cast, 40)
    client.force_login(cast.compliance, BACKEND)
    assert "抽取样本" in body(client, at("overview"))
    seen = body(client, at("draw") + "?seed=11")
    mark = seen.split('name="seen" value="')[1].split('"')[0]
    stale = client.post(at("draw"), {"seed": 11, "seen": "0" * 16})
    assert stale.status_code == 409
    sample = client.post(at("draw"), {"seed": 11, "seen": mark})
    plan = FollowUpPlan.objects.get()
    assert sample.url == at("sample", plan.pk)
    assert "11" in body(client, sample.url)
    assert client.post(at("draw"), {"seed": 12}).url == at("overview")
    assert "seed" in client.post(at("draw"), {"seed": "many"}).context["form"].errors
    year = body(client, at("overview"))
    assert "上年末客户 40 户" in year
    report = body(client, at("report"))
    assert "公告〔2010〕11号" in report
    rows = body(client, at("list") + f"?view=all&plan={plan.pk}&kind=existing&year={timezone.localdate().year}")
    assert rows.count("data-row") == 4


def test_the_clients_advisor_finds_nothing_of_it(cast, client):
    held = client_of(cast)
    asked = follow_up(cast, held)
    client.force_login(cast.advisor, BACKEND)
    assert client.get(at("list")).status_code == 403
    assert client.get(at("detail", asked.pk)).status_code == 403
    for page in ("clients:detail", "servicelog:timeline", "servicelog:talk_card"):
        text = body(client, reverse(page, args=[held.pk]))
        assert "回访规则" not in text
        assert at("detail", asked.pk) not in text
    assert client.get(reverse("api:follow-up-list")).status_code == 403
    cast.advisor_profile.account = cast.manager
    cast.advisor_profile.save()
    client.force_login(cast.manager, BACKEND)
    assert client.get(at("detail", asked.pk)).status_code == 404
    assert "张建国" not in body(client, at("list") + "?view=all")
    assert client.post(at("review", asked.pk), {"verdict": "passed"}).status_code == 404


def test_compliance_hands_one_to_somebody_else_and_is_told_why_not(cast, client):
    held = client_of(cast)
    asked = follow_up(cast, held)
    Client.objects.filter(pk=held.pk).update(counter_developer_no="K001")
    FollowUpPolicy.objects.update(rules={**DEFAULT_RULES, "executors": {"roles": ["counter"], "staff_nos": ["K001"]}})
    client.force_login(cast.compliance, BACKEND)
    refused = client.post(at("hand_over", asked.pk), {"executor": cast.compliance.pk})
    assert (refused.status_code, "须由他人回访" in refused.content.decode()) == (422, True)
    Client.objects.filter(pk=held.pk).update(counter_developer_no="")
    client.post(at("hand_over", asked.pk), {"executor": cast.compliance.pk})
    asked.refresh_from_db()
    assert asked.executor == cast.compliance


def test_the_policy_is_drafted_compared_and_published_by_compliance(cast, client):
    follow_up(cast, client_of(cast))
    client.force_login(cast.compliance, BACKEND)
    form = FollowUpPolicyForm(rules=DEFAULT_RULES)
    sent = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    sent = {name: value for name, value in sent.items() if value not in (None, False)}
    wrong = client.post(at("policy_new"), sent | {"finish_by": "13-40"})
    assert wrong.status_code == 422
    changed = {
        "ratio": "12.5",
        "question.q1.text": "您对服务满意吗？",
        "question.q1.good": "yes",
        "note": "总部上调比例",
    }
    client.post(at("policy_new"), sent | changed)
    draft = FollowUpPolicy.objects.get(version=2)
    assert (draft.rules["ratio"], len(draft.rules["questions"])) == (0.125, 6)
    page = body(client, at("policy_detail", draft.pk))
    assert "12.5%" in page
    assert "您对服务满意吗？" in page
    client.post(at("policy_publish", draft.pk), {"note": "总部上调比例"})
    draft.refresh_from_db()
    assert (draft.state, draft.published_by) == ("published", cast.compliance)
    assert FollowUpPolicyForm(rules=draft.rules)["question.q1.text"].value() == "您对服务满意吗？"
    client.force_login(cast.director, BACKEND)
    assert client.get(at("policy_new")).status_code == 403
    assert "12.5%" in body(client, at("policy_list"))


def test_the_api_takes_answers_and_verdicts(cast, client):
    asked = follow_up(cast, client_of(cast))
    given = talk(cast)
    answers = [{"question": code, "reply": answer} for code, answer in given.answers.items()]
    sent = {"policy": given.policy, "form": "phone", "recording": "REC-9", "answers": answers}
    address = reverse("api:follow-up-answers", args=[asked.pk])
    client.force_login(cast.compliance, BACKEND)
    assert client.post(address, sent, content_type="application/json").status_code == 404
    client.force_login(cast.counter, BACKEND)
    short = client.post(address, sent | {"answers": answers[1:]}, content_type="application/json")
    assert (short.status_code, list(short.json())) == (400, ["answer.identity"])
    old = client.post(address, sent | {"policy": 0}, content_type="application/json")
    assert old.status_code == 409
    done = client.post(address, sent, content_type="application/json").json()
    assert (done["state"], done["answers"]["mandate"]["answer"]) == ("asked", "no")
    client.force_login(cast.manager, BACKEND)
    verdict = client.post(
        reverse("api:follow-up-verdict", args=[asked.pk]), {"verdict": "passed"}, content_type="application/json"
    )
    assert verdict.json()["reviewer"] == cast.manager.pk
