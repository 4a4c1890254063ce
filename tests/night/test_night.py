"""A night from the drop folder to the flags; again, broken off, out of order, and over New Year."""

from __future__ import annotations

import json
import os
import shutil
import time
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.apps import apps
from django.core.management import CommandError, call_command
from django.urls import reverse

from branch_crm.core.jobs import runner
from branch_crm.core.models import JobRun
from branch_crm.night import run as night_run
from branch_crm.night.run import business_day, repeat_night, start_due_nights, start_night
from clients.demo_extract.branch import write_branch
from clients.models import BehaviourRun, Client, ScoringRun
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 24)
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture(scope="session")
def extract(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("extract")
    write_branch(folder, clients=80, advisors=4, seed=5, as_of=DAY, months=4)
    return folder


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def dropped(cast, extract, tmp_path, settings) -> Path:
    """The extract lies in the branch's drop folder since a minute ago."""
    settings.EXTRACT_DROP_DIR, settings.MEDIA_ROOT = tmp_path / "drop", tmp_path / "media"
    folder = settings.EXTRACT_DROP_DIR / cast.home.code / "20261124"
    shutil.copytree(extract, folder)
    settle(folder)
    return folder


def settle(folder: Path) -> None:
    for file in folder.iterdir():
        os.utime(file, (time.time() - 60, file.stat().st_mtime - 60))


def rows_of_everything() -> dict[str, int]:
    """Rows of every business table; sequences, sessions and the ledger of jobs do not count."""
    skip = {"core.jobrun", "sessions.session", "pghistory.context"}
    ours = ("core", "advisors", "clients", "allocation")
    return {
        model._meta.label_lower: model.objects.count()
        for model in apps.get_models()
        if model._meta.app_label in ours and model._meta.label_lower not in skip
    }


def test_one_night_from_the_drop_folder_to_the_flags(cast, dropped):
    job = runner.run(start_night(branch=cast.home, day=DAY).pk)
    assert job.state == JobRun.State.SUCCEEDED, job.error
    assert set(job.result) == {code for code, _name, _step in night_run.STEPS}
    assert Client.objects.filter(branch=cast.home).count() == 80
    served = Client.objects.filter(branch=cast.home, advisor__isnull=False)
    assert served.count() == job.result["holders"]["adopted"] > 0
    assert ScoringRun.objects.get(branch=cast.home, is_current=True).as_of == DAY
    assert BehaviourRun.objects.get(branch=cast.home, is_current=True).as_of == DAY
    assert Client.objects.exclude(branch=cast.home).count() == 0


def test_the_same_night_again_writes_nothing(cast, dropped):
    runner.run(start_night(branch=cast.home, day=DAY).pk)
    before = rows_of_everything()
    for _ in range(2):
        runner.run(repeat_night(branch=cast.home, day=DAY).pk)
    after = rows_of_everything()
    # Saying that it was repeated is all that may be added.
    after["core.auditentry"] -= 2
    assert after == before


def test_an_earlier_night_run_late_does_not_take_over(cast, dropped):
    runner.run(start_night(branch=cast.home, day=DAY).pk)
    runner.run(start_night(branch=cast.home, day=date(2026, 11, 20)).pk)
    assert ScoringRun.objects.get(branch=cast.home, is_current=True).as_of == DAY


def test_a_night_that_broke_off_goes_on_from_the_step_that_failed(cast, dropped, monkeypatch):
    seen: list[str] = []

    def watched(code, step, *, fail=False):
        def call(night):
            seen.append(code)
            if fail:
                raise RuntimeError("power cut")
            return step(night)

        return call

    steps = night_run.STEPS
    broken = tuple((code, name, watched(code, step, fail=code == "persona")) for code, name, step in steps)
    monkeypatch.setattr(night_run, "STEPS", broken)
    job = start_night(branch=cast.home, day=DAY)
    assert runner.run(job.pk).state == JobRun.State.FAILED
    monkeypatch.setattr(night_run, "STEPS", tuple((code, name, watched(code, step)) for code, name, step in steps))
    JobRun.objects.filter(pk=job.pk).update(state=JobRun.State.QUEUED)
    assert runner.run(job.pk).state == JobRun.State.SUCCEEDED
    codes = [code for code, _name, _step in steps]
    failed = codes.index("persona")
    assert seen == [*codes[: failed + 1], *codes[failed:]]


def test_a_night_without_an_extract_still_scores(cast, settings, tmp_path):
    settings.EXTRACT_DROP_DIR = tmp_path
    job = runner.run(start_night(branch=cast.home, day=DAY).pk)
    assert (job.state, job.result["extract"]) == (JobRun.State.SUCCEEDED, {"imports": {}})


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 24, 1, 30, tzinfo=SHANGHAI), date(2026, 11, 23)),
        (datetime(2026, 11, 24, 20, 0, tzinfo=SHANGHAI), date(2026, 11, 24)),
        (datetime(2027, 1, 1, 1, 30, tzinfo=SHANGHAI), date(2026, 12, 31)),
    ],
)
def test_a_night_belongs_to_the_business_day_before_it(moment, day):
    assert business_day(moment) == day


