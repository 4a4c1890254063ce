"""Scorecards on the pages and over the API: the branch's month, a statement, records, disputes, freezing, the policy desk."""

import json
from datetime import date

import pytest
from django.urls import reverse

from servicelog.domain.scorecard import DEFAULT_RULES, LOGS
from servicelog.models import Scorecard, ScorecardDispute, ScorecardPolicy
from servicelog.services.dispute_scorecard import dispute_scorecard
from servicelog.services.freeze_scorecards import freeze_scorecards
from servicelog.services.work_out_scorecards import work_out_scorecards
from tests.servicelog.branch import client_of
from tests.servicelog.test_scorecards import AS_OF, OCTOBER, card, held, serve

pytestmark = pytest.mark.django_db


@pytest.fixture
def month(cast):
    """October of two advisors: 李文 logged three talks, one of which does not count; 王芳 served and logged nothing."""
    own, other = client_of(cast), client_of(cast, "80000002", "王丽", advisor=cast.colleague_profile)
    serve(own, cast.advisor_profile)
    serve(other, cast.colleague_profile)
    for day, counts in ((5, True), (6, True), (7, False)):
        held(own, cast.advisor, date(2026, 10, day), counts=counts)
    return card(cast)


def sign_in(client, person):
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")


def page(client, name, *args, **query):
    found = client.get(reverse(f"servicelog:{name}", args=args), query)
    assert found.status_code == 200, found.status_code
    return found.content.decode()


def test_the_month_of_the_branch(cast, client, month):
    sign_in(client, cast.director)
    shown = page(client, "scorecard_list")
    assert (cast.advisor_profile.name in shown, cast.colleague_profile.name in shown) == (True, True)
    assert "67%" in shown
    for sort in ("name", "coverage", "points", "nonsense"):
        page(client, "scorecard_list", sort=sort, month="2026-10")
    for wrong in ("2026-09", "x", "2026-13"):
        assert client.get(reverse("servicelog:scorecard_list"), {"month": wrong}).status_code == 404
    assert "67%" in page(client, "scorecard_trends", figure="logs", **{"with": cast.advisor_profile.pk})


def test_an_advisor_reads_the_own_statement_and_its_records(cast, client, month):
    sign_in(client, cast.advisor)
    assert client.get(reverse("servicelog:my_scorecard")).url == reverse("servicelog:scorecard_detail", args=[month.pk])
    shown = page(client, "scorecard_detail", month.pk)
    assert reverse("servicelog:scorecard_dispute_new", args=[month.pk, LOGS]) in shown
    assert "10-05" in shown
    records = page(client, "scorecard_figure", month.pk, LOGS)
    assert records.count("张建国") == 3
    assert page(client, "scorecard_figure", month.pk, LOGS, only="missed").count("张建国") == 1
    assert client.get(reverse("servicelog:scorecard_figure", args=[month.pk, "turnover"])).status_code == 404
    other = Scorecard.objects.get(advisor=cast.colleague_profile)
    assert client.get(reverse("servicelog:scorecard_detail", args=[other.pk])).status_code == 404


def test_records_of_clients_who_moved_on_count_and_stay_hidden(cast, client, month):
    moved = month.records.get(indicator=LOGS)
    assert len(moved.rows) == 3
    cast.advisor_profile.clients.update(advisor=cast.colleague_profile)
    sign_in(client, cast.advisor)
    shown = page(client, "scorecard_figure", month.pk, LOGS)
    assert "张建国" not in shown
    assert "67%" in shown


def test_a_dispute_from_the_statement_to_the_answer(cast, client, month):
    address = reverse("servicelog:scorecard_dispute_new", args=[month.pk, LOGS])
    sign_in(client, cast.advisor)
    assert client.post(address, {"text": ""}).status_code == 422
    assert client.post(address, {"text": "10月7日的面谈属实"}).status_code == 302
    freeze_scorecards(branch=cast.home, month=OCTOBER, actor=cast.director, note="另行答复", today=AS_OF)
    dispute = ScorecardDispute.objects.get()
    sign_in(client, cast.director)
    assert "10月7日的面谈属实" in page(client, "scorecard_dispute_list")
    answer = reverse("servicelog:scorecard_dispute_answer", args=[dispute.pk])
    assert client.post(answer, {"verdict": "granted", "answer": "属实", "correction": "99"}).status_code == 422
    assert client.post(answer, {"verdict": "granted", "answer": "属实", "correction": "x"}).status_code == 422
    given = {"verdict": "granted", "answer": "客户已确认面谈", "correction": "1.5"}
    assert client.post(answer, given).status_code == 302
    sign_in(client, cast.advisor)
    assert "客户已确认面谈" in page(client, "scorecard_detail", month.pk)


