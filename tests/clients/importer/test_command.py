"""`manage.py import_extract`: totals on standard output, everything else on standard error, exit codes 0, 3 and 1."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from branch_crm.core.models import Branch
from clients.models import Client, ImportRun
from tests.clients.importer.extracts import CLIENTS, TRADES, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "extract"
    write(folder / "客户资料_20261123.csv", CLIENTS, encoding="gb18030")
    write(folder / "trades.csv", TRADES)
    return folder


def run(*arguments: object) -> tuple[int, str, str]:
    """Exit code, standard output, standard error."""
    out, err = StringIO(), StringIO()
    try:
        call_command("import_extract", *map(str, arguments), stdout=out, stderr=err)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue(), err.getvalue()
    except CommandError as error:
        return error.returncode, out.getvalue(), str(error)
    return 0, out.getvalue(), err.getvalue()


def test_everything_in(branch, folder):
    code, out, _err = run(folder, "--json")
    assert code == 0
    assert json.loads(out) == {
        "clients": {"read": 3, "added": 3, "changed": 0, "unchanged": 0, "rejected": 0},
        "trades": {"read": 3, "added": 3, "changed": 0, "unchanged": 0, "rejected": 0},
    }


def test_files_of_one_dataset_are_summed(branch, folder):
    write(folder / "成交_2.csv", [TRADES[0], ["000002", "20260106", "000001", "卖出", "9.00", "", "", "T4"]])
    code, out, _err = run(folder, "--json")
    assert code == 0
    assert json.loads(out)["trades"]["read"] == 4


def test_rejects_end_with_3_and_are_told_apart_from_the_totals(branch, folder):
    write(folder / "trades.csv", [*TRADES, ["nobody", "20260105", "600519", "买入", "1", "", "", "T9"]])
    code, out, err = run(folder, "--json")
    assert code == 3
    assert json.loads(out)["trades"]["rejected"] == 1
    assert ".csv" in err


def test_a_stopped_dataset_ends_with_3(branch, folder):
    write(folder / "trades.csv", [["客户号", "证券代码"], ["000001", "600519"]])
    code, out, err = run(folder, "--json")
    assert code == 3
    assert json.loads(out)["trades"]["read"] == 0
    assert "成交日期" in err


def test_a_dry_run_changes_nothing(branch, folder):
    code, out, _err = run(folder, "--json", "--dry-run")
    assert code == 0
    assert json.loads(out)["clients"]["added"] == 3
    assert not Client.objects.exists()
    assert not ImportRun.objects.exists()


def test_without_json_a_table_is_printed(branch, folder):
    code, out, _err = run(folder)
    assert code == 0
    assert "clients" in out
    assert "rejected" in out


def test_failures_end_with_1_and_name_what_to_do(branch, folder, tmp_path):
    Branch.objects.create(code="6102", name="咸阳人民路营业部")
    empty = tmp_path / "empty"
    empty.mkdir()
    unreadable = tmp_path / "unreadable"
    write(unreadable / "clients.csv", [["甲", "乙"], ["1", "2"]])
    for arguments, hint in (
        ((tmp_path / "nowhere", "--branch", "6101"), "nowhere"),
        ((folder, "--branch", "9999"), "6101"),
        ((folder,), "--branch"),
        ((empty, "--branch", "6101"), "clients"),
        ((unreadable, "--branch", "6101"), "客户号"),
    ):
        code, _out, err = run(*arguments)
        assert code == 1, arguments
        assert hint in err
    assert not Client.objects.exists()


def test_no_branch_at_all(db, tmp_path):
    code, _out, err = run(tmp_path)
    assert code == 1
    assert "create_branch" in err
