"""Figures and other firms over the API: the lines of the page, and a bad period or day named at its field."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from clients.models import Client
from retention.models import CompetitorMove
from retention.services.open_case import open_by_hand
from tests.cast import Cast

pytestmark = pytest.mark.django_db
FIGURES, MOVES = "/api/v1/retention-figures/", "/api/v1/competitor-moves/"


def test_the_lines_of_the_page(cast: Cast, client: Browser) -> None:
    person = Client.objects.create(branch=cast.home, client_no="86009999", name="想走的", advisor=cast.advisor_profile)
    open_by_hand(client=person, actor=cast.counter)
    client.force_login(cast.director)
    told = client.get(FIGURES, {"by": "advisor"}).json()
    assert (told["whole"]["opened"], told["whole"]["stays"], told["whole"]["key"]) == (1, 0, "")
    assert [line["key"] for line in told["groups"]] == [str(cast.advisor_profile.pk)]
    assert told["least"] > 1

    refused = client.get(FIGURES, {"since": "2020-01-01", "until": "2026-01-01"})
    assert (refused.status_code, list(refused.json())) == (400, ["until"])
    assert client.get(FIGURES, {"by": "star sign"}).json().keys() == {"by"}


def test_a_move_is_noted_once_and_only_when_it_was_seen(cast: Cast, client: Browser) -> None:
    client.force_login(cast.counter)
    seen = {
        "broker": "甲证券",
        "what": "rate",
        "rate": "0.000150",
        "source": "广告",
        "seen_on": f"{timezone.localdate()}",
    }
    first, again = (client.post(MOVES, seen, content_type="application/json") for _time in range(2))
    assert first.status_code == again.status_code == 201
    assert first.json()["id"] == again.json()["id"] == CompetitorMove.objects.get().pk

    tomorrow = {**seen, "seen_on": f"{timezone.localdate() + timedelta(days=1)}"}
    assert list(client.post(MOVES, tomorrow, content_type="application/json").json()) == ["seen_on"]
    unsaid = {name: value for name, value in seen.items() if name != "rate"}
    assert list(client.post(MOVES, unsaid, content_type="application/json").json()) == ["rate"]
    assert [row["broker"] for row in client.get(MOVES).json()["results"]] == ["甲证券"]
