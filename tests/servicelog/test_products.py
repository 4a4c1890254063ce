"""The catalogue, the fitting clients of a book, the fitting products of a client, and what is recorded of recommending."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from advisors.models import Licence
from clients.models import AssetSnapshot, Client, ClientProfile, ProductOrder
from servicelog.models import Recommendation
from servicelog.queries.fits import matcher, read_key, write_key
from servicelog.services.errors import NotRegistered
from servicelog.services.recommend import recommend
from servicelog.services.service_policies import service_rules
from tests.servicelog.branch import client_of, product

pytestmark = pytest.mark.django_db

BACKEND = "django.contrib.auth.backends.ModelBackend"
TODAY = timezone.localdate()


def with_money(client, total=1_000_000, cash=400_000, stocks=600_000):
    AssetSnapshot.objects.create(
        branch=client.branch, client=client, day=TODAY, total=total, cash=cash, stock_value=stocks
    )
    figures = client.figures
    figures.total_assets, figures.assets_on = Decimal(total), TODAY
    figures.save()
    return client


def order(client, item, amount, kind="buy", **fields):
    return ProductOrder.objects.create(
        branch=client.branch, client=client, row_key=f"{client.pk}:{item.code}:{kind}:{amount}", day=TODAY,
        product_code=item.code, product_kind=item.kind, kind=kind, amount=amount, **fields,
    )  # fmt: skip


def matches(cast, user=None):
    clients = Client.objects.visible_to(user or cast.advisor)
    return matcher(clients, cast.home, service_rules(cast.home, on=TODAY), on=TODAY)


def test_what_is_held_or_out_of_reach_is_not_offered_and_cash_counts(cast):
    held, fund = with_money(client_of(cast)), product(cast, "R2", kind="公募", minimum=100)
    note = product(cast, "R1", kind="收益凭证", minimum=50_000)
    product(cast, "R3", kind="信托", minimum=2_000_000)
    order(held, fund, 80_000)
    made = matches(cast)
    assert [match.product for match in made.best_for(held.pk)] == [note]
    assert made.holds(held.pk) == {fund.pk}
    assert made.pair(held.pk, fund).score == -1
    facts = made.pair(held.pk, note).facts
    assert (facts["free"], facts["stock_share"], facts["kind_share"]) == (400_000, 0.6, 0)
    # Given back, it may be offered again.
    order(held, fund, 80_000, kind="redeem")
    assert fund in [match.product for match in matches(cast).best_for(held.pk)]


def test_three_funds_that_differ_by_their_letter_are_one_choice(cast):
    held = with_money(client_of(cast))
    funds = [product(cast, "R2", f"F{n}", kind="公募", minimum=100) for n in range(3)]
    note = product(cast, "R1", "N1", kind="收益凭证", minimum=100)
    made = matches(cast)
    assert {match.product for match in made.best_for(held.pk)} == {funds[0], note}
    assert {match.product for match in made.all_for(held.pk)} == {*funds, note}
    counts = dict(zip([each.code for each in made.catalogue.products], made.counts().among_best.tolist(), strict=True))
    assert counts == {"F0": 1, "F1": 0, "F2": 0, "N1": 1}


def test_money_that_ends_soon_counts_as_ready(cast):
    held, old = with_money(client_of(cast), cash=0), product(cast, "R1", "OLD", kind="收益凭证", on_sale=False)
    note = product(cast, "R1", "NEW", kind="收益凭证", minimum=50_000)
    poor = matches(cast).pair(held.pk, note)
    order(held, old, 60_000, matures_on=TODAY + timedelta(days=10))
    rich = matches(cast).pair(held.pk, note)
    assert (poor.facts["free"], rich.facts["free"]) == (0, 60_000)
    assert rich.points["cash"] > poor.points["cash"]
    assert rich.points["holdings"] < poor.points["holdings"]


def test_pages_of_fitting_clients_lose_and_repeat_nobody(cast):
    item = product(cast, "R2", kind="公募", minimum=100)
    held = [with_money(client_of(cast, f"8000{n:04}", f"客户{n}"), cash=100_000 * (n % 3)) for n in range(11)]
    made, seen, after = matches(cast), [], None
    while True:
        page, total = made.clients_for(item, limit=4, after=after)
        if not page:
            break
        seen += [(match.score, match.client_id) for match in page]
        after = read_key(write_key(page[-1]))
    assert total == 11
    assert {pk for _score, pk in seen} == {client.pk for client in held}
    assert seen == sorted(seen, key=lambda pair: (-pair[0], pair[1]))


@pytest.mark.parametrize("text", ["", "x", "1_", "nan_1", "inf_2", f"1_{2**70}"])
def test_a_key_that_cannot_be_read_begins_at_the_best(text):
    assert read_key(text) is None


def test_the_kinds_a_client_named_and_a_wish_for_no_marketing_are_kept(cast):
    held, fund, trust = client_of(cast), product(cast, "R2", kind="公募"), product(cast, "R3", kind="信托")
    profile = ClientProfile.objects.create(branch=cast.home, client=held, wanted_kinds=["公募"])
    assert [match.product for match in matches(cast).best_for(held.pk)] == [fund]
    profile.wanted_kinds, profile.marketing_opt_out = [], True
    profile.save()
    assert matches(cast).best_for(held.pk) == []
    # Asked for by the client, it is no marketing.
    assert recommend(client=held, product=trust, actor=cast.advisor, staff_initiated=False).result == "match"


def test_the_book_of_a_colleague_is_not_in_the_list(cast, client):
    item, mine = product(cast, "R2"), client_of(cast)
    theirs = client_of(cast, "80000002", "王丽", advisor=cast.colleague_profile)
    client.force_login(cast.advisor, backend=BACKEND)
    page = client.get(reverse("servicelog:product_clients", args=[item.pk])).content.decode()
    assert mine.name in page
    assert theirs.name not in page
    assert client.get(reverse("servicelog:fits", args=[theirs.pk])).status_code == 404
    client.force_login(cast.director, backend=BACKEND)
    page = client.get(reverse("servicelog:product_clients", args=[item.pk])).content.decode()
    assert mine.name in page
    assert theirs.name in page
    assert reverse("servicelog:recommend", args=[mine.pk, item.pk]) not in page


@pytest.mark.parametrize(
    "change",
    [{"licence": Licence.GENERAL}, {"licence_until": TODAY - timedelta(days=1)}, {"left": TODAY}],
    ids=["general licence", "lapsed", "left"],
)
def test_who_is_no_registered_adviser_gets_no_advice_features(cast, client, change):
    for name, value in change.items():
        setattr(cast.advisor_profile, name, value)
    cast.advisor_profile.save()
    item, held = product(cast, "R2"), client_of(cast)
    client.force_login(cast.advisor, backend=BACKEND)
    shown = client.get(reverse("servicelog:product_detail", args=[item.pk]))
    assert shown.status_code == 200
    assert reverse("servicelog:product_clients", args=[item.pk]) not in shown.content.decode()
    assert (
        reverse("servicelog:fits", args=[held.pk])
        not in client.get(reverse("servicelog:talk_card", args=[held.pk])).content.decode()
    )
    for name, args in [
        ("product_clients", [item.pk]), ("product_counts", []), ("fits", [held.pk]), ("client_products", [held.pk]),
        ("fit_why", [held.pk, item.pk]), ("recommend", [held.pk, item.pk]),
    ]:  # fmt: skip
        assert client.get(reverse(f"servicelog:{name}", args=args)).status_code == 403, name
    assert client.post(reverse("servicelog:recommend", args=[held.pk, item.pk]), {"said": "on"}).status_code == 403
    with pytest.raises(NotRegistered):
        recommend(client=held, product=item, actor=cast.advisor)
    assert not Recommendation.objects.exists()


def test_a_recommendation_is_recorded_once_with_what_was_said(cast, client):
    item, held = product(cast, "R2", minimum=100), client_of(cast)
    address = reverse("servicelog:recommend", args=[held.pk, item.pk])
    client.force_login(cast.advisor, backend=BACKEND)
    assert client.post(address, {"by_us": "us"}).status_code == 422
    assert not Recommendation.objects.exists()
    for _twice in range(2):
        assert client.post(address, {"by_us": "us", "said": "on"}).status_code == 302
    made = Recommendation.objects.get()
    assert (made.result, made.staff_initiated, made.made_by) == ("match", True, cast.advisor)
    assert {"level", "no_promise", "minimum", "own_decision"} <= set(made.grounds["said"])


def test_a_refused_attempt_says_why_and_is_kept(cast, client):
    item, held = product(cast, "R5"), client_of(cast)
    address = reverse("servicelog:recommend", args=[held.pk, item.pk])
    client.force_login(cast.advisor, backend=BACKEND)
    assert client.get(address).status_code == 200
    assert not Recommendation.objects.exists()
    refused = client.post(address, {"by_us": "us", "said": "on"})
    assert refused.status_code == 422
    assert refused.context["grounds"]
    attempt = Recommendation.objects.get()
    assert (attempt.result, attempt.grounds["codes"]) == ("blocked", ["above_level"])
    # Asked for by the client: only with the number of the confirmation.
    assert client.post(address, {"by_us": "client", "said": "on"}).status_code == 422
    sent = {"by_us": "client", "said": "on", "confirmation": "QR-2026-0118"}
    assert client.post(address, sent).status_code == 302
    made = Recommendation.objects.latest("pk")
    assert (made.result, made.confirmation, "mismatch" in made.grounds["said"]) == (
        "client_initiated", "QR-2026-0118", True,
    )  # fmt: skip


def test_the_lowest_class_is_refused_whoever_asks(cast, client):
    item, held = product(cast, "R2"), client_of(cast, risk_level="C0")
    client.force_login(cast.advisor, backend=BACKEND)
    address = reverse("servicelog:recommend", args=[held.pk, item.pk])
    sent = {"by_us": "client", "said": "on", "confirmation": "QR-2026-0119"}
    assert client.post(address, sent).status_code == 422
    attempt = Recommendation.objects.get()
    assert (attempt.result, attempt.staff_initiated) == ("blocked", False)


def test_compliance_reads_the_ledger_with_the_refused_attempts(cast, client):
    item, held = product(cast, "R5"), client_of(cast)
    client.force_login(cast.advisor, backend=BACKEND)
    client.post(reverse("servicelog:recommend", args=[held.pk, item.pk]), {"by_us": "us"})
    client.force_login(cast.compliance, backend=BACKEND)
    page = client.get(reverse("servicelog:recommendation_list"), {"result": "blocked"})
    assert held.name in page.content.decode()
    assert "match" not in [row.result for row, _grounds in page.context["rows"]]
    client.force_login(cast.colleague, backend=BACKEND)
    assert held.name not in client.get(reverse("servicelog:recommendation_list")).content.decode()


def test_the_catalogue_is_filtered_and_turned_by_key(cast, client):
    soon = product(cast, "R1", "A1", kind="收益凭证", matures_on=TODAY + timedelta(days=60), minimum=50_000)
    fund = product(cast, "R3", "B1", kind="公募", minimum=100)
    gone = product(cast, "R1", "C1", kind="收益凭证", on_sale=False)
    client.force_login(cast.counter, backend=BACKEND)

    def shown(**query):
        return list(client.get(reverse("servicelog:product_list"), query).context["rows"])

    assert shown() == [soon, fund]
    assert shown(on_sale="") == [soon, fund, gone]
    assert shown(term="90") == [soon]
    assert shown(term="open") == [fund]
    assert shown(risk=["R3", "R4"]) == [fund]
    assert shown(kind="公募") == [fund]
    assert shown(minimum="1000") == [fund]
    assert shown(q="b1") == [fund]
    assert shown(after=soon.pk) == [fund]
    assert shown(minimum="x", risk="R9") == [soon, fund]


def test_a_closing_or_expired_client_says_so_instead_of_products(cast, client):
    product(cast, "R1")
    held = client_of(cast, risk_valid_until=date(2020, 1, 1))
    client.force_login(cast.advisor, backend=BACKEND)
    shown = client.get(reverse("servicelog:fits", args=[held.pk]))
    assert shown.context["rows"] == []
    assert len(shown.context["obstacles"]) == 1
