"""Persona and profile as an advisor works with them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from branch_crm.core.models import AuditEntry
from clients.models import Client, ClientBehaviour, ClientFigures, ClientProfile, PersonaOverride, QuestionnaireAnswer
from clients.services.read_behaviour import read_behaviour
from tests.cast import Cast, make_cast
from tests.clients.persona.test_types import MODEL, form

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def held(cast) -> Client:
    """A client of the advisor's book, after a first reading that found nothing to go by."""
    held = Client.objects.create(branch=cast.home, client_no="00000007", name="卫国", advisor=cast.advisor_profile)
    read_behaviour(branch=cast.home, as_of=timezone.localdate())
    return held


@pytest.fixture
def signed_in(client, cast):
    client.force_login(cast.advisor)
    return client


def test_a_filled_in_form_shows_at_once_on_page_and_list(signed_in, held):
    answer = signed_in.post(reverse("clients:questionnaire_new", args=[held.pk]), form(MODEL["PP"]))
    assert answer.status_code == 302
    row = ClientBehaviour.objects.get(client=held)
    assert (row.stated, row.persona) == ("PP", "PP")
    assert ClientFigures.objects.get(client=held).persona == "PP"
    assert QuestionnaireAnswer.objects.get().answers == form(MODEL["PP"])
    assert AuditEntry.objects.filter(action="clients.questionnaire_recorded").count() == 1


def test_the_night_comes_to_the_same_result(signed_in, cast, held):
    signed_in.post(reverse("clients:questionnaire_new", args=[held.pk]), form(MODEL["AA"]))
    now = ClientBehaviour.objects.get(client=held)
    read_behaviour(branch=cast.home, as_of=timezone.localdate())
    later = ClientBehaviour.objects.get(client=held, run__is_current=True)
    assert later.run_id != now.run_id
    assert (later.persona, later.confidence) == (now.persona, now.confidence)


def test_a_missing_answer_is_marked_and_the_others_are_kept(signed_in, held):
    answers = form(MODEL["PP"])
    del answers["Q7"]
    page = signed_in.post(reverse("clients:questionnaire_new", args=[held.pk]), answers)
    assert list(page.context["form"].errors) == ["Q7"]
    assert page.content.decode().count("checked") == 12
    assert not QuestionnaireAnswer.objects.exists()


def test_own_judgement_stands_above_until_it_is_taken_back(signed_in, held):
    signed_in.post(reverse("clients:questionnaire_new", args=[held.pk]), form(MODEL["PP"]))
    sent = {"persona": "II", "reason": "多次面谈，自有主见", "until": timezone.localdate() + timedelta(days=90)}
    signed_in.post(reverse("clients:persona_override", args=[held.pk]), sent)
    assert ClientBehaviour.objects.get(client=held).persona == "II"
    panel = signed_in.get(reverse("clients:persona_panel", args=[held.pk])).content.decode()
    assert "多次面谈" in panel
    override = PersonaOverride.objects.get()
    for _ in range(2):
        signed_in.post(reverse("clients:persona_override_withdraw", args=[override.pk]))
    assert ClientBehaviour.objects.get(client=held).persona == "PP"
    assert AuditEntry.objects.filter(action="clients.persona_override_withdrawn").count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("reason", "嗯"), ("until", "2020-01-01"), ("until", "2099-01-01"), ("persona", "XX")],
)
def test_a_judgement_without_ground_or_end_is_refused(signed_in, held, field, value):
    sent = {"persona": "II", "reason": "多次面谈，自有主见", "until": timezone.localdate(), field: value}
    page = signed_in.post(reverse("clients:persona_override", args=[held.pk]), sent)
    assert field in page.context["form"].errors
    assert not PersonaOverride.objects.exists()


def profile_form(**values):
    return {"seen": "new", "wishes": "", "part_stocks": "", **values}


