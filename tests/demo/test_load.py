"""The demo loads itself through the product's own services, goes on after a cut, and says so on the pages."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client as Browser

from advisors.models import Advisor, SkillEvidence
from allocation.models import Assignment
from branch_crm.core.jobs import runner
from branch_crm.core.models import JobRun, Staff
from branch_crm.demo import load, progress
from branch_crm.demo.accounts import PEOPLE, ensure_accounts
from branch_crm.demo.book import Book
from clients.models import Client, ClientProfile, ImportDataset, QuestionnaireAnswer, ScoringRun
from servicelog.models import Contact, MotTask

PASSWORD = "a-password-of-the-demo"


@pytest.fixture
def small(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two branches in a size that loads in seconds."""
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "uploads"
    monkeypatch.setattr(
        load,
        "books",
        lambda as_of: tuple(
            Book(code=code, clients=size, seed=seed, told=10, as_of=as_of)
            for code, size, seed in (("6101", 120, 1), ("6102", 40, 2))
        ),
    )
    ensure_accounts(password=PASSWORD)
    yield


@pytest.mark.django_db
def test_a_loaded_demo(small: None) -> None:
    progress.queue()
    job = JobRun.objects.get(key=progress.JOB_KEY)
    runner.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == (JobRun.State.SUCCEEDED, "")
    assert not progress.flag().exists()

    people = {person.username: Staff.objects.get(username=person.username) for person in PEOPLE}
    mine = Client.objects.visible_to(people["director"])
    assert mine.count() == 120
    assert Client.objects.visible_to(people["director2"]).count() == 40
    own_book = Client.objects.visible_to(people["advisor"])
    assert 0 < own_book.count() < 120, "the advisor's account has a book of its own"
    assert people["advisor"].name == Advisor.objects.get(account=people["advisor"]).name
    assert Assignment.objects.filter(client__in=own_book, advisor__account=people["advisor"]).exists()

    assert ScoringRun.objects.filter(is_current=True).count() == 2
    assert mine.filter(figures__tier=1).exists()
    assert SkillEvidence.objects.filter(advisor__branch__code="6101").count() > 5
    assert Contact.objects.visible_to(people["advisor"]).exists()
    moments = set(MotTask.objects.visible_to(people["advisor"]).values_list("kind", flat=True))
    assert {"new_share_win", "margin_line", "new_permission", "closing"} <= moments
    assert ClientProfile.objects.filter(branch__code="6101").count() == 10
    assert QuestionnaireAnswer.objects.filter(branch__code="6101").exists()
    assert all(
        row.read == row.added + row.changed + row.unchanged + row.rejected for row in ImportDataset.objects.all()
    )


@pytest.mark.django_db
def test_a_cut_load_goes_on_where_it_stopped(small: None, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def note(name: str, fails: bool = False) -> Any:
        def step(book: Book, told: Any) -> None:
            if fails and "failed" not in done:
                done.append("failed")
                raise RuntimeError("the power went out")
            done.append(f"{book.code} {name}")

        step.__name__ = name
        return step

    monkeypatch.setattr(load, "STEPS", (note("first"), note("second", fails=True), note("third")))
    progress.queue()
    job = JobRun.objects.get(key=progress.JOB_KEY)
    runner.run(job.pk)
    job.refresh_from_db()
    assert job.state == JobRun.State.FAILED
    assert progress.flag().exists()
    progress.queue()  # as the next start of the demo does
    runner.run(job.pk)
    assert done == [
        "6101 first", "failed", "6101 second", "6101 third", "6102 first", "6102 second", "6102 third"
    ]  # fmt: skip
    job.refresh_from_db()
    assert job.state == JobRun.State.SUCCEEDED


def test_names_of_steps_are_their_checkpoints() -> None:
    names = [step.__name__ for step in load.STEPS]
    assert len(set(names)) == len(names)
    assert [book.code for book in load.books(date(2026, 11, 23))] == ["6101", "6102"]


@pytest.mark.django_db
def test_pages_say_that_data_are_on_their_way(small: None, client: Browser) -> None:
    client.force_login(Staff.objects.get(username="manager"), backend="django.contrib.auth.backends.ModelBackend")
    quiet = client.get("/").content.decode()
    progress.queue()
    assert "/demo/loading/" not in quiet
    assert "/demo/loading/" in client.get("/").content.decode()
    assert client.get("/demo/loading/").status_code == 200
    JobRun.objects.update(state=JobRun.State.SUCCEEDED)
    assert client.get("/demo/loading/").status_code == 286, "htmx stops asking"
