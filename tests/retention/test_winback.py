"""Lost clients are asked back with their consent only, after a time of rest; and no request waits for either."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from branch_crm.core.models import AuditEntry
from clients.models import Client, ClientProfile, ClientStatus
from retention.models import LeavingRequest, WinBackConsent
from retention.queries.winback import LostCounts, lost_counts, to_win_back
from retention.services.errors import RetentionError
from retention.services.receive_request import receive_request
from retention.services.record_consent import record_consent, withdraw_consent
from retention.services.work_on_request import complete_request
from servicelog.models import Contact
from tests.cast import Cast

LIST = "retention:win_back"
REST = 90


def gone(cast: Cast, number: int, *, days: int, consent: bool = True) -> Client:
    """Left so many days ago."""
    client = Client.objects.create(
        branch=cast.home, client_no=f"8500{number:04}", name=f"旧客户{number}", advisor=cast.advisor_profile
    )
    request = receive_request(client=client, kind="closing", origin="counter", actor=cast.counter).request
    complete_request(request=request, actor=cast.counter)
    then = timezone.now() - timedelta(days=days)
    LeavingRequest.objects.filter(pk=request.pk).update(finished_at=then)
    if consent:
        record_consent(client=client, channel="phone", actor=cast.counter)
    return client


def talked(cast: Cast, client: Client, *, days: int) -> None:
    Contact.objects.create(
        branch=client.branch, client=client, author=cast.advisor, token=uuid4(), channel="phone", purpose="retention",
        held_at=timezone.now() - timedelta(days=days), summary="问过是否愿意回来", counts=True,
    )  # fmt: skip


@pytest.fixture
def lost(cast: Cast) -> dict[str, Client]:
    people = {
        "willing": gone(cast, 1, days=100),
        "silent": gone(cast, 2, days=100, consent=False),
        "fresh": gone(cast, 3, days=89),
        "called": gone(cast, 4, days=300),
        "unwilling": gone(cast, 5, days=100),
        "back": gone(cast, 6, days=100),
        "withdrawn": gone(cast, 7, days=100),
    }
    talked(cast, people["called"], days=10)
    talked(cast, people["willing"], days=95)
    ClientProfile.objects.create(branch=cast.home, client=people["unwilling"], marketing_opt_out=True)
    receive_request(client=people["back"], kind="closing", origin="counter", subject="2", actor=cast.counter)
    withdraw_consent(consent=people["withdrawn"].win_back_consents.get(), actor=cast.counter)
    Client.objects.create(branch=cast.home, client_no="85009999", name="早已销户", status=ClientStatus.CLOSED)
    return people


def test_only_who_agreed_and_has_been_left_in_peace(cast: Cast, lost: dict[str, Client]) -> None:
    today = timezone.localdate()
    assert list(to_win_back(cast.director, cast.home, on=today, rest_days=REST)) == [lost["willing"]]
    assert list(to_win_back(cast.colleague, cast.home, on=today, rest_days=REST)) == []
    assert lost_counts(cast.director, cast.home, on=today, rest_days=REST) == LostCounts(
        lost=7, listed=1, resting=2, unwilling=1, silent=3
    )
    assert lost["fresh"] in to_win_back(cast.director, cast.home, on=today + timedelta(days=2), rest_days=REST)


def test_a_consent_keeps_its_words_and_who_heard_it(cast: Cast, client_of_home: Client) -> None:
    consent = record_consent(client=client_of_home, channel="message", actor=cast.counter)
    assert record_consent(client=client_of_home, channel="phone", actor=cast.advisor) == consent
    assert (consent.recorded_by, consent.policy.version) == (cast.counter, 1)
    assert "自愿" in consent.wording
    withdraw_consent(consent=consent, actor=cast.advisor)
    withdraw_consent(consent=consent, actor=cast.counter)
    consent.refresh_from_db()
    assert consent.withdrawn_by == cast.advisor
    assert record_consent(client=client_of_home, channel="phone", actor=cast.counter) != consent
    actions = AuditEntry.objects.filter(action__startswith="retention.consent_").order_by("pk")
    assert [entry.action for entry in actions] == [
        "retention.consent_recorded", "retention.consent_withdrawn", "retention.consent_recorded",
    ]  # fmt: skip


def test_no_consent_against_the_clients_own_word(cast: Cast, client_of_home: Client) -> None:
    ClientProfile.objects.create(branch=cast.home, client=client_of_home, marketing_opt_out=True)
    with pytest.raises(RetentionError):
        record_consent(client=client_of_home, channel="phone", actor=cast.counter)
    with pytest.raises(RetentionError, match=r"."):
        record_consent(client=client_of_home, channel="pigeon", actor=cast.counter)
    assert not WinBackConsent.objects.exists()


def test_the_request_is_done_without_a_word_about_it(cast: Cast, client_of_home: Client, client: Browser) -> None:
    request = receive_request(client=client_of_home, kind="closing", origin="counter", actor=cast.counter).request
    client.force_login(cast.counter)
    panel = client.get(reverse("retention:consent_panel", args=[client_of_home.pk])).content.decode()
    assert 'name="channel"' in panel
    # Nothing is chosen beforehand: sent as it comes, it is no consent, and the page says so.
    sent = client.post(reverse("retention:consent_new", args=[client_of_home.pk]), {"channel": ""}, follow=True)
    assert sent.redirect_chain[-1][0] == reverse("retention:request_detail", args=[request.pk])
    assert not WinBackConsent.objects.exists()
    client.post(reverse("retention:request_completion", args=[request.pk]))
    request.refresh_from_db()
    assert request.state == "done"


def test_the_list_and_taking_back(cast: Cast, lost: dict[str, Client], client: Browser) -> None:
    client.force_login(cast.director)
    page = client.get(reverse(LIST)).content.decode()
    assert "旧客户1" in page
    assert "旧客户2" not in page
    assert f"client={lost['willing'].pk}&amp;purpose=retention" in page
    client.post(reverse("retention:consent_withdrawal", args=[lost["willing"].win_back_consents.get().pk]))
    page = client.get(reverse(LIST)).content.decode()
    assert "旧客户1" not in page
    assert "empty-state" in page
    client.force_login(cast.counter)
    assert client.get(reverse(LIST)).status_code == 403
