"""Pages of value: who may open them, what they say, and a policy's way from draft to scores."""

from datetime import date

import pytest
from django.urls import reverse

from branch_crm.core.jobs import runner
from branch_crm.core.models import AuditEntry, JobRun
from clients.domain.value.rules import DEFAULT_RULES
from clients.forms_value import ValuePolicyForm
from clients.models import ClientValue, ImportRun, ScoringRun, ValuePolicy
from clients.queries.value import current_values
from clients.services.default_policies import ensure_value_policy
from clients.services.draft_value_policy import draft_value_policy
from clients.services.rescore import rescore
from tests.cast import make_cast
from tests.clients.value.facts import assets, client, month, quota

DAY = date(2026, 11, 23)
pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def book(cast):
    """Two clients of the advisor, scored."""
    ImportRun.objects.create(
        branch=cast.home, state=ImportRun.State.DONE, source="command", path="/", label="x", data_as_of=DAY
    )
    trader = client(cast.home, "0001", advisor=cast.advisor_profile)
    month(trader, date(2026, 11, 1), net=3_000)
    month(trader, date(2026, 5, 1), net=9_000)
    assets(trader, DAY, 80_000, cash=1_000, stock=79_000)
    keeper = client(cast.home, "0002", advisor=cast.advisor_profile)
    assets(keeper, DAY, 6_000_000, debt=100_000, cash=5_000, stock=900_000)
    quota(keeper, DAY, "SH", 20_000)
    quota(keeper, DAY, "SZ", 20_000)
    rescore(branch=cast.home, as_of=DAY)
    return trader, keeper


def open_as(django_client, who, name, *args, **headers):
    django_client.force_login(who)
    return django_client.get(reverse(f"clients:{name}", args=args), headers=headers)


def form_data(**changes):
    form = ValuePolicyForm(rules=DEFAULT_RULES)
    return {name: value for name, value in form.initial.items() if value is not None} | changes


class TestWhy:
    def test_the_terms_add_up_and_the_months_are_there(self, client, cast, book):
        trader, _keeper = book
        page = open_as(client, cast.advisor, "value_why", trader.pk).content.decode()
        value = current_values(cast.home).get(client=trader)
        assert f"<strong>{value.value:.1f}</strong>" in page
        assert "2026-05" in page and "2026-11" in page
        assert "v1" in page

    def test_the_quota_is_told_with_its_bounds(self, client, cast, book):
        _trader, keeper = book
        story = open_as(client, cast.director, "value_why", keeper.pk).context["story"]
        # 10 x 40,000 shares, and 900,000 held here: more than the quota and both steps allow.
        assert story.quota.low == 0 and story.quota.data_check

    def test_htmx_gets_the_panel_without_the_frame_and_a_visitor_a_whole_page(self, client, cast, book):
        trader, _keeper = book
        panel = open_as(client, cast.director, "value_why", trader.pk, hx_request="true").content.decode()
        page = open_as(client, cast.director, "value_why", trader.pk).content.decode()
        assert "<html" not in panel and "<html" in page

    def test_before_the_first_scoring_it_says_so(self, client, cast):
        from clients.models import Client

        who = Client.objects.create(branch=cast.home, client_no="1", name="甲", advisor=cast.advisor_profile)
        response = open_as(client, cast.director, "value_why", who.pk)
        assert response.status_code == 200 and response.context["story"] is None

    def test_new_facts_after_the_scoring_are_announced(self, client, cast, book):
        trader, _keeper = book
        month(trader, date(2026, 10, 1), net=500)
        assert open_as(client, cast.director, "value_why", trader.pk).context["story"].facts_moved

    @pytest.mark.parametrize(
        ("who", "status"),
        [("advisor", 200), ("colleague", 404), ("counter", 200), ("manager", 200), ("stranger", 404), ("admin", 403)],
    )
    def test_only_those_who_may_see_the_client(self, client, cast, book, who, status):
        assert open_as(client, cast.staff[who], "value_why", book[0].pk).status_code == status

    def test_as_many_queries_for_a_hundred_clients_as_for_two(self, client, cast, book, django_assert_max_num_queries):
        client.force_login(cast.director)
        url = reverse("clients:value_why", args=[book[0].pk])
        with django_assert_max_num_queries(20):
            client.get(url, headers={"hx-request": "true"})


class TestBookSummary:
    def test_counts_and_money_by_type_and_tier(self, client, cast, book):
        context = open_as(client, cast.director, "book_summary").context
        assert sum(row.clients for row in context["book"].tiers) == 2
        assert context["book"].revenue == 12_000
        assert context["run"].summary["core"]["size"] == 1

    def test_before_the_first_scoring_it_says_so(self, client, cast):
        assert open_as(client, cast.director, "book_summary").status_code == 200


