"""What a service of this app may refuse, in words for the person who asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class AllocationError(Exception):
    """The request cannot be done as it stands. `message` is translated; `field` names the form field, if there is one."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


@dataclass(frozen=True)
class ClientConflict:
    """A client whose books no longer stand as the plan assumes. code: moved, closed, refused, locked, decided.

    holder: name of who has the client now (or is refused, or locked to); plan: number of the plan that did it, if any;
    plan_id and request_id lead to it.
    """

    client_id: int
    client: str
    code: str
    holder: str = ""
    plan: int | None = None
    plan_id: int | None = None
    request_id: int | None = None


class PlanConflict(AllocationError):
    """Somebody else was faster. Nothing was changed; `conflicts` says what stands against it, client by client."""

    def __init__(self, message: str, *, code: str, conflicts: Sequence[ClientConflict] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.conflicts = tuple(conflicts)
