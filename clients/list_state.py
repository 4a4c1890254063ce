"""What an address of the client list asks for: branch, view, filter, order, columns, page. Read by the list and by its actions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from branch_crm.core.models import Branch, Role, Staff
from clients.columns import Column, choose
from clients.filters import UNASSIGNED, ClientFilter, clean_query
from clients.models import Client, SavedView
from clients.queries.book import Count, Order, book_of, branches_of, count

ROWS = 50
MOST_ROWS = 200
#: The filters that an allocation run knows as its scope.
ALLOCATION_FILTERS = {"tier", "value_type", "persona", "core", "advisor"}
#: The view without a name holds a person's own columns of the plain list.
PLAIN = ""


@dataclass(frozen=True)
class ReadyView:
    """A view everybody starts with."""

    name: str
    label: str | Promise
    query: str
    #: Makes no sense inside one's own book.
    branch_only: bool = False


READY_VIEWS = (
    ReadyView("all", _("All clients"), ""),
    ReadyView("core", _("Core clients"), "core=yes"),
    ReadyView("quiet", _("Platinum and above, quiet for 60 days"), "tier=4&quiet_days=60&sort=last_trade"),
    ReadyView("unassigned", _("Without an advisor"), f"advisor={UNASSIGNED}", branch_only=True),
    ReadyView("expired", _("Risk level expired"), "risk_state=expired"),
)


def branch_for(user: Staff, code: str = "") -> Branch | None:
    """The person's branch; firm-level staff choose one by its code and begin with the first."""
    if user.branch_id is not None:
        if code and user.branch.code != code:
            raise Http404
        return user.branch
    branches = branches_of(user)
    return branches.filter(code=code).first() if code else branches.first()


def as_number(text: str | None) -> int | None:
    """A number of an address; anything else is as if it were not there."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else None


def chosen_rows(request: HttpRequest) -> list[int] | None:
    """The ids a bulk deed of the list is about; None = every client of the filter."""
    if request.method != "POST" or request.POST.get("all") == "1" or "pk" not in request.POST:
        return None
    return sorted({number for text in request.POST.getlist("pk") if (number := as_number(text)) is not None})


class ListState:
    def __init__(self, request: HttpRequest, params: QueryDict | None = None) -> None:
        self.request = request
        self.params = request.GET if params is None else params
        self.branch = branch_for(request.user, self.params.get("branch", ""))
        self.order = Order.parse(self.params.get("sort", ""))
        self.after = as_number(self.params.get("after"))
        self.before = as_number(self.params.get("before"))
        self.size = min(max(as_number(self.params.get("rows")) or ROWS, 1), MOST_ROWS)

    @cached_property
    def book(self) -> QuerySet[Client]:
        return book_of(self.request.user, self.branch) if self.branch else Client.objects.none()

    @cached_property
    def filter(self) -> ClientFilter:
        return ClientFilter(self.params, queryset=self.book, request=self.request)

    @cached_property
    def clients(self) -> QuerySet[Client]:
        return self.filter.qs

    @cached_property
    def total(self) -> Count:
        """Without a filter the figures need not be joined to count."""
        if self.branch is None or self.query:
            return count(self.clients)
        return count(Client.objects.visible_to(self.request.user).filter(branch=self.branch))

    @cached_property
    def query(self) -> dict[str, list[str]]:
        return clean_query(self.params)

    @cached_property
    def views(self) -> list[SavedView]:
        """Own and shared views of this branch, the plain list's columns included."""
        if self.branch is None:
            return []
        return list(SavedView.objects.visible_to(self.request.user).filter(branch=self.branch).select_related("owner"))

    @cached_property
    def ready_views(self) -> list[ReadyView]:
        own_book = self.request.user.role == Role.ADVISOR
        return [view for view in READY_VIEWS if not (view.branch_only and own_book)]

    @property
    def can_be_allocated(self) -> bool:
        """Whether the filter, and nothing but it, can be the scope of an allocation run."""
        if self.query.get("advisor") == [UNASSIGNED]:
            return set(self.query) == {"advisor"}
        known = set(self.query.get("persona", ())) <= {"PP", "FF", "II", "AA"} and self.query.get("core") != ["no"]
        return bool(self.query) and known and set(self.query) <= ALLOCATION_FILTERS

    @property
    def view_name(self) -> str:
        return self.params.get("view", "")

    @cached_property
    def view(self) -> SavedView | None:
        number = as_number(self.view_name)
        return next((view for view in self.views if view.pk == number and view.name), None)

    @cached_property
    def columns(self) -> list[Column]:
        if self.view and self.view.columns:
            return choose(self.view.columns)
        plain = next((v for v in self.views if v.name == PLAIN and v.owner_id == self.request.user.pk), None)
        return choose(plain.columns if plain else ())

    def address(self, *, without: Sequence[str] = (), **changes: object) -> str:
        """The query string with some parameters changed (None removes one); the page key goes unless it is given."""
        params = self.params.copy()
        for name in {"after", "before", *without} & set(params):
            del params[name]
        for name, value in changes.items():
            params.pop(name, None)
            if value is not None and value != "":
                params[name] = str(value)
        return params.urlencode()

    def address_of(self, query: dict[str, list[str]], **extra: object) -> str:
        """The query string of a stored filter, within the present branch."""
        params = QueryDict(mutable=True)
        for name, values in query.items():
            params.setlist(name, values)
        if "branch" in self.params:
            params["branch"] = self.params["branch"]
        for name, value in extra.items():
            params[name] = str(value)
        return params.urlencode()
