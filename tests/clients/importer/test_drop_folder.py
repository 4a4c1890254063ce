"""What the counter system drops is loaded once; what died is gone on with; what still arrives waits."""

from __future__ import annotations

from pathlib import Path

import pytest

from clients.models import Client, ImportRun
from clients.services import import_drop_folder as drop
from clients.services.import_drop_folder import drop_folder, import_drop_folder
from tests.clients.importer.extracts import CLIENTS, TRADES, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(branch, settings, tmp_path: Path, monkeypatch) -> Path:
    settings.EXTRACT_DROP_DIR = tmp_path / "drop"
    monkeypatch.setattr(drop, "SECOND_LOOK_AFTER", 0)
    return drop_folder(branch)


def test_nothing_dropped_is_nothing_to_do(branch, folder):
    assert import_drop_folder(branch=branch) == []


def test_loose_files_folders_and_zips_are_extracts_loaded_once(branch, folder):
    write(folder / "客户资料_20261123.csv", CLIENTS)
    write(folder / "20261124" / "trades_20261124.csv", TRADES)
    runs = import_drop_folder(branch=branch)
    assert [run.state for run in runs] == ["done", "done"]
    assert {run.source for run in runs} == {"night"}
    assert import_drop_folder(branch=branch) == []


def test_a_file_that_changed_is_loaded_again(branch, folder):
    path = write(folder / "clients.csv", CLIENTS)
    import_drop_folder(branch=branch)
    write(path, [*CLIENTS, ["000009", "新客户", "", "", "", "", ""]])
    assert len(import_drop_folder(branch=branch)) == 1
    assert Client.objects.count() == 4


def test_a_file_that_is_still_growing_waits(branch, folder, monkeypatch):
    path = write(folder / "clients.csv", CLIENTS)
    monkeypatch.setattr(drop.time, "sleep", lambda _seconds: path.write_bytes(path.read_bytes() + b"\n"))
    assert import_drop_folder(branch=branch) == []
    assert not ImportRun.objects.exists()


def test_a_night_that_died_is_gone_on_with(branch, folder):
    write(folder / "clients.csv", CLIENTS)
    died = import_drop_folder(branch=branch)[0]
    ImportRun.objects.filter(pk=died.pk).update(state=ImportRun.State.RUNNING, finished_at=None)
    assert [run.pk for run in import_drop_folder(branch=branch)] == [died.pk]
    died.refresh_from_db()
    assert died.state == ImportRun.State.DONE


def test_other_branches_folders_are_not_looked_at(branch, folder):
    write(folder.parent / "6102" / "clients.csv", CLIENTS)
    assert import_drop_folder(branch=branch) == []


def test_links_are_not_followed(branch, folder, tmp_path):
    write(tmp_path / "elsewhere" / "clients.csv", CLIENTS)
    folder.mkdir(parents=True)
    (folder / "20261123").symlink_to(tmp_path / "elsewhere")
    assert import_drop_folder(branch=branch) == []
