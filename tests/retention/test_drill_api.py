"""Drills over the API: planned by name, read by who may, refused at the field that is wrong."""

from __future__ import annotations

from django.test import Client as Browser
from django.utils import timezone

from branch_crm.core.models import Staff
from retention.models import Drill
from tests.cast import Cast
from tests.retention.test_drills import played, ready_card

DRILLS, CARDS = "/api/v1/drills/", "/api/v1/drill-cards/"


def at(person: Staff) -> Browser:
    browser = Browser()
    browser.force_login(person)
    return browser


def test_a_drill_is_planned_and_read(cast: Cast) -> None:
    card = ready_card(cast)
    given = {"card": card.pk, "planned_for": timezone.now().isoformat(), "staff": "advisor"}
    answer = at(cast.colleague).post(DRILLS, given, content_type="application/json")
    assert answer.status_code == 201
    assert answer.json()["parts"] == [{"person": "advisor", "name": "李文", "role": "staff", "joined_at": None}]
    for person, seen in ((cast.advisor, 1), (cast.counter, 0), (cast.director, 1), (cast.stranger, 0)):
        assert len(at(person).get(DRILLS).json()["results"]) == seen, person


def test_a_result_is_told_with_its_fails(cast: Cast) -> None:
    done = played(cast, choice=1)
    told = at(cast.director).get(f"{DRILLS}{done.pk}/").json()
    assert (told["state"], told["share"], told["passed"], told["fails"]) == ("done", 1.0, False, ["promise"])


def test_bad_plans_name_their_field(cast: Cast) -> None:
    card = ready_card(cast)
    good = {"card": card.pk, "planned_for": timezone.now().isoformat(), "staff": "advisor", "client": "colleague"}
    bad = {
        "card": 0,
        "planned_for": "2020-01-01T08:00:00+08:00",
        "staff": "stranger",
    }
    for field, value in bad.items():
        answer = at(cast.director).post(DRILLS, good | {field: value}, content_type="application/json")
        assert (answer.status_code, list(answer.json())) == (400, [field])
    answer = at(cast.director).post(DRILLS, good | {"client": "advisor"}, content_type="application/json")
    assert answer.status_code == 400
    assert not Drill.objects.exists()


def test_talks_are_for_those_who_write_and_read_cards(cast: Cast) -> None:
    card = ready_card(cast)
    assert at(cast.advisor).get(CARDS).status_code == 403
    assert at(cast.compliance).get(f"{CARDS}{card.pk}/").json()["steps"][0]["key"] == "1"
