"""What needs a home when a person goes: every app that keeps work for people registers its kinds here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _

from advisors.models import Advisor
from branch_crm.core.models import Staff


@dataclass(frozen=True)
class Person:
    """Who goes: the advisor, the account, or both in one."""

    advisor: Advisor | None
    account: Staff | None


@dataclass(frozen=True)
class LooseEnd:
    """One thing. `day`: the one it is due on, or dates from; href empty = nothing to open."""

    title: str
    detail: str = ""
    day: date | None = None
    href: str = ""


#: (person, limit) -> how many there are, and the first of them.
Source = Callable[[Person, int], tuple[int, Sequence[LooseEnd]]]


@dataclass(frozen=True)
class Kind:
    """`home`: how it gets one, in a sentence. `follows`: it goes with the client by itself, nobody has to do anything.

    `holds`: the account may not end while there are any.
    """

    code: str
    label: str | LazyText
    home: str | LazyText
    source: Source
    follows: bool = False
    holds: bool = True
    #: Place in the checklist, the smallest first.
    rank: int = 50


@dataclass(frozen=True)
class Group:
    kind: Kind
    count: int
    rows: Sequence[LooseEnd]

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Called from an AppConfig's ready()."""
    KINDS[kind.code] = kind


def loose_ends(person: Person, *, limit: int = 8) -> list[Group]:
    """Every kind, also those of which there is nothing: that nothing is open is what a checklist is read for."""
    return [Group(kind, *kind.source(person, limit)) for kind in sorted(KINDS.values(), key=lambda kind: kind.rank)]


def holding(groups: Sequence[Group]) -> list[Group]:
    """The groups that keep the account from ending."""
    return [group for group in groups if group.count and group.kind.holds]


def without_home(account: Staff) -> list[str]:
    """What stands against the end of an account, for the core's guard."""
    advisor = Advisor.objects.filter(account=account).first()
    left = holding(loose_ends(Person(advisor, account), limit=0))
    return [_("%(things)s: %(count)d") % {"things": group.kind.label, "count": group.count} for group in left]
