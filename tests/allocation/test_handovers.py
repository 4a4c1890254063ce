"""A dossier for every client who changes hands: when it is made, what it holds, that it stays as it was."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from allocation.domain.dossier import COMPLAINT_CARE, amount, cooling_until, digest, figure, seen_mark
from allocation.models import Handover
from allocation.services import freeze_handovers as freezing
from allocation.services.books import Move, lock_books, move_clients
from allocation.services.freeze_handovers import freeze_handovers
from branch_crm.core import trading_calendar
from branch_crm.core.models import AuditEntry, JobRun
from clients.models import CashFlow, Client, ClientProfile, ProductOrder
from servicelog.models import Contact, MotTask, Promise
from servicelog.services.enter_complaint import enter_complaint
from servicelog.services.raise_tasks import raise_tasks
from tests.allocation.branch import ScoredBranch
from tests.cast import Cast

TODAY = timezone.localdate


def own_clients(ready: ScoredBranch) -> list[Client]:
    return list(Client.objects.filter(advisor=ready.cast.advisor_profile).order_by("pk"))


def move(
    ready: ScoredBranch, clients: list[Client], to: Any, *, on: date | None = None, reason: str = "handover"
) -> None:
    lock_books(ready.branch)
    move_clients(
        branch=ready.branch,
        moves=[Move(each.pk, Client.objects.get(pk=each.pk).advisor_id, to.pk if to else None) for each in clients],
        on=on or TODAY(),
        reason=reason,
        plan=None,
        actor=ready.cast.director,
    )


def talk(cast: Cast, client: Client, summary: str, *, ago: int = 5, **fields: Any) -> Contact:
    return Contact.objects.create(
        branch=cast.home, client=client, advisor=cast.advisor_profile, author=cast.advisor, channel="phone", purpose="care",
        token=f"00000000-0000-4000-8000-{Contact.objects.count():012d}", held_at=timezone.now() - timedelta(days=ago),
        summary=summary, **fields,
    )  # fmt: skip


def test_who_comes_from_another_advisor_has_a_dossier_and_who_comes_from_nobody_has_none(ready: ScoredBranch) -> None:
    moved = own_clients(ready)[:3]
    nobodys = Client.objects.filter(branch=ready.branch, advisor=None).first()
    assert nobodys is not None
    move(ready, [*moved, nobodys], ready.cast.colleague_profile)
    rows = Handover.objects.order_by("client")
    assert [row.client_id for row in rows] == [each.pk for each in moved]
    assert {(row.giver, row.taker) for row in rows} == {(ready.cast.advisor_profile, ready.cast.colleague_profile)}
    assert all(row.assignment.advisor == row.taker and row.on == TODAY() for row in rows)
    line = AuditEntry.objects.get(action="allocation.handovers_written")
    assert line.detail == {"day": TODAY().isoformat(), "clients": 3}


def test_written_again_nothing_doubles(ready: ScoredBranch) -> None:
    move(ready, own_clients(ready)[:3], ready.cast.colleague_profile)
    assert freeze_handovers(branch=ready.branch, on=TODAY()) == 0
    assert Handover.objects.count() == 3


def test_back_on_the_same_day_is_no_handover_and_twice_on_a_day_comes_from_who_really_served(
    ready: ScoredBranch,
) -> None:
    cast, client = ready.cast, own_clients(ready)[0]
    move(ready, [client], cast.colleague_profile)
    move(ready, [client], cast.advisor_profile, reason="rollback")
    assert [row.taker for row in Handover.objects.filter(client=client)] == [cast.colleague_profile]
    move(ready, [client], ready.advisors[2])
    assert [row.giver for row in Handover.objects.filter(client=client)] == [cast.advisor_profile] * 2


def test_out_of_the_pool_the_dossier_comes_from_the_last_advisor(ready: ScoredBranch) -> None:
    client = own_clients(ready)[0]
    move(ready, [client], None, on=TODAY() - timedelta(days=3))
    assert not Handover.objects.exists()
    move(ready, [client], ready.cast.colleague_profile)
    assert Handover.objects.get().giver == ready.cast.advisor_profile


def test_many_are_left_to_a_job_with_the_same_end(ready: ScoredBranch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freezing, "AT_ONCE", 2)
    monkeypatch.setattr(freezing, "BATCH", 2)
    move(ready, own_clients(ready)[:5], ready.cast.colleague_profile)
    assert not Handover.objects.exists()
    job = JobRun.objects.get(kind="allocation.freeze_handovers")
    assert job.params == {"branch_id": ready.branch.pk, "on": TODAY().isoformat()}
    seen: list[tuple[int, int]] = []
    assert freeze_handovers(branch=ready.branch, on=TODAY(), report=lambda *at: seen.append(at)) == 5
    assert seen == [(0, 5), (2, 5), (4, 5)]
    assert Handover.objects.count() == 5


def test_the_dossier_says_what_a_successor_must_know(ready: ScoredBranch) -> None:
    cast, client = ready.cast, own_clients(ready)[0]
    Client.objects.filter(pk=client.pk).update(
        phone_masked="138****5678",
        risk_valid_until=TODAY() - timedelta(days=2),
        birth_date=date(1961, 5, 7),
        has_margin=True,
    )
    ClientProfile.objects.create(
        branch=cast.home, client=client, marketing_opt_out=True, preferred_channel="wechat", wishes="为孩子留学做准备"
    )
    last = talk(cast, client, "客户想降低单一股票占比", next_step="带上配置建议书", next_on=TODAY() + timedelta(days=9))
    talk(cast, client, "三年前的开户面谈", ago=1100)
    Promise.objects.create(
        branch=cast.home, client=client, contact=last, text="两日内回复佣金", due_on=TODAY() - timedelta(days=1)
    )
    enter_complaint(
        client=client, actor=cast.counter, channel="phone", about="fees", text="佣金太高", received_on=TODAY()
    )
    for key, (kind, sum_) in enumerate((("buy", 50_000), ("redeem", 20_000))):
        ProductOrder.objects.create(
            branch=cast.home, client=client, row_key=str(key), day=TODAY() - timedelta(days=30), product_code="F1",
            product_name="稳健一号", risk_level="R2", kind=kind, amount=Decimal(sum_),
        )  # fmt: skip
    CashFlow.objects.create(
        branch=cast.home, client=client, row_key="1", day=TODAY(), kind="银证转账", amount=Decimal(-1), is_external=True
    )
    move(ready, [client], cast.colleague_profile)
    handover = Handover.objects.get()
    told = handover.dossier
    assert (told["who"]["phone"], told["who"]["born"]) == ("138****5678", 1961)
    assert told["permissions"][0] == "has_margin"
    assert [row["summary"] for row in told["log"]["contacts"]] == ["客户想降低单一股票占比"]
    assert told["log"]["older"] == 1
    assert [(row["name"], row["rest"], row["held"]) for row in told["products"]] == [("稳健一号", "30000.00", True)]
    assert (told["value"]["policy"], told["persona"]["policy"]) == (1, 1)
    assert told["profile"]["wishes"] == "为孩子留学做准备"
    wishes = told["sensitivities"]
    assert (wishes["no_marketing"], wishes["channel"], wishes["quiet_from"]) == (True, "wechat", "21:00")
    assert wishes["care_until"] == (TODAY() + COMPLAINT_CARE).isoformat()
    assert [row["name"] for row in told["served"]] == ["王芳", "李文"]
    said = [point["code"] for point in told["first_call"]]
    assert said[:5] == ["introduce", "answer_complaint", "keep_promise", "next_step", "risk_expired"]
    assert {"do", "dont", "channel", "no_marketing"} <= set(said)
    assert told["first_call"][2]["late"] is True


def test_no_document_number_and_nothing_sealed_is_in_it(ready: ScoredBranch) -> None:
    client = own_clients(ready)[0]
    Client.objects.filter(pk=client.pk).update(id_sealed="SEALED-ID", phone_sealed="SEALED-PHONE", id_tail="4321")
    move(ready, [client], ready.cast.colleague_profile)
    text = json.dumps(Handover.objects.get().dossier)
    assert not any(secret in text for secret in ("SEALED", "4321"))


def test_it_stays_as_it_was_and_its_seal_tells_when_it_does_not(ready: ScoredBranch) -> None:
    client = own_clients(ready)[0]
    move(ready, [client], ready.cast.colleague_profile)
    talk(ready.cast, client, "移交之后的联系", ago=0)
    Client.objects.filter(pk=client.pk).update(name="改名之后")
    handover = Handover.objects.get()
    assert handover.dossier["who"]["name"] == client.name
    assert not handover.dossier["log"]["contacts"]
    assert handover.digest == digest(handover.dossier)
    handover.dossier["who"]["name"] = "改名之后"
    assert handover.digest != digest(handover.dossier)


def test_as_many_questions_for_twelve_as_for_two(ready: ScoredBranch) -> None:
    own = own_clients(ready)
    counts = []
    for moved in (own[:2], own[2:14]):
        with CaptureQueriesContext(connection) as asked:
            move(ready, moved, ready.cast.colleague_profile)
        counts.append(len(asked) - len(moved))  # the helper asks each client's holder
    assert counts[1] <= counts[0]  # the first one also writes the branch's first MOT policy


def test_the_introduction_is_asked_for_on_the_day_itself_and_once(ready: ScoredBranch) -> None:
    client = own_clients(ready)[0]
    move(ready, [client], ready.cast.colleague_profile)
    task = MotTask.objects.get(client=client, kind="new_advisor")
    assert (task.mandatory, task.advisor, task.raised_on) == (True, ready.cast.colleague_profile, TODAY())
    assert task.due_on == trading_calendar.load().shift(TODAY(), 3)
    raise_tasks(branch=ready.branch, day=TODAY())
    assert MotTask.objects.filter(client=client, kind="new_advisor").count() == 1


def test_who_comes_back_soon_need_not_introduce_himself(ready: ScoredBranch) -> None:
    client = own_clients(ready)[0]
    move(ready, [client], ready.cast.colleague_profile, on=TODAY() - timedelta(days=10), reason="cover")
    MotTask.objects.all().delete()
    move(ready, [client], ready.cast.advisor_profile, reason="return")
    assert Handover.objects.filter(client=client).count() == 2
    assert not MotTask.objects.filter(kind="new_advisor").exists()


def test_a_reader_signs_what_he_has_seen() -> None:
    assert seen_mark("a", "") != seen_mark("a", "看") != seen_mark("b", "看")


def test_a_complaint_asks_for_care_until_it_is_settled_and_three_months_after_it_came() -> None:
    came = date(2026, 1, 5)
    end = came + COMPLAINT_CARE
    assert cooling_until(came, settled=True, on=date(2026, 2, 1)) == end
    assert cooling_until(came, settled=True, on=end + timedelta(days=1)) is None
    assert cooling_until(came, settled=False, on=end + timedelta(days=9)) == end + timedelta(days=9)


@given(
    st.floats(-1e9, 1e9),
    st.decimals(-10_000_000, 10_000_000, places=2),
    st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])),
)
@pytest.mark.django_db
def test_what_is_sealed_comes_back_from_the_database_as_it_was(number: float, money: Decimal, text: str) -> None:
    dossier = {"b": figure(number), "a": amount(money), "t": text, "l": [figure(-1e-9), None, True, 7]}
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::jsonb::text", [json.dumps(dossier)])
        assert digest(json.loads(cursor.fetchone()[0])) == digest(dossier)
