"""A client of 李文 who is served for longer than any look-back, and logs that say how."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from allocation.models import Assignment, ServiceReview
from allocation.services.find_service_reviews import find_service_reviews
from branch_crm.core import trading_calendar
from clients.models import Client
from servicelog.models import Contact
from tests.cast import Cast
from tests.servicelog.branch import client_of


def served_client(cast: Cast, number: str = "80000001", *, tier: int = 4, days: int = 400, **fields: Any) -> Client:
    client = client_of(cast, number, fields.pop("name", f"客户{number[-3:]}"), **fields)
    client.figures.tier, client.figures.value = tier, 10.0 + int(number[-2:])
    client.figures.save()
    Assignment.objects.create(
        branch=cast.home, client=client, advisor=client.advisor, starts=timezone.localdate() - timedelta(days=days),
        reason=Assignment.Reason.COUNTER,
    )  # fmt: skip
    return client


def logged(cast: Cast, client: Client, days_ago: int, *reasons: str, on: date | None = None, **fields: Any) -> Contact:
    """A contact of so many days ago; `reasons` speak against counting it."""
    day = (on or timezone.localdate()) - timedelta(days=days_ago)
    plain = {"channel": "phone", "purpose": "care", "summary": f"与客户谈了{days_ago}", "author": cast.advisor,
             "advisor": cast.advisor_profile}  # fmt: skip
    return Contact.objects.create(
        branch=cast.home, client=client, token=uuid4(), counts=not reasons,
        count_reasons=list(reasons), held_at=timezone.make_aware(datetime.combine(day, time(10))), **plain | fields,
    )  # fmt: skip


def noticed(cast: Cast, client: Client) -> ServiceReview:
    """The notice that the night gives about a client nobody has called."""
    find_service_reviews(cast.home, timezone.localdate())
    return ServiceReview.objects.get(client=client)


def past(review: ServiceReview, sessions: int = 1) -> date:
    """A trading day after the advisor's time."""
    return trading_calendar.load().shift(review.cure_until, sessions)


def due(cast: Cast, client: Client) -> ServiceReview:
    """Nothing was done in time."""
    review = noticed(cast, client)
    find_service_reviews(cast.home, past(review))
    review.refresh_from_db()
    assert review.state == "due"
    return review
