"""A branch with clients to ask, two people of the counter who ask, and compliance who reads over."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from branch_crm.core.models import Role, Staff
from clients.models import Client, ClientFigures, RiskLevel
from servicelog.domain.follow_up import read_follow_up_rules
from servicelog.models import FollowUp
from servicelog.services.assign_follow_ups import assign_follow_ups
from servicelog.services.follow_up_policies import ensure_follow_up_policy
from servicelog.services.record_follow_up import Talk
from tests.cast import Cast, account

OLD = date(2015, 6, 1)


def second_counter(cast: Cast) -> Staff:
    return account("counter2", name="何静", role=Role.COUNTER, branch=cast.home, staff_no="C002")


def book(cast: Cast, count: int, **fields: Any) -> list[Client]:
    """`count` old clients of 李文's, spread over tiers and risk levels."""
    fields = {"advisor": cast.advisor_profile, "opened_on": OLD, **fields}
    first = Client.objects.count()
    clients = Client.objects.bulk_create(
        Client(
            branch=cast.home,
            client_no=f"9{at:07d}",
            name=f"客户{at}",
            risk_level=RiskLevel.values[1 + at % 5],
            **fields,
        )
        for at in range(first, first + count)
    )
    for at, client in enumerate(clients):
        ClientFigures.objects.filter(client=client).update(tier=1 + at % 3)
    return clients


def follow_up(cast: Cast, client: Client, **fields: Any) -> FollowUp:
    today = timezone.localdate()
    fields = {"kind": FollowUp.Kind.OTHER, "happening": "test", "due_on": today + timedelta(days=5), **fields}
    policy = ensure_follow_up_policy(branch=cast.home, on=today)
    made = FollowUp.objects.create(branch=cast.home, client=client, policy=policy, **fields)
    if made.executor_id is None:
        assign_follow_ups(branch=cast.home, today=today)
        made.refresh_from_db()
    return made


def talk(cast: Cast, **fields: Any) -> Talk:
    """Everything in order; `traded="yes"` and the like change an answer, with what the client says beside it."""
    policy = ensure_follow_up_policy(branch=cast.home, on=timezone.localdate())
    answers = {question.code: question.good for question in read_follow_up_rules(policy.rules).questions}
    notes = {}
    for code in answers.keys() & fields.keys():
        answers[code], notes[code] = fields.pop(code), "客户称账户密码由客户经理保管"
    given = {"policy": policy.pk, "form": "phone", "recording": "REC-1", "answers": answers, "notes": notes, **fields}
    return Talk(**given)
