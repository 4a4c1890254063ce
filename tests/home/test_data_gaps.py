"""Gaps in the data: counted as the list filters them, and told of one client as of the branch."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from branch_crm.core.sealing import seal
from clients.labels_data import GAPS as WORDS
from clients.models import Client, ClientFigures, ClientStatus, PersonaPolicy, QuestionnaireAnswer
from clients.queries.data_gaps import GAPS, GRAVE, gaps_of, with_gap
from clients.queries.data_notes import notes_on
from tests.cast import Cast
from tests.home.branch import account, ask

TODAY = timezone.localdate()
COMPLETE = {
    "risk_level": "C3",
    "risk_valid_until": TODAY + timedelta(days=400),
    "phone_masked": "138****0001",
    "phone_sealed": seal("13800000001"),
    "id_tail": "0001",
    "id_valid_until": TODAY + timedelta(days=400),
    "birth_date": TODAY - timedelta(days=20_000),
    "opened_on": TODAY - timedelta(days=900),
}
FIGURES = {"value": 50.0, "tier": 2, "offsystem_low": 0, "assets_on": TODAY}
#: Gap -> what makes a complete client have it: fields of the client, of its figures.
BROKEN: dict[str, tuple[dict[str, object], dict[str, object]]] = {
    "no_risk_level": ({"risk_level": ""}, {}),
    "risk_expired": ({"risk_valid_until": TODAY - timedelta(days=1)}, {}),
    "no_phone": ({"phone_masked": "", "phone_sealed": ""}, {}),
    "id_expired": ({"id_valid_until": TODAY - timedelta(days=1)}, {}),
    "no_id": ({"id_tail": ""}, {}),
    "counter_unknown": ({"counter_service_no": "Z999"}, {}),
    "counter_disagrees": ({"counter_service_no": "A002"}, {}),
    "no_quota": ({}, {"offsystem_low": None}),
    "quota_conflict": ({}, {"quota_conflict": True}),
    "no_birth_date": ({"birth_date": None}, {}),
    "no_questionnaire": ({}, {}),
    "no_assets": ({}, {"assets_on": None}),
    "no_opening_day": ({"opened_on": None}, {}),
    "not_scored": ({}, {"value": None, "tier": None}),
}
#: What else a broken client cannot help having.
ALONG = {"counter_unknown": {"counter_disagrees"}}


def make(cast: Cast, number: str, fields: dict[str, object], figures: dict[str, object], *, asked: bool) -> Client:
    client = account(cast.home, number, cast.advisor_profile, **{**COMPLETE, **fields})
    ClientFigures.objects.filter(client=client).update(**{**FIGURES, **figures})
    if asked:
        QuestionnaireAnswer.objects.create(
            branch=cast.home,
            client=client,
            policy=PersonaPolicy.objects.get_or_create(
                branch=None, version=1, defaults={"rules": {}, "valid_from": TODAY}
            )[0],
            answered_on=TODAY,
            answers={},
        )
    return Client.objects.select_related("figures", "advisor").get(pk=client.pk)


def found(cast: Cast, client: Client) -> set[str]:
    clients = Client.objects.visible_to(cast.director)
    return {code for code in GAPS if with_gap(clients, code, TODAY).filter(pk=client.pk).exists()}


def test_every_gap_has_its_words_and_its_case() -> None:
    assert set(GAPS) == set(WORDS) == set(BROKEN)
    assert set(GAPS) >= GRAVE


def test_a_complete_client_has_no_gap(cast: Cast) -> None:
    assert found(cast, make(cast, "1", {}, {}, asked=True)) == set()
    assert gaps_of(cast.director, cast.home, TODAY) == []


@pytest.mark.parametrize("code", GAPS)
def test_each_gap_is_found_alone_and_the_client_page_agrees(cast: Cast, code: str) -> None:
    fields, figures = BROKEN[code]
    client = make(cast, "1", fields, figures, asked=code != "no_questionnaire")
    assert found(cast, client) == {code} | ALONG.get(code, set())
    notes = {note.code: note for note in notes_on(client, TODAY)}
    if code in notes:
        assert notes[code].is_grave == (code in GRAVE)
    #: The client page speaks of these in its panels of persona and value.
    assert code in notes or code in {
        "counter_unknown",
        "no_quota",
        "quota_conflict",
        "no_birth_date",
        "no_questionnaire",
    }


def test_institutions_need_neither_a_risk_level_nor_a_birthday(cast: Cast) -> None:
    firm = make(cast, "1", {"is_institution": True, "risk_level": "", "birth_date": None}, {}, asked=True)
    assert found(cast, firm) == set()


def test_closed_accounts_need_no_repair(cast: Cast) -> None:
    closed = make(cast, "1", {"phone_masked": "", "status": ClientStatus.CLOSED}, {}, asked=True)
    assert found(cast, closed) == set()
    assert gaps_of(cast.director, cast.home, TODAY) == []


def test_the_panel_counts_what_the_list_shows(cast: Cast) -> None:
    for number, (code, (fields, figures)) in enumerate(BROKEN.items()):
        make(cast, f"{number}", fields, figures, asked=code != "no_questionnaire")
    account(cast.away, "9", cast.stranger_profile)
    gaps = {gap.code: gap.clients for gap in gaps_of(cast.director, cast.home, TODAY)}
    assert gaps == dict.fromkeys(GAPS, 1) | {"counter_disagrees": 2}
    panel = ask(cast, "director", "home_data")
    for code, count in gaps.items():
        assert f'?gap={code}">{count}<' in panel
        page = ask(cast, "director", "clients:list", f"gap={code}")
        assert page.count("data-row") == count, code
