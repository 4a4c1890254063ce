"""The frame of every page: what the rail offers, what the person's settings do, what pages fall back to."""

from datetime import date

import pytest
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.urls import reverse

from branch_crm.core.models import JobRun, Role
from branch_crm.core.rail import PLACES, installed, rail_for
from tests.cast import PASSWORD, Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def director(client: Client, cast: Cast) -> Client:
    client.force_login(cast.director, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize(
    ("who", "has", "lacks"),
    [
        ("director", "core:job_list", "core:staff_list"),
        ("admin", "core:staff_list", "clients:list"),
        ("compliance", "core:audit_list", "core:staff_list"),
        ("counter", "home", "core:job_list"),
        ("advisor", "advisors:list", "core:audit_list"),
    ],
)
def test_each_role_has_its_own_rail(cast: Cast, who: str, has: str, lacks: str) -> None:
    offered = {entry.url for entry in rail_for(cast.staff[who], "/")}
    assert reverse(has) in offered
    assert lacks not in {place.url_name for place, _url in installed(PLACES)} or reverse(lacks) not in offered


def test_every_page_of_a_rail_opens(client: Client, cast: Cast) -> None:
    for name, staff in cast.staff.items():
        client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
        for entry in rail_for(staff, "/"):
            assert client.get(entry.url, follow=True).status_code == 200, (name, entry.url)


@pytest.mark.parametrize("role", Role.values)
def test_no_two_pages_of_a_rail_share_a_key(role: str) -> None:
    keys = [place.key for place in PLACES if role in place.roles]
    assert len(keys) == len(set(keys))


def test_the_rail_marks_the_page_inside_a_section(cast: Cast) -> None:
    current = [entry.url for entry in rail_for(cast.director, reverse("core:job_list") + "7/") if entry.current]
    assert current == [reverse("core:job_list")]


def test_settings_are_kept_on_the_account(director: Client, cast: Cast) -> None:
    director.post(reverse("preferences"), {"theme": "dark"})
    director.post(reverse("preferences"), {"red_rises": "no"})
    director.post(reverse("preferences"), {"language": "en"})
    cast.director.refresh_from_db()
    assert (cast.director.theme, cast.director.red_rises, cast.director.language) == ("dark", False, "en")
    page = director.get("/").content.decode()
    assert 'lang="en"' in page
    assert 'data-bs-theme="dark"' in page
    assert 'data-red-rises="no"' in page


def test_unknown_settings_change_nothing(director: Client, cast: Cast) -> None:
    director.post(reverse("preferences"), {"theme": "pink", "language": "fr", "red_rises": "maybe"})
    cast.director.refresh_from_db()
    assert (cast.director.theme, cast.director.language, cast.director.red_rises) == ("auto", "", True)


@pytest.mark.parametrize("wanted", ["https://example.org/", "//example.org/", "javascript:alert(1)", ""])
def test_settings_never_lead_off_the_site(director: Client, wanted: str) -> None:
    assert director.post(reverse("preferences"), {"theme": "light", "next": wanted})["Location"] == "/"


def test_the_language_of_the_sign_in_page_can_be_changed(client: Client) -> None:
    assert "登录" in client.get(reverse("account_login")).content.decode()
    client.post(reverse("preferences"), {"language": "en", "next": reverse("account_login")})
    assert "Sign in" in client.get(reverse("account_login")).content.decode()


def test_running_work_shows_in_the_bar(director: Client, cast: Cast) -> None:
    JobRun.objects.create(kind="clients.score", key="a", branch=cast.away, state="running")
    assert "icon-turn" not in director.get(reverse("running_jobs")).content.decode()
    JobRun.objects.create(kind="clients.score", key="b", branch=cast.home, state="running", lease_until=None)
    assert "icon-turn" in director.get(reverse("running_jobs")).content.decode()


def test_progress_polls_until_the_end_and_then_says_so(director: Client, cast: Cast) -> None:
    job = JobRun.objects.create(kind="clients.score", key="b", branch=cast.home, state="running", done=1, total=4)
    running = director.get(reverse("job_progress", args=[job.pk]))
    assert "every 1s" in running.content.decode()
    assert "HX-Trigger" not in running
    JobRun.objects.filter(pk=job.pk).update(state="succeeded")
    ended = director.get(reverse("job_progress", args=[job.pk]))
    assert "every 1s" not in ended.content.decode()
    assert "job-finished" in ended["HX-Trigger"]


def test_progress_is_for_those_who_asked_or_oversee(client: Client, cast: Cast) -> None:
    job = JobRun.objects.create(kind="clients.export", key="b", branch=cast.home, created_by=cast.advisor)
    address = reverse("job_progress", args=[job.pk])
    for staff, status in ((cast.advisor, 200), (cast.colleague, 404), (cast.manager, 200), (cast.stranger, 404)):
        client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
        assert client.get(address).status_code == status


def test_a_page_opens_alone_and_in_the_drawer(client: Client, cast: Cast) -> None:
    client.force_login(cast.admin, backend="django.contrib.auth.backends.ModelBackend")
    alone = client.get(reverse("style_why")).content.decode()
    inside = client.get(
        reverse("style_why"), headers={"HX-Request": "true", "HX-Target": "drawer-body"}
    ).content.decode()
    assert alone.lstrip().startswith("<!doctype html>")
    assert "<html" not in inside
    assert "why-terms" in inside


def test_the_style_page_is_for_the_administrator(director: Client) -> None:
    assert director.get(reverse("style")).status_code == 404


def test_the_date_of_the_figures_stands_in_the_bar(director: Client, cast: Cast) -> None:
    from clients.models import ScoringRun, ValuePolicy

    policy = ValuePolicy.objects.create(branch=cast.home, version=990, rules={})
    ScoringRun.objects.create(
        branch=cast.home, as_of=date(2026, 11, 20), policy=policy, inputs_hash="x", is_current=True
    )
    assert "2026-11-20" in director.get("/").content.decode()


def test_five_wrong_passwords_lock_the_account_in_words(client: Client, cast: Cast) -> None:
    # allauth's own limits count in the cache, over test runs.
    cache.clear()
    for _attempt in range(5):
        answer = client.post(reverse("account_login"), {"login": "director", "password": "wrong-password"})
    assert answer.status_code == 429
    assert "15 分钟" in answer.content.decode()
    right = client.post(reverse("account_login"), {"login": "director", "password": PASSWORD})
    assert right.status_code == 429


@pytest.mark.parametrize("name", ["account_signup", "account_reset_password"])
def test_nobody_signs_up_or_resets_by_mail(client: Client, name: str) -> None:
    page = client.get(reverse(name)).content.decode()
    assert "<form" not in page.split("entrance-card")[1].split("entrance-foot")[0]


def test_error_pages_say_what_to_do(director: Client, rf: RequestFactory) -> None:
    from django.views import defaults

    assert "Ctrl K" in director.get("/nothing-here/").content.decode()
    assert "重试" in defaults.server_error(rf.get("/")).content.decode()
    assert "返回" in defaults.bad_request(rf.get("/"), ValueError()).content.decode()
