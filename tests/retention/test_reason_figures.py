"""Why clients left, counted: each once, nobody guessed for, and every figure opens its clients."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from branch_crm.core.models import AuditEntry
from clients.models import Client, ClientStatus
from retention.domain.reason_table import Leaver, tabulate
from retention.models import LeavingRequest, Reason
from retention.queries.reason_figures import leavers_of
from retention.services.errors import RetentionError
from retention.services.receive_request import receive_request
from retention.services.save_reason import save_reason
from retention.services.work_on_request import complete_request, note_reason
from tests.cast import Cast


def leaver(client: int, top: str = "", reason: str = "", tier: str = "") -> Leaver:
    return Leaver(client, "客户", str(client), date(2026, 5, 4), top, reason, tier, "", "李文", "request", "")


def test_levels_add_up_and_not_told_comes_last() -> None:
    rows = [leaver(1, "rate", "rate_unclear", "5"), leaver(2, "rate", "rate", "1"), *(leaver(at) for at in (3, 4, 5))]
    table = tabulate(rows, by="tier")
    assert table.columns == ("1", "5", "")
    assert [(line.top, line.reason, line.total, line.cells) for line in table.lines] == [
        ("rate", "", 2, (1, 1, 0)),
        ("rate", "rate_unclear", 1, (0, 1, 0)),
        ("", "", 3, (0, 0, 3)),
    ]
    assert (table.totals, table.n) == ((1, 1, 3), 5)
    assert tabulate([], by="tier").lines == ()
    assert rows[0].period == "2026Q2"


@pytest.fixture
def gone(cast: Cast, client_of_home: Client) -> LeavingRequest:
    request = receive_request(client=client_of_home, kind="closing", origin="counter", actor=cast.counter).request
    unclear = Reason.objects.get(code="rate_unclear")
    note_reason(request=request, reason=unclear, note="", competitor="=甲券商", actor=cast.counter)
    return complete_request(request=request, actor=cast.counter)


def test_a_client_counts_once_and_closed_without_a_request_is_not_told(cast: Cast, gone: LeavingRequest) -> None:
    quiet = Client.objects.create(branch=cast.home, client_no="80000002", name="静悄悄")
    Client.objects.create(branch=cast.home, client_no="80000003", name="早已销户", status=ClientStatus.CLOSED)
    for closed in (quiet, gone.client):
        closed.status = ClientStatus.CLOSED
        closed.save()
    permission = Client.objects.create(branch=cast.home, client_no="80000004", name="关权限")
    only = receive_request(client=permission, kind="permission", origin="counter", actor=cast.counter).request
    complete_request(request=only, actor=cast.counter)
    today = timezone.localdate()
    found = leavers_of(cast.home, since=today, until=today)
    assert {(row.name, row.top, row.reason, row.origin) for row in found} == {
        ("李建军", "rate", "rate_unclear", "request"),
        ("静悄悄", "", "", "closed"),
    }
    assert leavers_of(cast.home, since=today - timedelta(days=9), until=today - timedelta(days=1)) == []
    assert leavers_of(cast.away, since=today, until=today) == []


def test_the_page_opens_its_clients_and_exports_counts(cast: Cast, client: Browser, gone: LeavingRequest) -> None:
    client.force_login(cast.director)
    page = reverse("retention:reason_figures")
    assert "李建军" in client.get(page).content.decode()
    assert "李建军" in client.get(f"{page}?reason=rate").content.decode()
    assert "李建军" not in client.get(f"{page}?reason=loss").content.decode()
    opened = client.get(f"{page}?by=competitor").content.decode()
    assert "reason=rate_unclear&amp;column=%3D%E7%94%B2%E5%88%B8%E5%95%86" in opened
    assert "李建军" not in client.get(f"{page}?by=competitor&column=").content.decode()
    assert client.get(f"{page}?since=x").status_code == 422
    assert client.get(f"{page}?since=2010-01-01&until=2026-01-01").status_code == 422
    file = client.get(reverse("retention:reason_figures_file") + "?by=competitor").content.decode()
    assert "'=甲券商" in file and "李建军" not in file
    client.force_login(cast.advisor)
    assert client.get(page).status_code == 403


def test_a_branch_adds_its_own_reasons_on_two_levels(cast: Cast, client: Browser) -> None:
    rate = Reason.objects.get(code="rate")
    own = save_reason(
        branch=cast.home, actor=cast.director, parent=rate, code="rate_friend", name_zh="朋友更低", name_en="A friend"
    )
    assert AuditEntry.objects.get(action="retention.reason_saved").target_id == str(own.pk)
    for refused in ({"parent": own, "code": "third"}, {"parent": rate, "code": "rate_friend"}, {"reason": rate}):
        with pytest.raises(RetentionError):
            save_reason(branch=cast.home, actor=cast.director, name_zh="一", name_en="x", **refused)
    client.force_login(cast.manager)
    sent = {"name_zh": "熟人更低", "name_en": "Known", "answer_zh": "", "answer_en": "", "never_zh": "", "never_en": ""}
    assert client.post(reverse("retention:reason_edit", args=[own.pk]), sent).status_code == 302
    own.refresh_from_db()
    assert (own.name_zh, own.is_active, own.parent) == ("熟人更低", False, rate)
    assert "熟人更低" in client.get(reverse("retention:reason_list")).content.decode()
    taken = client.post(reverse("retention:reason_new"), sent | {"code": "rate_friend", "is_active": "on"})
    assert taken.status_code == 422
    assert client.post(reverse("retention:reason_new"), sent | {"code": "new", "is_active": "on"}).status_code == 302