def test_nights_start_once_a_branch_after_the_hour(cast, settings):
    settings.NIGHT_AT = "01:30"
    assert start_due_nights(datetime(2026, 11, 24, 1, 0, tzinfo=SHANGHAI)) == []
    first = start_due_nights(datetime(2026, 11, 24, 1, 40, tzinfo=SHANGHAI))
    again = start_due_nights(datetime(2026, 11, 24, 7, 0, tzinfo=SHANGHAI))
    assert {job.branch for job in first} == {cast.home, cast.away}
    assert {job.pk for job in again} == {job.pk for job in first}
    assert start_due_nights(datetime(2026, 11, 24, 14, 0, tzinfo=SHANGHAI)) == []


@pytest.mark.parametrize("day", [date(2026, 12, 30), date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 4)])
def test_the_last_week_of_the_published_calendar_and_beyond(cast, settings, tmp_path, day):
    settings.EXTRACT_DROP_DIR = tmp_path
    evening = datetime(day.year, day.month, day.day, 20, 0, tzinfo=SHANGHAI)
    with time_machine.travel(evening, tick=True):
        job = runner.run(start_night(branch=cast.home, day=day).pk)
    assert job.state == JobRun.State.SUCCEEDED, job.error


class TestCommand:
    def test_json(self, cast, dropped, capsys):
        call_command("nightly", branch="6101", date=DAY, json=True)
        told = json.loads(capsys.readouterr().out)
        assert told["state"] == "succeeded"
        assert told["value"]["clients"] > 0

    def test_an_unknown_branch_is_named(self):
        with pytest.raises(CommandError, match="unknown branch 9999"):
            call_command("nightly", branch="9999")


class TestPages:
    def test_the_director_runs_a_day_again_and_sees_its_steps(self, client, cast, settings, tmp_path):
        settings.EXTRACT_DROP_DIR = tmp_path
        runner.run(start_night(branch=cast.home, day=DAY).pk)
        client.force_login(cast.director)
        assert "2026-11-24" in client.get(reverse("night:list")).content.decode()
        answer = client.post(reverse("night:start"), {"branch": cast.home.pk, "day": "2026-11-24"}, follow=True)
        assert answer.status_code == 200
        assert JobRun.objects.get(kind="night.run").state == JobRun.State.QUEUED

    @pytest.mark.parametrize("day", ["2099-01-01", "soon", ""])
    def test_a_wrong_day_starts_nothing(self, client, cast, day):
        client.force_login(cast.director)
        client.post(reverse("night:start"), {"branch": cast.home.pk, "day": day})
        assert not JobRun.objects.exists()

    def test_another_branch_cannot_be_started(self, client, cast):
        client.force_login(cast.director)
        answer = client.post(reverse("night:start"), {"branch": cast.away.pk, "day": "2026-11-24"})
        assert answer.status_code == 404
