"""Problem files: what is read, and which field a malformed one is blamed on."""

import json

import numpy as np
import pytest

from allocation.domain.problem_file import answer_as_json, parse_problem, read_problem
from allocation.domain.solver import ProblemError, solve

GOOD = {
    "value": [3, 2, 1],
    "fit": [[0.9, 0.2], [0.8, None], [0.1, 0.7]],
    "load": [1, 1, 1],
    "capacity": [2, 1],
    "incumbent": [0, None, 1],
    "switch_penalty": 0.05,
    "pool_allowed": [False, True, True],
    "fairness": None,
    "pinned": [[2, 1]],
    "client_ids": ["c1", "c2", "c3"],
    "advisor_ids": ["a", "b"],
}

MALFORMED = {
    "value missing": ({"value": None}, "value"),
    "value negative": ({"value": [3, -1, 1]}, "value"),
    "value text": ({"value": [3, "2", 1]}, "value"),
    "value truth": ({"value": [True, False, True]}, "value"),
    "value null": ({"value": [3, None, 1]}, "value"),
    "value not finite": ({"value": [3, float("inf"), 1]}, "value"),
    "value huge": ({"value": [3, 10**400, 1]}, "value"),
    "value table": ({"value": [[3, 2, 1]]}, "value"),
    "fit above one": ({"fit": [[0.9, 1.2], [0.8, None], [0.1, 0.7]]}, "fit"),
    "fit below zero": ({"fit": [[0.9, -0.2], [0.8, None], [0.1, 0.7]]}, "fit"),
    "fit ragged": ({"fit": [[0.9, 0.2], [0.8], [0.1, 0.7]]}, "fit"),
    "fit one row short": ({"fit": [[0.9, 0.2], [0.8, None]]}, "fit"),
    "fit text": ({"fit": [["x", 0.2], [0.8, None], [0.1, 0.7]]}, "fit"),
    "load too long": ({"load": [1, 1, 1, 1]}, "load"),
    "load wrong table": ({"load": [[1], [1], [1]]}, "load"),
    "load nan": ({"load": [1, float("nan"), 1]}, "load"),
    "capacity negative": ({"capacity": [2, -1]}, "capacity"),
    "capacity scalar": ({"capacity": 2}, "capacity"),
    "incumbent out of range": ({"incumbent": [0, None, 2]}, "incumbent"),
    "incumbent fraction": ({"incumbent": [0, None, 0.5]}, "incumbent"),
    "incumbent short": ({"incumbent": [0]}, "incumbent"),
    "switch penalty list": ({"switch_penalty": [0.05]}, "switch_penalty"),
    "switch penalty negative": ({"switch_penalty": -0.1}, "switch_penalty"),
    "pool number": ({"pool_allowed": 1}, "pool_allowed"),
    "pool short": ({"pool_allowed": [True]}, "pool_allowed"),
    "fairness text": ({"fairness": "0.1"}, "fairness"),
    "fairness truth": ({"fairness": True}, "fairness"),
    "fairness negative": ({"fairness": -0.1}, "fairness"),
    "pinned flat": ({"pinned": [2, 1]}, "pinned"),
    "pinned unknown client": ({"pinned": [[3, 1]]}, "pinned"),
    "pinned unknown advisor": ({"pinned": [[2, 2]]}, "pinned"),
    "client ids short": ({"client_ids": ["c1"]}, "client_ids"),
    "client ids twice": ({"client_ids": ["c1", "c2", "c1"]}, "client_ids"),
    "advisor ids number": ({"advisor_ids": 5}, "advisor_ids"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_field_is_named(name):
    change, field = MALFORMED[name]
    with pytest.raises(ProblemError) as raised:
        parse_problem(GOOD | change)
    assert raised.value.field == field
    assert str(raised.value).startswith(f"{field}: ")


def test_json_and_npz_hold_the_same_problem(tmp_path):
    text, archive = tmp_path / "p.json", tmp_path / "p.npz"
    text.write_text(json.dumps(GOOD))
    arrays = {name: value for name, value in GOOD.items() if value is not None}
    arrays["fit"] = np.array([[np.nan if x is None else x for x in row] for row in GOOD["fit"]])
    arrays["incumbent"] = [0, -1, 1]
    np.savez(archive, **arrays)
    answers = []
    for path in (text, archive):
        file = read_problem(path)
        answer = answer_as_json(solve(file.problem), file)
        answer.pop("seconds")
        answers.append(answer)
    assert answers[0] == answers[1]
    assert answers[0]["assignment"] == {"c1": "a", "c2": "a", "c3": "b"}
    assert answers[0]["status"] == "optimal"
    assert answers[0]["objective"] == pytest.approx(3 * 0.9 + 2 * 0.8 + 0.7)


def test_ids_default_to_indices():
    file = parse_problem({name: GOOD[name] for name in ("value", "fit", "load", "capacity")})
    assert (file.client_ids, file.advisor_ids) == (["0", "1", "2"], ["0", "1"])


def test_unknown_fields_are_listed_not_fatal():
    assert parse_problem(GOOD | {"comment": "x"}).unknown == ["comment"]


@pytest.mark.parametrize(
    ("name", "content"),
    [("p.json", b"{"), ("p.json", b"[1]"), ("p.json", b"\xff\xfe\x00"), ("p.npz", b"no zip"), ("p.txt", b"{}")],
)
def test_an_unreadable_file_is_named(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ProblemError) as raised:
        read_problem(path)
    assert raised.value.field == "file"
    assert name in str(raised.value)


def test_a_pickle_inside_an_archive_is_refused(tmp_path):
    path = tmp_path / "p.npz"
    np.savez(path, value=np.array([{"run": "me"}], dtype=object))
    with pytest.raises(ProblemError) as raised:
        read_problem(path)
    assert raised.value.field == "value"
