"""The own book beside the branch: what is judged in time, what of colleagues is shown, and how the day begins."""

from datetime import date, time, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from clients.models import Client
from servicelog.domain.queue_order import in_quiet_hours
from servicelog.models import MotTask
from servicelog.queries.track_record import judged_tasks, on_time_by_advisor
from tests.cast import profile
from tests.servicelog.branch import at_ten, client_of, log, task
from tests.servicelog.test_today import tiered

BACKEND = "django.contrib.auth.backends.ModelBackend"


def done(cast, client: Client, kind: str, *, due_on: date, days_late: int, **fields) -> MotTask:
    made = task(cast, client, kind, due_on=due_on, **fields)
    logged = log(cast, client, summary=f"{kind}：与客户谈妥了此事，客户表示满意并约定下月再联系")
    made.state, made.contact, made.closed_on = "done", logged.contact, due_on + timedelta(days=days_late)
    made.save()
    return made


@pytest.mark.django_db
def test_what_is_judged_in_time(cast):
    today = timezone.localdate()
    held, past = client_of(cast), today - timedelta(days=10)
    moved = client_of(cast, "80000002", "王丽", advisor=cast.colleague_profile)
    done(cast, held, "large_outflow", due_on=past, days_late=0)
    done(cast, held, "large_inflow", due_on=past, days_late=1)
    task(cast, held, "id_expiring", due_on=past)
    task(cast, held, "risk_expiring", due_on=past, state="lapsed", lapse_reason="overtaken", closed_on=today)
    # Nobody's fault, or not decided yet.
    task(cast, held, "risk_expired", due_on=past, state="lapsed", lapse_reason="renewed", closed_on=today)
    task(cast, held, "closing", due_on=today)
    task(cast, held, "birthday", mandatory=False, due_on=past)
    task(cast, moved, "large_outflow", due_on=past, advisor=cast.advisor_profile)
    outcomes = dict(judged_tasks(cast.home, today=today).values_list("kind", "outcome"))
    assert outcomes == {
        "large_outflow": "on_time",
        "large_inflow": "late",
        "id_expiring": "late",
        "risk_expiring": "late",
    }
    assert on_time_by_advisor(cast.home, today=today) == {cast.advisor_profile.pk: (1, 4)}


@pytest.mark.django_db
@pytest.mark.parametrize(("hour", "outcome"), [(time(11), "on_time"), (time(9), "late")])
def test_an_hour_is_part_of_the_deadline(cast, hour, outcome):
    held = client_of(cast)
    day = timezone.localdate(at_ten())
    done(cast, held, "new_share_win", due_on=day, days_late=0, due_time=hour)
    assert judged_tasks(cast.home, today=day + timedelta(days=1)).get().outcome == outcome


def own_page(cast, client):
    client.force_login(cast.advisor, backend=BACKEND)
    return client.get(reverse("servicelog:my_book"))


@pytest.mark.django_db
def test_own_figures_lead_to_their_records_and_few_colleagues_stay_unseen(cast, client):
    held = tiered(client_of(cast), 5)
    late = task(cast, held, due_on=timezone.localdate() - timedelta(days=5))
    bad = log(cast, held, reached=False).contact
    page = own_page(cast, client)
    text = page.content.decode()
    assert reverse("servicelog:task_why", args=[late.pk]) in text
    assert reverse("servicelog:contact_detail", args=[bad.pk]) in text
    assert page.context["kept"].share == 0
    assert [page.context[name].place for name in ("kept", "on_time", "logs")] == [None] * 3


@pytest.mark.django_db
def test_of_colleagues_only_quartiles_are_shown(cast, client):
    tiered(client_of(cast), 5)
    others = [profile(cast.home, f"B{at:03}", f"同事{at}甲") for at in range(5)]
    for at, other in enumerate(others):
        tiered(client_of(cast, f"9000{at:04}", f"旁人{at}乙", advisor=other), 5)
    page = own_page(cast, client)
    place = page.context["kept"].place
    assert (place.people, place.own) == (6, 0)
    text = page.content.decode()
    assert not [name for at in range(5) for name in (f"同事{at}甲", f"旁人{at}乙") if name in text]


@pytest.mark.django_db
def test_an_advisor_without_a_profile_is_told_whom_to_ask(cast, client):
    cast.advisor_profile.account = None
    cast.advisor_profile.save()
    assert own_page(cast, client).status_code == 403


@pytest.mark.django_db
def test_an_advisor_begins_with_today_and_the_others_do_not(cast, client):
    client.force_login(cast.advisor, backend=BACKEND)
    assert client.get("/")["Location"] == reverse("servicelog:today")
    client.force_login(cast.director, backend=BACKEND)
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    ("at", "quiet"),
    [(time(20, 59), False), (time(21), True), (time(0), True), (time(8, 29), True), (time(8, 30), False)],
)
def test_quiet_hours_run_over_midnight(at, quiet):
    assert in_quiet_hours(at, time(21), time(8, 30)) is quiet
    assert not in_quiet_hours(at, time(9), time(9))


@pytest.mark.django_db
def test_in_quiet_hours_only_what_is_mandatory_is_shown(cast, client):
    evening = timezone.localtime().replace(hour=22, minute=0)
    task(cast, client_of(cast), due_on=timezone.localdate())
    task(cast, client_of(cast, "80000002", "王丽"), "birthday", mandatory=False)
    with time_machine.travel(evening, tick=False):
        client.force_login(cast.advisor, backend=BACKEND)
        page = client.get(reverse("servicelog:today"))
    text = page.content.decode()
    assert ("张建国" in text, "王丽" in text, page.context["held_back"]) == (True, False, 1)


@pytest.mark.django_db
def test_the_desk_looks_into_one_queue(cast, client):
    task(cast, client_of(cast))
    task(cast, client_of(cast, "80000002", "王丽", advisor=cast.colleague_profile))
    client.force_login(cast.director, backend=BACKEND)
    address = reverse("servicelog:today")
    assert f"?advisor={cast.colleague_profile.pk}" in client.get(address).content.decode()
    queue = client.get(address, {"advisor": cast.colleague_profile.pk}).content.decode()
    assert ("王丽" in queue, "张建国" in queue) == (True, False)
    assert client.get(address, {"advisor": cast.stranger_profile.pk}).status_code == 404


@pytest.mark.django_db
def test_tasks_and_coverage_over_the_api(cast, client):
    held = tiered(client_of(cast), 5)
    own = task(cast, held, facts={"amount": "-500000", "from": "2026-11-20", "to": "2026-11-23"})
    other = tiered(client_of(cast, "80000002", "王丽", advisor=cast.colleague_profile), 3)
    task(cast, other, "birthday", mandatory=False)
    client.force_login(cast.advisor, backend=BACKEND)
    [row] = client.get(reverse("api:mot-task-list")).json()["results"]
    assert (row["id"], row["client"], row["advisor"]) == (own.pk, held.pk, cast.advisor_profile.pk)
    assert "50" in row["why"]
    assert client.get(reverse("api:mot-task-list"), {"mandatory": "false"}).json()["results"] == []
    coverage = client.get(reverse("api:service-coverage-list")).json()
    assert [(line["advisor"], line["tier"], line["wanted"]) for line in coverage] == [
        (cast.advisor_profile.pk, 0, 4),
        (cast.advisor_profile.pk, 5, 4),
    ]
    client.force_login(cast.director, backend=BACKEND)
    found = client.get(reverse("api:mot-task-list"), {"advisor": cast.colleague_profile.pk}).json()["results"]
    assert [row["client"] for row in found] == [other.pk]
    assert len(client.get(reverse("api:service-coverage-list")).json()) == 4
