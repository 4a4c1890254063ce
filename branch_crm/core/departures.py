"""What still hangs on an account: apps register a check here, so that no account ends while clients or work need a home."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from branch_crm.core.models import Staff

#: account -> what has no home yet, in words with numbers ("12 clients"); empty when nothing stands against the end.
Check = Callable[[Staff], Sequence[str]]

CHECKS: list[Check] = []


def register(check: Check) -> None:
    """Called from an AppConfig's ready()."""
    if check not in CHECKS:
        CHECKS.append(check)


def without_home(account: Staff) -> list[str]:
    return [words for check in CHECKS for words in check(account)]
