"""Offers come out of the approved table or not at all, and a cheap rate needs the director."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from branch_crm.core.models import Notification, Staff
from clients.models import Client
from retention.models import RetentionCase
from retention.services.answer_offer import answer_offer, decide_offer
from retention.services.close_case import close_case
from retention.services.errors import RetentionError
from retention.services.make_offer import make_offer
from retention.services.open_case import open_case
from retention.services.receive_request import receive_request
from servicelog.timeline import timeline
from tests.cast import Cast


@pytest.fixture
def case(cast: Cast, client_of_home: Client) -> RetentionCase:
    client_of_home.commission_rate = Decimal("0.000250")
    client_of_home.save(update_fields=["commission_rate"])
    figures = client_of_home.figures
    figures.commission_12m, figures.revenue_12m = Decimal(5000), Decimal(6000)
    figures.save(update_fields=["commission_12m", "revenue_12m"])
    opened = open_case(client=client_of_home, source="signal", actor=cast.director)
    assert opened is not None
    return opened


def bells_of(staff: Staff) -> list[str]:
    """What was told of offers."""
    told = Notification.objects.filter(recipient=staff, kind__startswith="retention.offer")
    return sorted(told.values_list("kind", flat=True))


def test_a_lower_rate_costs_its_part_of_the_commission(cast: Cast, case: RetentionCase) -> None:
    offer = make_offer(case=case, concession="rate", rate=Decimal("0.0002"), actor=cast.advisor)
    assert (offer.state, offer.yearly_cost, offer.yearly_revenue) == ("made", Decimal("1000.00"), Decimal("6000"))
    assert make_offer(case=case, concession="rate", rate=Decimal("0.0002"), actor=cast.counter) == offer
    with pytest.raises(RetentionError):
        make_offer(case=case, concession="rate", rate=Decimal("0.00018"), actor=cast.advisor)


@pytest.mark.parametrize(
    ("concession", "rate"), [("gold_bar", None), ("rate", Decimal("0.00008")), ("rate", Decimal("0.0003"))]
)
def test_outside_the_table_nothing_is_offered(
    cast: Cast, case: RetentionCase, concession: str, rate: Decimal | None
) -> None:
    with pytest.raises(RetentionError):
        make_offer(case=case, concession=concession, rate=rate, actor=cast.director)
    assert not case.offers.exists()


def test_a_cheap_rate_waits_for_the_director(cast: Cast, case: RetentionCase) -> None:
    offer = make_offer(case=case, concession="rate", rate=Decimal("0.00013"), actor=cast.advisor)
    assert offer.state == "waiting"
    assert Notification.objects.filter(kind="retention.offer_waits", recipient=cast.director).count() == 1
    with pytest.raises(RetentionError):
        answer_offer(offer=offer, accepted=True, actor=cast.advisor)
    assert decide_offer(offer=offer, approved=True, actor=cast.director).state == "made"
    assert decide_offer(offer=offer, approved=True, actor=cast.director).approved_by == cast.director
    assert bells_of(cast.advisor) == ["retention.offer_decided"]
    assert answer_offer(offer=offer, accepted=True, actor=cast.counter).state == "accepted"
    assert bells_of(cast.advisor) == ["retention.offer_answered", "retention.offer_decided"]
    assert bells_of(cast.director) == ["retention.offer_answered", "retention.offer_waits"]


def test_an_offer_ends_with_its_case(cast: Cast, case: RetentionCase) -> None:
    offer = make_offer(case=case, concession="vip_line", actor=cast.advisor)
    close_case(case=case, outcome="left", actor=cast.advisor)
    offer.refresh_from_db()
    assert offer.state == "turned_down"
    with pytest.raises(RetentionError):
        make_offer(case=case, concession="level2", actor=cast.advisor)


def test_offers_on_the_page(cast: Cast, case: RetentionCase, client: Browser) -> None:
    client.force_login(cast.advisor)
    address = f"/retention/cases/{case.pk}/offers/"
    client.post(address, {"concession": "rate", "rate": "1.3"})
    offer = case.offers.get()
    assert offer.terms == {"rate": "0.00013"}
    assert client.post(f"{address}{offer.pk}/approval/", {"approved": "1"}).status_code == 403
    client.force_login(cast.director)
    assert "approval/" in client.get(f"/retention/cases/{case.pk}/").content.decode()
    client.post(f"{address}{offer.pk}/approval/", {"approved": "0"})
    offer.refresh_from_db()
    assert offer.state == "refused"
    assert client.post(address, {"concession": "rate", "rate": "one"}).status_code == 302


def test_what_was_granted_is_followed_into_the_extract(cast: Cast, case: RetentionCase, client: Browser) -> None:
    offer = make_offer(case=case, concession="rate", rate=Decimal("0.0002"), actor=cast.advisor)
    answer_offer(offer=offer, accepted=True, actor=cast.advisor)
    client.force_login(cast.advisor, backend="django.contrib.auth.backends.ModelBackend")
    address = f"/retention/cases/{case.pk}/"
    page = client.get(address).content.decode()
    assert "16.7%" in page, "1,000 of 6,000"
    assert "尚未落实：柜台系统现行费率 万2.5" in page
    Client.objects.filter(pk=case.client_id).update(commission_rate=Decimal("0.000200"))
    page = client.get(address).content.decode()
    assert "尚未落实" not in page
    assert "柜台系统现行费率 万2" in page


def test_the_clients_timeline_tells_of_wishes_cases_and_offers(
    cast: Cast, case: RetentionCase, client: Browser
) -> None:
    receive_request(client=case.client, kind="closing", origin="counter", actor=cast.counter)
    offer = make_offer(case=case, concession="vip_line", actor=cast.advisor)
    answer_offer(offer=offer, accepted=True, actor=cast.advisor)
    close_case(case=case, outcome="stays", actor=cast.advisor)
    now = timezone.now() + timedelta(minutes=1)
    told = [(event.kind, event.title) for event in timeline(cast.advisor, case.client, before=now)[0]]
    assert told == [
        ("staying", "挽留个案结案"),
        ("staying", "优惠：专属服务热线"),
        ("leaving", "申请：销户"),
        ("staying", "挽留个案立案"),
    ]
    assert timeline(cast.colleague, case.client, before=now)[0] == []
    client.force_login(cast.counter, backend="django.contrib.auth.backends.ModelBackend")
    assert "专属服务热线" in client.get(reverse("servicelog:timeline", args=[case.client_id])).content.decode()
