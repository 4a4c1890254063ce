"""All advisors beside each other, on any day; an advisor only oneself and a range without names."""

from datetime import date

import pytest
from django.urls import reverse

from advisors.queries.comparison import compare
from advisors.services.save_contest import ContestHead, save_contest
from tests.cast import profile

pytestmark = pytest.mark.django_db
DAY = date(2026, 10, 20)


@pytest.fixture
def tested(cast, team):
    """Everybody has spoken: 100, 85, 70, 55, 40, 25 points."""
    points = {who.pk: 100.0 - 15 * at for at, who in enumerate(team)}
    save_contest(branch=cast.home, head=ContestHead("演讲比赛", "speech", DAY), entered=points, actor=None)
    return team


def test_sorted_by_a_skill_the_best_comes_first_and_the_untested_last(cast, tested):
    late = profile(cast.home, "0001", "未考")
    found = compare(cast.home, cast.director, on=DAY, sort="plain_speech")
    assert [row.advisor for row in found.people] == [*tested, late]
    speech = [cell for row in found.people for cell in row.cells if cell.skill == "plain_speech"]
    assert [cell.score is None for cell in speech] == [False] * 6 + [True]
    assert speech[0].heat > speech[3].heat
    assert speech[-1].share == 0


def test_skills_are_those_of_the_day_asked_for(client, cast, tested):
    client.force_login(cast.manager)
    page = reverse("advisors:comparison")
    before = client.get(page, {"on": "2026-10-19"}).context["found"]
    assert all(cell.score is None for row in before.people for cell in row.cells)
    for wrong in ("2999-01-01", "gestern"):
        answer = client.get(page, {"on": wrong})
        assert answer.status_code == 200
        assert answer.context["wrong_day"]


def test_up_to_four_stand_beside_each_other(client, cast, tested):
    client.force_login(cast.director)
    answer = client.get(reverse("advisors:comparison"), {"with": [who.pk for who in tested]})
    first_four = sorted(tested, key=lambda who: who.staff_no)[:4]
    assert [shape.name for shape in answer.context["radar"].shapes] == [who.name for who in first_four]
    assert client.get(reverse("advisors:comparison"), {"with": ["x", "999999"]}).context["radar"] is None


def test_an_advisor_sees_the_own_row_and_the_middle_of_the_branch(client, cast, tested):
    client.force_login(cast.advisor)
    answer = client.get(reverse("advisors:comparison"), {"with": [tested[1].pk]})
    text = answer.content.decode()
    assert "李文" in text
    assert not any(who.name in text for who in tested[1:])
    middle = next(item for item in answer.context["found"].ranges if item.skill == "plain_speech")
    assert (middle.tested, middle.low < middle.middle < middle.high) == (6, True)


def test_of_fewer_than_five_there_is_no_range(cast, tested):
    for who in tested[:2]:
        who.left = DAY
        who.save()
    assert all(item.middle is None for item in compare(cast.home, cast.advisor, on=DAY).ranges)
