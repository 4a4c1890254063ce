"""What no file tells: contests about the advisors, interviews with the clients."""

from pathlib import Path

import numpy as np
import pytest

from advisors.domain.default_rules import DEFAULT_RULES as SKILL_RULES
from advisors.domain.default_rules import SKILLS
from clients.demo_extract.contests import Evidence, hold_contests
from clients.demo_extract.interviews import Interview, hold_interviews
from clients.demo_extract.staff import hire_staff
from clients.domain.persona.default_rules import DEFAULT_RULES as PERSONA_RULES
from clients.domain.persona.questionnaire import classify
from tests.clients.demo_extract.conftest import AS_OF
from tests.clients.demo_extract.reading import read


@pytest.fixture(scope="module")
def results() -> list[Evidence]:
    return hold_contests(seed=5, advisors=26, as_of=AS_OF)


@pytest.fixture(scope="module")
def interviews() -> list[Interview]:
    return hold_interviews(seed=5, clients=2_000, as_of=AS_OF)


def test_contests_cover_every_kind_and_are_the_same_again(results: list[Evidence]) -> None:
    assert {row.kind for row in results} == set(SKILL_RULES["kinds"])
    assert results == hold_contests(seed=5, advisors=26, as_of=AS_OF)


def test_a_result_is_told_apart_by_person_kind_event_and_day(results: list[Evidence]) -> None:
    keys = {(row.staff_no, row.kind, row.event, row.held_on) for row in results}
    assert len(keys) == len(results)
    assert all(0 <= row.score <= 100 and row.held_on <= AS_OF for row in results)
    assert {row.skill for row in results} - {None} <= set(SKILLS)


def test_the_first_has_the_best_score(results: list[Evidence]) -> None:
    for winner in (row for row in results if row.rank == 1):
        event = [row for row in results if (row.event, row.held_on) == (winner.event, winner.held_on)]
        assert winner.score == max(row.score for row in event)
        assert winner.participants == len(event)


def test_nobody_competes_before_joining(results: list[Evidence]) -> None:
    joined = {member.number: member.joined for member in hire_staff(seed=5, advisors=26, as_of=AS_OF)}
    assert all(joined[row.staff_no] <= row.held_on for row in results)


def test_results_hint_at_the_skill_behind_them(results: list[Evidence]) -> None:
    truth = {member.number: member.skills for member in hire_staff(seed=5, advisors=26, as_of=AS_OF)}
    assessed = [row for row in results if row.kind == "director_assessment" and row.skill]
    pairs = [(truth[row.staff_no][SKILLS.index(row.skill or "")], row.score) for row in assessed]
    assert np.corrcoef(np.array(pairs).T)[0, 1] > 0.6


def test_interviews_belong_to_clients_of_the_branch(clean: Path, interviews: list[Interview]) -> None:
    opened = {row["客户号"]: row["开户日期"] for row in read(clean, "客户资料")}
    assert 0.1 < len(interviews) / len(opened) < 0.35
    for row in interviews:
        assert opened[row.client_no] <= row.held_on.isoformat() <= AS_OF.isoformat()
        assert sum(row.distribution.values()) <= 100
        assert set(row.wished_skills) <= set(SKILLS)


def test_questionnaires_can_be_read_and_lead_to_every_type(interviews: list[Interview]) -> None:
    read_as = [classify(row.answers, PERSONA_RULES) for row in interviews if row.answers]
    assert {"PP", "FF", "II", "AA"} <= {stated.persona for stated in read_as}
    assert 0.9 < sum(stated.consistent for stated in read_as) / len(read_as) < 1
