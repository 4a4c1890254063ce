"""Pages of value: who may open them, and what they say."""

from datetime import date

import pytest
from django.urls import reverse

from clients.models import ImportRun
from clients.queries.value import current_values
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
        assert story.quota.low == 0 and story.quota.data_check and story.value.quota_conflict
        keeper.figures.refresh_from_db()
        assert keeper.figures.quota_conflict

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
