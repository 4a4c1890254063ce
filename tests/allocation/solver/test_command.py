"""`manage.py solve_allocation`: exit codes, what goes where, and that it needs no database."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
GOOD = {
    "value": [2, 1],
    "fit": [[0.9, 0.1], [0.8, 0.7]],
    "load": [1, 1],
    "capacity": [1, 1],
    "client_ids": ["甲", "乙"],
}


def run(tmp_path, problem, *options):
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(problem))
    # A database that cannot answer: the command must not ask it, nor start one.
    env = os.environ | {
        "DATABASE_URL": "postgres://nobody@127.0.0.1:9/none",
        "REDIS_URL": "redis://127.0.0.1:9/0",
        "SECRET_KEY": "x" * 40,
        "FIELD_KEY": "y" * 40,
        "DJANGO_SETTINGS_MODULE": "branch_crm.settings",
    }
    command = [sys.executable, "manage.py", "solve_allocation", str(path), *options]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False)


def test_json_goes_to_standard_output_and_to_the_file(tmp_path):
    done = run(tmp_path, GOOD, "--json", "--out", str(tmp_path / "plan.json"))
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer == json.loads((tmp_path / "plan.json").read_text())
    assert answer["assignment"] == {"甲": "0", "乙": "1"}
    assert answer["status"] == "optimal"
    assert set(answer) == {
        "status", "objective", "upper_bound", "gap", "seconds", "assignment", "load", "value", "moves",
        "capacity_price", "fairness_price",
    }  # fmt: skip


def test_summary_without_json(tmp_path):
    done = run(tmp_path, GOOD)
    assert done.returncode == 0, done.stderr
    assert "optimal: 2 clients, 2 advisors" in done.stdout


def test_infeasible_exits_2_and_says_why(tmp_path):
    done = run(tmp_path, GOOD | {"capacity": [1, 0], "pool_allowed": False}, "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["status"] == "infeasible"
    assert "capacity" in done.stderr


@pytest.mark.parametrize(
    ("change", "options", "words"),
    [({"load": [1, -1]}, (), "load: "), ({}, ("--gap", "-1"), "--gap"), ({}, ("--time-limit", "0"), "--time-limit")],
)
def test_malformed_exits_1_and_names_the_field(tmp_path, change, options, words):
    done = run(tmp_path, GOOD | change, *options)
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr
