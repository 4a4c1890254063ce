"""Who may be let in, and how a row of the table of trust is written (access_table.py)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

DIRECTOR = frozenset({"director"})
DESK = DIRECTOR | {"assistant"}
HEADS = DESK | {"manager"}
READERS = HEADS | {"compliance"}
OFFICE = READERS | {"admin"}
ADVISORS = frozenset({"advisor", "colleague"})
STRANGER = frozenset({"stranger"})
#: Who works with clients at all: the firm's administrator does not.
BRANCH = READERS | ADVISORS | {"counter"}
#: Who sees one certain client or advisor of the branch: the colleague does not.
SEES_ONE = BRANCH - {"colleague"}
EVERYBODY = BRANCH | STRANGER | {"admin"}
OVERSEERS = frozenset({"manager", "compliance"})


@dataclass(frozen=True)
class Row:
    """`stranger`, the other branch's director, may use pages without a record exactly as the director may."""

    roles: frozenset[str]
    record: str = ""
    #: "get", "post", or "form": shown by GET, sent by POST, both for the same roles.
    method: str = "get"
    #: Whether the other branch's record must be tried (not for records that are the same for all).
    foreign: bool = True
    #: Query string without which the address shows nothing.
    query: str = ""
    #: Further methods, for fewer roles: {"post": DESK}.
    deeds: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def methods(self) -> dict[str, frozenset[str]]:
        """Method -> who may use it."""
        names = ("get", "post") if self.method == "form" else (self.method,)
        return {**dict.fromkeys(names, self.roles), **self.deeds}


def page(roles: frozenset[str], **options: object) -> Row:
    if "record" not in options and "director" in roles:
        roles |= STRANGER
    return Row(roles, **options)  # type: ignore[arg-type]
