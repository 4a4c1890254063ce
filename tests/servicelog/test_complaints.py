"""A complaint is received once, answered by a talk, and only then settled."""

import pytest
from django.urls import reverse

from servicelog.models import Complaint
from servicelog.services.enter_complaint import enter_complaint, settle_complaint
from servicelog.services.errors import ServiceLogError
from tests.servicelog.branch import client_of, log

pytestmark = pytest.mark.django_db


def received(cast, client, **fields):
    fields = {"channel": "phone", "about": "fees", "text": "佣金比同事推荐的券商高", **fields}
    return enter_complaint(client=client, actor=cast.counter, **fields)


def test_the_same_words_on_the_same_day_are_one_complaint(cast):
    client = client_of(cast)
    assert received(cast, client) == received(cast, client)
    assert Complaint.objects.get().advisor == cast.advisor_profile


def test_it_is_settled_only_after_an_answer_and_once(cast):
    client = client_of(cast)
    complaint = received(cast, client)
    with pytest.raises(ServiceLogError):
        settle_complaint(complaint=complaint, actor=cast.director, outcome="已调整佣金")
    log(cast, client, purpose="complaint", summary="向客户说明了佣金构成和调整申请的办法")
    with pytest.raises(ServiceLogError) as refused:
        settle_complaint(complaint=complaint, actor=cast.director, outcome=" ")
    assert refused.value.field == "outcome"
    settled = settle_complaint(complaint=complaint, actor=cast.director, outcome="已调整佣金")
    assert settled.state == Complaint.State.SETTLED
    with pytest.raises(ServiceLogError):
        settle_complaint(complaint=complaint, actor=cast.assistant, outcome="再次办结")


def test_the_counter_enters_it_from_the_clients_page_and_an_advisor_sees_only_his_own(cast, client):
    held = client_of(cast)
    client.force_login(cast.counter, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("servicelog:complaint_new", args=[held.pk])
    answer = client.post(address, {"channel": "phone", "about": "fees", "text": ""})
    assert answer.status_code == 422
    client.post(address, {"channel": "phone", "about": "fees", "text": "佣金偏高"})
    client.force_login(cast.colleague, backend="django.contrib.auth.backends.ModelBackend")
    assert "佣金偏高" not in client.get(reverse("servicelog:complaint_list")).content.decode()
    client.force_login(cast.advisor, backend="django.contrib.auth.backends.ModelBackend")
    assert "佣金偏高" in client.get(reverse("servicelog:complaint_list")).content.decode()
