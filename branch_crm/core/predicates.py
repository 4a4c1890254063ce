"""Predicates on roles, for every app's rules.py."""

from __future__ import annotations

import rules
from rules.predicates import Predicate

from branch_crm.core.models import Role, Staff


def has_role(*roles: Role) -> Predicate:
    """A predicate that holds for active staff in one of the roles."""

    @rules.predicate(f"role in {','.join(sorted(roles))}")
    def check(user: Staff) -> bool:
        return bool(getattr(user, "is_active", False)) and getattr(user, "role", None) in roles and not user.is_shut

    return check


@rules.predicate
def is_above_branches(user: Staff) -> bool:
    """Of the firm, not of one branch."""
    return user.is_firm_level


@rules.predicate
def may_take_data_out(user: Staff) -> bool:
    """Not for the account of somebody who leaves: reveals and exports end before the service of clients does."""
    return not user.is_narrowed