class TestPolicy:
    def test_a_draft_is_previewed_published_and_scored_by(self, client, cast, book):
        client.force_login(cast.director)
        rising = form_data(weight_commission=10, weight_purchasing=10, weight_assets=80, note="资产为先")
        answer = client.post(reverse("clients:value_policy_new"), rising)
        draft = ValuePolicy.objects.get(branch=cast.home, state=ValuePolicy.State.DRAFT)
        assert answer.url == reverse("clients:value_policy_detail", args=[draft.pk])
        assert draft.version == 2 and draft.rules["weights"]["assets"] == 0.8

        effect = client.get(reverse("clients:value_policy_effect", args=[draft.pk]), headers={"hx-request": "true"})
        assert effect.context["preview"].clients == 2
        assert ScoringRun.objects.count() == 1

        client.post(reverse("clients:value_policy_publish", args=[draft.pk]), {"note": "资产为先"})
        client.post(reverse("clients:value_policy_publish", args=[draft.pk]), {"note": "再按一次"})
        draft.refresh_from_db()
        assert (draft.state, draft.published_by, draft.note) == ("published", cast.director, "资产为先")
        assert AuditEntry.objects.filter(action="clients.value_policy_published").count() == 1

        job = JobRun.objects.get(kind="clients.rescore")
        assert runner.run(job.pk).state == JobRun.State.SUCCEEDED
        run = ScoringRun.objects.get(is_current=True)
        assert run.policy == draft and run.as_of == DAY
        assert (
            book[1].figures.__class__.objects.get(client=book[1]).value
            == ClientValue.objects.get(run=run, client=book[1]).value
        )

    def test_the_unsaved_form_is_tried_and_nothing_is_written(self, client, cast, book):
        client.force_login(cast.assistant)
        tried = client.post(reverse("clients:value_policy_preview"), form_data(core_share=50))
        assert tried.context["preview"].core.before == 1
        assert ValuePolicy.objects.count() == 1 and ScoringRun.objects.count() == 1

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"weight_commission": 50}, "weight_commission"),
            ({"core_share": 120}, "core_share"),
            ({"tier_3_assets": 50_000}, "tier_3_assets"),
            ({"half_life_sessions": ""}, "half_life_sessions"),
        ],
    )
    def test_a_wrong_parameter_is_told_at_its_field(self, client, cast, changes, field):
        client.force_login(cast.director)
        answer = client.post(reverse("clients:value_policy_new"), form_data(**changes))
        assert answer.status_code == 422 and field in answer.context["form"].errors
        tried = client.post(reverse("clients:value_policy_preview"), form_data(**changes))
        assert tried.status_code == 200 and tried.context["preview"] is None

    def test_a_published_version_cannot_be_changed(self, client, cast):
        policy = ensure_value_policy(cast.home)
        client.force_login(cast.director)
        client.post(reverse("clients:value_policy_edit", args=[policy.pk]), form_data(core_share=50))
        policy.refresh_from_db()
        assert policy.rules == DEFAULT_RULES

    def test_without_a_reason_nothing_is_published(self, client, cast):
        draft = draft_value_policy(branch=cast.home, rules=DEFAULT_RULES, actor=cast.assistant)
        client.force_login(cast.director)
        answer = client.post(reverse("clients:value_policy_publish", args=[draft.pk]), {"note": "  "})
        draft.refresh_from_db()
        assert answer.status_code == 422 and draft.state == ValuePolicy.State.DRAFT

    def test_only_the_director_publishes(self, client, cast):
        draft = draft_value_policy(branch=cast.home, rules=DEFAULT_RULES, actor=cast.assistant)
        for who in ("assistant", "manager", "compliance", "advisor", "counter", "admin"):
            client.force_login(cast.staff[who])
            assert (
                client.post(reverse("clients:value_policy_publish", args=[draft.pk]), {"note": "x"}).status_code == 403
            )
        client.force_login(cast.stranger)
        assert client.post(reverse("clients:value_policy_publish", args=[draft.pk]), {"note": "x"}).status_code == 404

    def test_pages_show_old_versions(self, client, cast, book):
        policy = ensure_value_policy(cast.home)
        assert open_as(client, cast.compliance, "value_policy_list").status_code == 200
        assert open_as(client, cast.manager, "value_policy_detail", policy.pk).status_code == 200
        assert open_as(client, cast.assistant, "value_policy_edit", policy.pk).status_code == 200
        assert open_as(client, cast.advisor, "value_policy_list").status_code == 403