def test_a_profile_is_saved_with_its_parts(signed_in, held):
    page = reverse("clients:profile_edit", args=[held.pk])
    sent = profile_form(wishes="子女教育", part_stocks="60", part_deposits="40", wished_skills=["patience"])
    assert signed_in.post(page, sent).status_code == 302
    saved = ClientProfile.objects.get()
    assert (saved.distribution, saved.wished_skills) == ({"stocks": 60, "deposits": 40}, ["patience"])


def test_parts_above_a_hundred_are_refused(signed_in, held):
    sent = profile_form(part_stocks="70", part_funds="50")
    page = signed_in.post(reverse("clients:profile_edit", args=[held.pk]), sent)
    assert "120" in page.content.decode()
    assert not ClientProfile.objects.exists()


def test_two_people_at_once_lose_nothing(signed_in, client, cast, held):
    page = reverse("clients:profile_edit", args=[held.pk])
    signed_in.post(page, profile_form(wishes="先保存的人写的"))
    late = signed_in.post(page, profile_form(wishes="后保存的人写的"))
    assert late.status_code == 409
    text = late.content.decode()
    assert "先保存的人写的" in text
    assert "后保存的人写的" in text
    assert ClientProfile.objects.get().wishes == "先保存的人写的"
    again = signed_in.post(page, profile_form(wishes="两人商定的", seen=late.context["form"].data["seen"]))
    assert again.status_code == 302
    assert ClientProfile.objects.get().wishes == "两人商定的"


@pytest.mark.parametrize("name", ["persona_panel", "persona_why", "questionnaire_new", "profile_panel", "profile_edit"])
def test_nobody_sees_a_colleagues_client(client, cast, held, name):
    client.force_login(cast.colleague)
    assert client.get(reverse(f"clients:{name}", args=[held.pk])).status_code == 404


@pytest.mark.parametrize("name", ["persona_panel", "persona_why", "profile_panel"])
def test_a_panel_comes_without_the_frame_and_a_visit_with_it(signed_in, held, name):
    url = reverse(f"clients:{name}", args=[held.pk])
    assert "<html" in signed_in.get(url).content.decode()
    assert "<html" not in signed_in.get(url, headers={"HX-Request": "true"}).content.decode()


class TestApi:
    def test_questionnaire_and_persona(self, signed_in, held):
        sent = {"client": held.pk, "answers": form(MODEL["FF"])}
        answer = signed_in.post("/api/v1/questionnaires/", sent, content_type="application/json")
        assert (answer.status_code, answer.json()["persona"]) == (201, "FF")
        row = signed_in.get("/api/v1/personas/", {"client": held.pk}).json()["results"][0]
        assert (row["stated"], row["persona"]) == ("FF", "FF")

    def test_a_foreign_client_cannot_be_named(self, client, cast, held):
        client.force_login(cast.colleague)
        sent = {"client": held.pk, "answers": form(MODEL["FF"])}
        answer = client.post("/api/v1/questionnaires/", sent, content_type="application/json")
        assert (answer.status_code, list(answer.json())) == (400, ["client"])

    def test_a_profile_changed_meanwhile_is_given_back(self, signed_in, held):
        url = f"/api/v1/profiles/{held.pk}/change/"
        first = signed_in.post(url, {"version": "new", "wishes": "养老"}, content_type="application/json")
        stale = signed_in.post(url, {"version": "new", "wishes": "别的"}, content_type="application/json")
        assert (first.status_code, stale.status_code) == (200, 409)
        assert stale.json()["wishes"] == "养老"

    def test_a_judgement_taken_back_stays_on_record(self, signed_in, held):
        sent = {"client": held.pk, "persona": "AA", "reason": "面谈多次确认", "until": str(timezone.localdate())}
        made = signed_in.post("/api/v1/persona-overrides/", sent, content_type="application/json").json()
        assert signed_in.delete(f"/api/v1/persona-overrides/{made['id']}/").status_code == 204
        assert signed_in.get(f"/api/v1/persona-overrides/{made['id']}/").json()["withdrawn_at"]
