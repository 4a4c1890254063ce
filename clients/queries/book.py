"""The client list: which rows, in which order, page after page by key. The same functions serve page, export and API."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.db.models import BooleanField, F, Func, QuerySet, TextField, Value
from django.db.models.expressions import Combinable, OrderBy
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from branch_crm.core.models import Branch, Staff
from clients.models import Client
from clients.models.figures import NO_DAY, NO_MONEY, NO_RANK, NO_VALUE

#: Not needed to show a row, and long: sealed texts and search tokens.
HEAVY = ("search_tokens", "id_sealed", "phone_sealed", "email_sealed", "address_sealed", "id_blind", "phone_blind")
#: Counting stops here; the page then says "10,000+".
COUNT_LIMIT = 10_000


@dataclass(frozen=True)
class Sort:
    """An order of the list. The keys are, in this order, the expressions of one index and never null.

    The last key is the client's id, so that no two rows are equal; it must be the column of the table that the index is on.
    """

    name: str
    label: str | Promise
    keys: tuple[Combinable, ...]
    descending: bool = True
    #: Whether the smallest key is the highest, as with ranks.
    smallest_is_highest: bool = False


def _by_figures(name: str, label: str | Promise, **missing: object) -> Sort:
    """`missing` gives the columns of ClientFigures and what stands for a null in each."""
    columns = (Coalesce(f"figures__{field}", Value(instead)) for field, instead in missing.items())
    return Sort(name, label, (*columns, F("figures__client_id")))


SORTS = {
    sort.name: sort
    for sort in (
        replace(_by_figures("value", _("Value"), rank=NO_RANK), smallest_is_highest=True),
        _by_figures("tier", _("Tier"), tier=0, value=NO_VALUE),
        _by_figures("assets", _("Total assets"), total_assets=NO_MONEY),
        _by_figures("commission", _("Net commission, 12 months"), commission_12m=NO_MONEY),
        _by_figures("last_trade", _("Last trade"), last_trade_on=NO_DAY),
        Sort("name", _("Client name"), (F("name_pinyin"), F("pk")), descending=False),
        Sort("opened", _("Account opened"), (Coalesce("opened_on", Value(NO_DAY)), F("pk"))),
        Sort("client_no", _("Client no."), (F("client_no"), F("pk")), descending=False),
    )
}


@dataclass(frozen=True)
class Order:
    """A sort and its direction, spelled `value` or `-value` as in an address."""

    sort: Sort
    descending: bool

    @classmethod
    def parse(cls, text: str) -> Order:
        """`assets` and `-assets`; unknown or empty means value, highest first."""
        sort = SORTS.get(text.removeprefix("-"))
        return cls(sort, text.startswith("-")) if sort else cls(SORTS["value"], descending=True)

    def __str__(self) -> str:
        return f"-{self.sort.name}" if self.descending else self.sort.name

    @property
    def falling(self) -> bool:
        """Whether the keys fall from row to row."""
        return self.descending != self.sort.smallest_is_highest

    def terms(self, *, turned: bool = False) -> list[OrderBy]:
        return [OrderBy(key, descending=self.falling != turned) for key in self.sort.keys]


@dataclass(frozen=True)
class Page:
    """`after` and `before` are ids of clients to turn the page at; None where the list ends."""

    rows: list[Client]
    after: int | None
    before: int | None


@dataclass(frozen=True)
class Count:
    number: int
    exact: bool

    def __str__(self) -> str:
        return f"{self.number:,}" if self.exact else f"{self.number:,}+"


def branches_of(user: Staff) -> QuerySet[Branch]:
    return Branch.objects.visible_to(user).filter(is_active=True)


def book_of(user: Staff, branch: Branch) -> QuerySet[Client]:
    """Every client of a branch this person may see, with figures and advisor."""
    clients: QuerySet[Client] = Client.objects.visible_to(user)
    return clients.filter(branch=branch, figures__branch=branch).select_related("figures", "advisor").defer(*HEAVY)


def turn(
    clients: QuerySet[Client], *, order: Order, size: int, after: int | None = None, before: int | None = None
) -> Page:
    """The page after (or before) a client in the given order; the first page where that client is not to be seen."""
    anchor = _key_of(clients, after if before is None else before, order.sort.keys)
    backward = before is not None and anchor is not None
    ordered = clients.order_by(*order.terms(turned=backward))
    if anchor is not None:
        ordered = ordered.filter(_beyond(order.sort.keys, anchor, falling=order.falling != backward))
    rows = list(ordered[: size + 1])
    more = len(rows) > size
    rows = rows[:size]
    if backward:
        rows.reverse()
    has_next = more if not backward else bool(rows)
    has_previous = bool(rows) and (more if backward else anchor is not None)
    return Page(
        rows=rows,
        after=rows[-1].pk if has_next and rows else None,
        before=rows[0].pk if has_previous else None,
    )


def count(clients: QuerySet[Client], *, limit: int = COUNT_LIMIT) -> Count:
    """Exact up to the limit; beyond it only "more", because counting 100,000 rows costs more than showing the page."""
    found = clients.order_by()[: limit + 1].count()
    return Count(min(found, limit), exact=found <= limit)


def _key_of(clients: QuerySet[Client], client_id: int | None, keys: tuple[Combinable, ...]) -> tuple[Any, ...] | None:
    """The address carries an id, not a name or an amount: the key is read back here."""
    if client_id is None:
        return None
    named = {f"key_{index}": key for index, key in enumerate(keys)}
    return Client.objects.filter(pk=client_id, pk__in=clients.values("pk")).values_list(*named.values()).first()


def _beyond(keys: tuple[Combinable, ...], anchor: tuple[Any, ...], *, falling: bool) -> Func:
    """`(key, id) < (x, y)` as one row comparison: an index range. The same written with OR reads the whole index."""
    row = Func(*keys, template="(%(expressions)s)", output_field=TextField())
    bound = Func(*(Value(each) for each in anchor), template="(%(expressions)s)", output_field=TextField())
    return Func(
        row,
        bound,
        template="%(expressions)s",
        arg_joiner=" < " if falling else " > ",
        output_field=BooleanField(),
    )
