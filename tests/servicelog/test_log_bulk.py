"""One message to many is logged once, counts for nobody, and is not for those who wish no marketing."""

from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from branch_crm.core.models import AuditEntry
from clients.models import Client, ClientProfile
from servicelog.models import BulkContact, Contact
from servicelog.services.amend_contact import amend_contact
from servicelog.services.dispute_count import raise_dispute
from servicelog.services.errors import ForbiddenWording, ServiceLogError
from servicelog.services.log_bulk import Message, log_bulk
from tests.servicelog.branch import TALK, at_ten, client_of, log

pytestmark = pytest.mark.django_db

NEWS = "下周一起实施新的融资融券保证金比例，请关注交易所公告"


@pytest.fixture
def book(cast) -> list[Client]:
    """Three clients of 李文's, the last of whom wishes no marketing; and one of the colleague's."""
    clients = [client_of(cast, f"8000000{n}", f"客户{n}") for n in (1, 2, 3)]
    client_of(cast, "80000009", "旁人", advisor=cast.colleague_profile)
    ClientProfile.objects.create(branch=cast.home, client=clients[2], marketing_opt_out=True)
    return clients


def send(cast, clients, token=None, **fields):
    fields = {"channel": "wechat", "purpose": "education", "text": NEWS, "held_at": at_ten(), **fields}
    return log_bulk(
        branch=cast.home, clients=clients, actor=cast.advisor, token=token or uuid4(), message=Message(**fields)
    )


def test_a_row_for_everybody_who_wants_it_and_none_counts(cast, book):
    token = uuid4()
    sent = send(cast, Client.objects.visible_to(cast.advisor), token)
    again = send(cast, Client.objects.visible_to(cast.advisor), token)
    assert (sent.created, again.created, again.bulk) == (True, False, sent.bulk)
    rows = Contact.objects.all()
    assert {row.client for row in rows} == set(book[:2])
    assert {(row.counts, tuple(row.count_reasons), row.bulk) for row in rows} == {(False, ("bulk",), sent.bulk)}
    assert sent.bulk.left_out == ["80000003"]
    assert AuditEntry.objects.filter(action="servicelog.bulk_logged").count() == 1


def test_it_can_neither_be_corrected_nor_disputed_into_a_contact(cast, book):
    send(cast, Client.objects.visible_to(cast.advisor))
    row = Contact.objects.first()
    with pytest.raises(ServiceLogError):
        amend_contact(contact=row, actor=cast.advisor, changes={"summary": TALK})
    with pytest.raises(ServiceLogError):
        raise_dispute(contact=row, actor=cast.advisor, text="逐一通话")


def test_talks_of_the_same_hour_are_no_burst_but_its_text_is_no_talk(cast, book):
    send(cast, Client.objects.visible_to(cast.advisor), held_at=at_ten())
    assert log(cast, book[0], held_at=at_ten()).contact.counts
    assert log(cast, book[1], held_at=at_ten(), summary=NEWS).contact.count_reasons == ["copy"]


def test_what_may_not_be_said_to_one_may_not_be_sent_to_many(cast, book):
    with pytest.raises(ForbiddenWording):
        send(cast, Client.objects.visible_to(cast.advisor), text="本产品稳赚不赔，欢迎预约")
    with pytest.raises(ServiceLogError) as refused:
        send(cast, Client.objects.none())
    assert "message" not in refused.value.field
    assert not BulkContact.objects.exists()


def test_from_the_list_with_the_number_shown_and_never_beyond_ones_book(cast, book, client: Browser):
    client.force_login(cast.advisor, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("servicelog:bulk_new")
    foreign = Client.objects.get(client_no="80000009")
    chosen = {"pk": [str(each.pk) for each in (*book, foreign)]}
    asked = client.post(address, chosen)
    assert asked.context["count"] == 2
    assert "80000003" in asked.content.decode() and "80000009" not in asked.content.decode()
    body = {
        **chosen,
        "token": str(uuid4()),
        "channel": "wechat",
        "purpose": "education",
        "text": NEWS,
        "held_at": timezone.localtime(at_ten()).strftime("%Y-%m-%dT%H:%M"),
        "expected": "2",
    }
    ClientProfile.objects.create(branch=cast.home, client=book[0], marketing_opt_out=True)
    client.post(address, body)
    assert not BulkContact.objects.exists()  # another number than was shown
    answer = client.post(address, {**body, "expected": "1"}, follow=True)
    assert list(Contact.objects.values_list("client", flat=True)) == [book[1].pk]
    assert answer.context["bulk"].left_out == ["80000001", "80000003"]
    assert client.post(address, {**body, "expected": "1"}, follow=True).context["bulk"] == answer.context["bulk"]
    client.force_login(cast.colleague, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("servicelog:bulk_detail", args=[answer.context["bulk"].pk])).status_code == 404
    client.force_login(cast.counter, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(address, body).status_code == 403