def test_the_director_freezes_a_month_that_is_over(cast, client, month):
    sign_in(client, cast.director)
    address = reverse("servicelog:scorecard_freeze", args=[2026, 10])
    dispute_scorecard(scorecard=month, indicator=LOGS, text="有异议", actor=cast.advisor)
    client.post(address)
    assert not Scorecard.objects.filter(state="frozen").exists()
    client.post(address, {"note": "申诉下周答复"})
    assert set(Scorecard.objects.values_list("state", "freeze_note")) == {("frozen", "申诉下周答复")}
    assert client.post(reverse("servicelog:scorecard_freeze", args=[2026, 13])).status_code == 404


def fields_of(rules):
    """The desk's form as the page sends it."""
    found = {}
    for code, row in rules["indicators"].items():
        scale = 1 if code == "complaints" else 100
        found[f"indicators.{code}.weight"] = row["weight"]
        found[f"indicators.{code}.none_at"] = round(row["none_at"] * scale)
        found[f"indicators.{code}.full_at"] = round(row["full_at"] * scale)
    found |= {f"tier_weights.{tier}": weight for tier, weight in rules["tier_weights"].items()}
    found |= {f"bonus.{name}": value for name, value in rules["bonus"].items()}
    found |= {f"caps.{code}.{name}": value for code, row in rules["caps"].items() for name, value in row.items()}
    return found | {name: rules[name] for name in ("least_records", "order_days", "dispute_days")}


def test_the_policy_desk_explains_its_guard(cast, client, month):
    sign_in(client, cast.director)
    page(client, "scorecard_policy_list")
    form = fields_of(DEFAULT_RULES)
    address = reverse("servicelog:scorecard_policy_new")
    sales = form | {"indicators.flow.weight": 35, "indicators.coverage.weight": 5}
    refused = client.post(address, sales)
    assert refused.status_code == 422
    assert "30" in str(refused.context["form"].errors["indicators.flow.weight"])
    assert client.post(address, form | {"indicators.logs.weight": 11}).status_code == 422
    milder = form | {"indicators.coverage.weight": 25, "indicators.logs.weight": 15, "note": "记录质量更重要"}
    made = client.post(address, milder)
    draft = ScorecardPolicy.objects.get(state="draft")
    assert made.url == reverse("servicelog:scorecard_policy_detail", args=[draft.pk])
    assert draft.rules == DEFAULT_RULES | {
        "indicators": DEFAULT_RULES["indicators"]
        | {
            "coverage": DEFAULT_RULES["indicators"]["coverage"] | {"weight": 25},
            "logs": DEFAULT_RULES["indicators"]["logs"] | {"weight": 15},
        }
    }
    publish = reverse("servicelog:scorecard_policy_publish", args=[draft.pk])
    assert client.post(publish, {"note": ""}).status_code == 422
    assert client.post(publish, {"note": "记录质量更重要"}).status_code == 302
    # A month keeps the rules of its first day.
    assert work_out_scorecards(branch=cast.home, month=OCTOBER, as_of=AS_OF) == 0


def test_the_api_says_the_same(cast, client, month):
    sign_in(client, cast.advisor)
    [row] = client.get("/api/v1/scorecards/").json()["results"]
    assert (row["id"], row["figures"]["logs"]["good"], row["corrected"]) == (month.pk, 2, month.points)
    records = client.get(f"/api/v1/scorecards/{month.pk}/records/", {"figure": "logs", "only": "missed"}).json()
    assert (records["total"], len(records["rows"])) == (1, 1)
    assert client.get(f"/api/v1/scorecards/{month.pk}/records/", {"figure": "turnover"}).status_code == 400
    made = client.post(f"/api/v1/scorecards/{month.pk}/dispute/", {"indicator": "logs", "text": "属实"}).json()
    sign_in(client, cast.director)
    answer = f"/api/v1/scorecard-disputes/{made['id']}/answer/"
    assert client.post(answer, {"granted": True, "answer": "属实"}).status_code == 400
    assert client.post(answer, {"granted": False, "answer": "客户否认"}).json()["state"] == "declined"
    rules = DEFAULT_RULES | {"indicators": DEFAULT_RULES["indicators"] | {"turnover": {"weight": 10}}}
    refused = client.post("/api/v1/appraisal-policies/", json.dumps({"rules": rules}), content_type="application/json")
    assert refused.status_code == 400
    assert "indicators.turnover" in refused.json()["rules"]
