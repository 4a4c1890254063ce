"""Masked until asked for with a purpose, recorded, limited in time and number."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from branch_crm.core.models import AuditEntry, Staff
from clients.models import Client, Reveal
from clients.services import reveal_field as service
from clients.services.reveal_field import TooManyReveals, reveal_field
from tests.clients.book.conftest import ID_NO, PHONE, Book, add_client
from tests.clients.book.test_access import browser


def ask(client: Client, actor: Staff, field: str = "phone") -> service.Revealed:
    return reveal_field(client=client, field=field, purpose="service_call", actor=actor)


def test_the_value_is_shown_and_the_look_recorded(book: Book) -> None:
    assert ask(book.zhang, book.cast.advisor).value == PHONE
    assert ask(book.zhang, book.cast.advisor, "id_no").value == ID_NO
    assert Reveal.objects.filter(by=book.cast.advisor, client=book.zhang).count() == 2
    lines = AuditEntry.objects.filter(action="clients.field_revealed")
    assert [line.detail["field"] for line in lines] == ["id_no", "phone"]
    assert not any(secret in str(line.detail) for line in lines for secret in (PHONE, ID_NO))


def test_within_the_time_box_it_is_the_same_look(book: Book) -> None:
    first = ask(book.zhang, book.cast.counter)
    assert ask(book.zhang, book.cast.counter).until == first.until
    assert Reveal.objects.count() == 1
    with time_machine.travel(timezone.now() + service.SHOWN_FOR + timedelta(seconds=1)):
        assert ask(book.zhang, book.cast.counter).until > first.until
    assert Reveal.objects.count() == 2


def test_many_looks_alarm_compliance_and_then_stop(book: Book, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.REVEAL_ALARM_AT = 2
    monkeypatch.setattr(service, "STOP_AT", 3)
    clients = [add_client(book.cast.home, f"3000{n}", "李娜", "li na") for n in range(4)]
    for client in clients[:3]:
        ask(client, book.cast.counter)
    assert AuditEntry.objects.filter(action="clients.reveal_rate", actor=book.cast.counter).count() == 1
    with pytest.raises(TooManyReveals):
        ask(clients[3], book.cast.counter)
    assert AuditEntry.objects.get(action="clients.reveal_refused").detail == {"field": "phone", "within_hour": 3}
    assert ask(clients[3], book.cast.director).value == PHONE
    with time_machine.travel(timezone.now() + timedelta(hours=1, minutes=1)):
        assert ask(clients[3], book.cast.counter).value == PHONE


def test_records_cannot_be_changed(book: Book) -> None:
    ask(book.zhang, book.cast.advisor)
    with pytest.raises(Exception, match="Cannot update"):
        Reveal.objects.update(purpose="data_fix")


def page(who: Browser, book: Book, **data: str) -> str:
    url = reverse("clients:reveal", args=[book.zhang.pk])
    return who.post(url, {"field": "phone", "purpose": "service_call"} | data).content.decode()


def test_pages_show_it_only_after_a_purpose(book: Book) -> None:
    who = browser(book, "advisor")
    url = reverse("clients:reveal", args=[book.zhang.pk])
    assert PHONE not in who.get(url, {"field": "phone"}).content.decode()
    assert PHONE not in page(who, book, purpose="")
    assert PHONE not in page(who, book, purpose="curiosity")
    assert PHONE not in page(who, book, purpose="compliance", note="")
    assert Reveal.objects.count() == 0
    assert PHONE in page(who, book)
    fragment = who.post(
        url, {"field": "phone", "purpose": "service_call"}, headers={"HX-Request": "true"}
    ).content.decode()
    assert PHONE in fragment and "delay:300s" in fragment and "<html" not in fragment
    assert PHONE not in who.get(url, {"field": "phone", "mask": "1"}).content.decode()


def test_pages_say_when_it_was_too_much(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "STOP_AT", 0)
    text = page(browser(book, "advisor"), book)
    assert PHONE not in text and "合规" in text


@pytest.mark.parametrize("field", ["", "password", "name"])
def test_other_fields_are_not_to_be_asked_for(book: Book, field: str) -> None:
    url = reverse("clients:reveal", args=[book.zhang.pk])
    assert browser(book, "advisor").post(url, {"field": field, "purpose": "service_call"}).status_code == 400
    assert browser(book, "advisor").post(url, {"field": "email", "purpose": "service_call"}).status_code == 404


@pytest.mark.parametrize("who", ["director", "advisor", "counter", "manager", "compliance"])
def test_no_page_and_no_answer_holds_personal_data_unasked(book: Book, who: str) -> None:
    person = browser(book, who)
    Client.objects.filter(pk=book.zhang.pk).update(birth_date="1980-01-01")
    addresses = [
        *("/clients/", "/clients/?q=5678", "/search/?q=5678", "/api/v1/clients/", "/api/v1/search/?q=5678"),
        f"/api/v1/clients/{book.zhang.pk}/",
        *(f"/clients/{book.zhang.pk}/?tab={tab}" for tab in ("overview", "holdings", "movements", "products", "notes")),
    ]
    for address in addresses:
        text = person.get(address).content.decode()
        assert PHONE not in text and ID_NO not in text and "1980-01-01" not in text, address


def test_the_api_reveals_by_the_same_rule(book: Book) -> None:
    url = reverse("api:client-reveal", args=[book.zhang.pk])
    asked = {"field": "phone", "purpose": "service_call"}
    assert browser(book, "advisor").post(url, asked, "application/json").json()["value"] == PHONE
    assert browser(book, "colleague").post(url, asked, "application/json").status_code == 404
    assert browser(book, "advisor").post(url, {"field": "phone"}, "application/json").status_code == 400
    assert Reveal.objects.count() == 1
