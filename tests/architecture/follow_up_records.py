"""Records of compliance follow-up, one of each kind on each side of the world of the access tests."""

from __future__ import annotations

from collections.abc import Callable

from branch_crm.core.models import Role, Staff
from servicelog.domain.follow_up import DEFAULT_RULES
from servicelog.models import FollowUp, FollowUpPlan, FollowUpPolicy
from servicelog.services.follow_up_policies import ensure_follow_up_policy
from tests.architecture.side import DAY, Arguments, Side


def _follow_up(side: Side) -> Arguments:
    """For the counter to ask; on the other side there is no counter."""
    made = FollowUp.objects.create(
        branch=side.branch,
        client=side.client,
        kind=FollowUp.Kind.NEW,
        happening=f"opened:{DAY}",
        due_on=DAY,
        executor=Staff.objects.filter(branch=side.branch, role=Role.COUNTER).first(),
        policy=ensure_follow_up_policy(branch=side.branch, on=DAY),
    )
    return {"pk": made.pk}


def _follow_up_plan(side: Side) -> Arguments:
    policy = ensure_follow_up_policy(branch=side.branch, on=DAY)
    given = {"eligible": 120, "drawn": 12, "strata": {"4/C3": [120, 12]}, "made_by": side.director}
    return {"pk": FollowUpPlan.objects.create(branch=side.branch, year=DAY.year, policy=policy, seed=7, **given).pk}


def _follow_up_policy(side: Side) -> Arguments:
    """A draft."""
    return {"pk": FollowUpPolicy.objects.create(branch=side.branch, version=9, rules=DEFAULT_RULES).pk}


FOLLOW_UP_RECORDS: dict[str, Callable[[Side], Arguments]] = {
    "follow_up": _follow_up,
    "follow_up_plan": _follow_up_plan,
    "follow_up_policy": _follow_up_policy,
}
