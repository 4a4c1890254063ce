"""The transfer guard: a client is not passed from hand to hand, and not right after a complaint.

A transfer is a change from one advisor to another that lasted at least a day: by a plan, a handover, a rollback, or a request
that an advisor made. Changes the client asked for do not count, nor does what was published and taken back on one day.
"""

from __future__ import annotations

from allocation.domain.fit.policy import MatchRules
from allocation.domain.tables import Bools, Floats, Ints


def guarded(transfers: Ints, since_complaint: Floats, rules: MatchRules) -> Bools:
    """(N,) clients who must not change hands now.

    transfers: within the last rules.guard_days days. since_complaint: days since the last complaint, NaN = never.
    """
    often = (transfers >= rules.guard_transfers) & (rules.guard_days > 0)
    return often | (since_complaint < rules.guard_complaint_days)
