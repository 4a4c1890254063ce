"""What happened asks for a follow-up once, however often and in whatever order the nights run."""

from datetime import timedelta

import pytest
from django.utils import timezone

from advisors.models import Advisor
from clients.models import Client, ClientStatus
from servicelog.models import FollowUp, FollowUpPolicy, Recommendation
from servicelog.services.enter_complaint import enter_complaint
from servicelog.services.raise_follow_ups import raise_follow_ups, raise_leaver_follow_ups
from tests.servicelog.branch import client_of, log, product

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def kinds_of(client) -> list[str]:
    return sorted(FollowUp.objects.filter(client=client).values_list("kind", flat=True))


def night(cast, day=None):
    return raise_follow_ups(branch=cast.home, day=day or TODAY())


def test_a_new_client_is_asked_within_thirty_days_of_opening(cast):
    opened = TODAY() - timedelta(days=3)
    new = client_of(cast, opened_on=opened)
    client_of(cast, "80000002", "刘芳", opened_on=TODAY() - timedelta(days=60))
    client_of(cast, "80000003", "马超", opened_on=opened, status=ClientStatus.CLOSED)
    assert night(cast)["new"] == 1
    assert "new" not in night(cast)
    assert "new" not in night(cast, TODAY() - timedelta(days=1))
    asked = FollowUp.objects.get()
    assert (asked.client, asked.due_on, asked.executor) == (new, opened + timedelta(days=30), cast.counter)


def test_permissions_of_one_day_are_one_talk(cast):
    client = client_of(cast)
    Client.objects.filter(pk=client.pk).update(has_margin=True)
    Client.objects.filter(pk=client.pk).update(has_star=True)
    Client.objects.filter(pk=client.pk).update(occupation="教师")
    assert night(cast)["permission"] == 1
    assert FollowUp.objects.get(kind="permission").due_on == TODAY() + timedelta(days=30)
    night(cast)
    assert kinds_of(client) == ["permission"]


def test_the_clients_of_a_leaver_are_asked_whether_handed_over_before_or_not(cast):
    kept, moved = client_of(cast), client_of(cast, "80000002", "刘芳")
    other = client_of(cast, "80000003", "马超", advisor=cast.colleague_profile)
    Client.objects.filter(pk=moved.pk).update(advisor=cast.colleague_profile)
    Advisor.objects.filter(pk=cast.advisor_profile.pk).update(left=TODAY())
    new = raise_leaver_follow_ups(
        branch=cast.home, advisor=cast.advisor_profile, clients=[moved.pk], on=TODAY(), actor=cast.director
    )
    assert new == 1
    assert night(cast)["leaver"] == 1
    again = {"branch": cast.home, "advisor": cast.advisor_profile, "clients": [kept.pk, moved.pk], "on": TODAY()}
    assert raise_leaver_follow_ups(**again) == 0
    assert (kinds_of(kept), kinds_of(moved), kinds_of(other)) == (["leaver"], ["leaver"], [])


def test_advice_conduct_and_refused_attempts_ask(cast):
    advised, wronged, pushed = (client_of(cast, f"8000000{at}", f"客户{at}") for at in range(3))
    log(cast, advised, advice_given=True)
    enter_complaint(client=wronged, actor=cast.counter, channel="phone", about="conduct", text="客户经理频繁推销")
    for _twice in range(2):
        Recommendation.objects.create(
            branch=cast.home, client=pushed, product=product(cast, code=f"P{_twice}"), made_by=cast.advisor,
            staff_initiated=True, result="blocked",
        )  # fmt: skip
    raised = night(cast)
    assert (raised["advised"], raised["unusual"]) == (1, 2)
    assert night(cast) == {"assigned": 0, "nobody": 0}
    assert [kinds_of(one) for one in (advised, wronged, pushed)] == [["advised"], ["unusual"], ["unusual"]]


def test_an_event_that_the_policy_turns_off_asks_for_nothing(cast):
    FollowUpPolicy.objects.create(
        branch=cast.home, version=1, state="published", valid_from=TODAY(), rules={"new_client_days": 0}
    )
    client_of(cast, opened_on=TODAY())
    assert night(cast) == {"assigned": 0, "nobody": 0}
