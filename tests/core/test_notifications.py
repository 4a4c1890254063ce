"""Who is told what, once; nobody hears another's; the words come in the reader's language."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from branch_crm.core.jobs import enqueue, job_kind, runner
from branch_crm.core.models import MutedKind, Notification, Role
from branch_crm.core.notifications import kinds_for, notification_kind, notify, notify_each, people_of, text_of
from branch_crm.core.services.prune_notifications import prune_notifications
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db
KIND = "core.job_finished"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def tell(cast: Cast, key: str = "event:1", **given: object) -> None:
    told = {"recipients": people_of(cast.home, Role.DIRECTOR, Role.ASSISTANT), "url": "/jobs/1/", "work": "night.run"}
    notify(**({"kind": KIND, "key": key, "branch": cast.home} | told | given))


def told(cast: Cast) -> set[str]:
    return {n.recipient.username for n in Notification.objects.select_related("recipient")}


def browser(who: object) -> Client:
    client = Client()
    client.force_login(who, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_an_event_is_told_once_to_those_it_concerns(cast: Cast, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(3):  # whom, who of them listens, the rows
        tell(cast)
    tell(cast)
    assert sorted(Notification.objects.values_list("recipient__username", flat=True)) == sorted(
        [cast.director.username, cast.assistant.username]
    )


def test_the_doer_the_muted_the_closed_and_the_missing_are_not_told(cast: Cast) -> None:
    MutedKind.objects.create(staff=cast.assistant, kind=KIND)
    cast.colleague.is_active = False
    cast.colleague.save()
    tell(cast, recipients=[cast.director, cast.assistant, cast.colleague, cast.advisor, None], actor=cast.director)
    assert told(cast) == {cast.advisor.username}


def test_everybody_may_hear_figures_of_their_own(cast: Cast) -> None:
    figures = {cast.director.pk: {"work": "night.run"}, cast.advisor.pk: {"work": "clients.rescore"}}
    notify_each(params_of=figures, kind=KIND, key="own", branch=cast.home, url="/")
    assert dict(Notification.objects.values_list("recipient", "params__work")) == {
        cast.director.pk: "night.run",
        cast.advisor.pk: "clients.rescore",
    }


@pytest.mark.parametrize("value", ["李文", "Li Wen", "13987654321", "110101199001011234"])
def test_personal_data_is_refused(cast: Cast, value: str) -> None:
    with pytest.raises(ValueError, match="numbers, codes and dates"):
        tell(cast, work=value)


@pytest.mark.parametrize("url", ["https://example.com/", "//example.com", "jobs/", "/a b", "/\\example.com"])
def test_an_address_elsewhere_is_refused(cast: Cast, url: str) -> None:
    with pytest.raises(ValueError, match="no path"):
        tell(cast, url=url)


def test_a_text_that_could_not_be_made_is_refused_at_once(cast: Cast) -> None:
    with pytest.raises(TypeError):
        tell(cast, plan=7)
    with pytest.raises(ValueError, match="unknown"):
        tell(cast, kind="core.nothing")
    with pytest.raises(ValueError, match="twice"):
        notification_kind(KIND, label=_("unread"), roles=())(lambda: "")


def test_words_follow_the_reader_and_old_kinds_still_stand(cast: Cast) -> None:
    with translation.override("en"):
        assert text_of(KIND, {"work": "night.run"}) == "Nightly run: finished."
        assert "no words" in text_of("gone.kind", {"x": 1})
    with translation.override("zh-hans"):
        assert "已完成" in text_of(KIND, {"work": "night.run"})


def test_the_bell_is_silent_until_its_number_changes(cast: Cast, django_assert_num_queries: object) -> None:
    who = browser(cast.director)
    address = "/notifications/bell/?shown={}"
    assert who.get(address.format(0), headers={"X-Poll": "1"}).status_code == 204
    tell(cast)
    assert "shown=1" in who.get(address.format(0)).content.decode()
    with django_assert_num_queries(3):  # the session, the person, the count
        assert who.get(address.format(1)).status_code == 204


def test_reading_one_and_reading_all(cast: Cast) -> None:
    for number in range(3):
        tell(cast, key=f"event:{number}")
    who, first = browser(cast.director), Notification.objects.filter(recipient=cast.director).earliest("pk")
    assert who.post(f"/notifications/{first.pk}/read/").status_code == 204
    read_at = Notification.objects.get(pk=first.pk).read_at
    who.post(f"/notifications/{first.pk}/read/")
    assert Notification.objects.get(pk=first.pk).read_at == read_at
    assert browser(cast.assistant).post(f"/notifications/{first.pk}/read/").status_code == 404
    answer = who.post("/notifications/read/", headers={"HX-Request": "true"})
    assert answer.headers["HX-Trigger"] == '{"notifications-read": {}}'
    assert not Notification.objects.filter(recipient=cast.director).unread().exists()
    assert Notification.objects.filter(recipient=cast.assistant).unread().count() == 3


def test_the_page_goes_back_by_key(cast: Cast) -> None:
    for number in range(51):
        tell(cast, key=f"event:{number}")
    who = browser(cast.director)
    first = who.get("/notifications/")
    assert len(first.context["rows"]) == 50
    second = who.get(f"/notifications/?before={first.context['older']}")
    assert [row.key for row in second.context["rows"]] == ["event:0"]
    assert who.get("/notifications/?before=99999999999999999999999").status_code == 200
    assert who.get("/notifications/?unread=1&before=x").status_code == 200


def test_a_person_chooses_among_the_kinds_of_the_role(cast: Cast) -> None:
    who = browser(cast.director)
    wanted = [kind.code for kind in kinds_for(cast.director) if kind.code != KIND]
    who.post("/notifications/settings/", {"kinds": wanted})
    assert list(cast.director.muted_kinds.values_list("kind", flat=True)) == [KIND]
    tell(cast)
    assert told(cast) == {cast.assistant.username}
    who.post("/notifications/settings/", {"kinds": [*wanted, KIND, "not.a.kind"]})
    assert not MutedKind.objects.exists()
    assert KIND not in {kind.code for kind in kinds_for(cast.advisor)}


@job_kind("tests.told")
def told_work(progress: object, *, fail: bool) -> None:
    if fail:
        raise RuntimeError("no paper")


@pytest.mark.parametrize(("fail", "kind"), [(False, "core.job_finished"), (True, "core.job_failed")])
def test_who_asked_for_work_hears_its_end(cast: Cast, fail: bool, kind: str) -> None:
    job = enqueue("tests.told", key=f"told:{fail}", branch=cast.home, actor=cast.director, fail=fail)
    nightly = enqueue("tests.told", key=f"untold:{fail}", branch=cast.home, fail=fail)
    runner.run(job.pk)
    runner.run(nightly.pk)
    only = Notification.objects.get()
    assert (only.recipient, only.kind, only.url) == (cast.director, kind, f"/jobs/{job.pk}/")


def test_after_ninety_days_they_go(cast: Cast) -> None:
    tell(cast, key="old")
    Notification.objects.update(created_at=timezone.now() - timedelta(days=92))
    tell(cast, key="new")
    assert prune_notifications(branch=cast.away, on=timezone.localdate()) == 0
    assert prune_notifications(branch=cast.home, on=timezone.localdate()) == 2
    assert set(Notification.objects.values_list("key", flat=True)) == {"new"}


def test_the_api_shows_ones_own(cast: Cast) -> None:
    tell(cast)
    who = browser(cast.director)
    shown = who.get("/api/v1/notifications/?unread=true").json()["results"]
    assert [(row["kind"], row["url"], row["read_at"]) for row in shown] == [(KIND, "/jobs/1/", None)]
    assert who.post(f"/api/v1/notifications/{shown[0]['id']}/read/").json()["read_at"]
    assert who.post("/api/v1/notifications/read/").json() == {"marked": 0}
    assert browser(cast.advisor).get("/api/v1/notifications/").json()["results"] == []
