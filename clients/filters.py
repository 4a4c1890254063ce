"""The filter of the client list, shared by page, saved views, export, allocation scopes and API."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advisors.models import Advisor
from branch_crm.core.models import Staff
from clients.labels_data import GAP_CHOICES
from clients.models import Client, ClientStatus, RiskLevel
from clients.models.persona import Persona
from clients.models.value import Tier, ValueType
from clients.queries.data_gaps import with_gap
from clients.queries.search import matching

#: Amounts are typed in ten thousands (万), as the branch speaks of them.
WAN = Decimal(10_000)
UNASSIGNED = "none"
#: Every account that is not closed.
OPEN_STATUSES = tuple(status for status in ClientStatus if status != ClientStatus.CLOSED)
ANY = _("any")
#: Spelled out in addresses, because an empty parameter means "any".
NOT_ENOUGH_EVIDENCE = "unknown"
YES_NO = (("yes", _("yes")), ("no", _("no")))
NEVER = "never"
CONTACTS = ((NEVER, _("has an advisor, never contacted")),)
RISK_STATES = (("valid", _("valid")), ("expired", _("expired")), ("missing", _("missing")))
BOXES = forms.CheckboxSelectMultiple
DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
PERSONA_CHOICES = [(code or NOT_ENOUGH_EVIDENCE, label) for code, label in Persona.choices]


def advisors_for(request: HttpRequest | Asker | None) -> QuerySet[Advisor]:
    return Advisor.objects.visible_to(request.user).order_by("staff_no") if request else Advisor.objects.none()


class ClientFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("Search"), method="search", max_length=60)
    tier = filters.TypedChoiceFilter(
        label=_("Tier at least"),
        choices=[("", ANY), *Tier.choices],
        coerce=int,
        field_name="figures__tier",
        lookup_expr="gte",
    )
    tier_is = filters.TypedChoiceFilter(
        label=_("Tier exactly"), choices=[("", ANY), *Tier.choices], coerce=int, field_name="figures__tier"
    )
    value_type = filters.MultipleChoiceFilter(
        label=_("Value type"), choices=ValueType.choices, field_name="figures__value_type", widget=BOXES
    )
    persona = filters.MultipleChoiceFilter(
        label=_("Persona"), choices=PERSONA_CHOICES, method="of_personas", widget=BOXES
    )
    core = filters.ChoiceFilter(label=_("Core client"), choices=YES_NO, method="yes_or_no", empty_label=ANY)
    advisor = filters.ModelChoiceFilter(
        label=_("Advisor"),
        queryset=advisors_for,
        null_label=_("nobody"),
        null_value=UNASSIGNED,
        empty_label=ANY,
        method="served_by",
    )
    status = filters.MultipleChoiceFilter(label=_("status"), choices=ClientStatus.choices, widget=BOXES)
    risk = filters.MultipleChoiceFilter(
        label=_("risk level"), choices=RiskLevel.choices, field_name="risk_level", widget=BOXES
    )
    risk_state = filters.ChoiceFilter(
        label=_("Risk assessment"), choices=RISK_STATES, method="by_risk_state", empty_label=ANY
    )
    margin = filters.ChoiceFilter(label=_("margin trading"), choices=YES_NO, method="yes_or_no", empty_label=ANY)
    assets_min = filters.NumberFilter(
        label=_("Assets from (10,000 yuan)"), method="assets_from", max_digits=14, decimal_places=2
    )
    assets_max = filters.NumberFilter(
        label=_("Assets up to (10,000 yuan)"), method="assets_to", max_digits=14, decimal_places=2
    )
    quiet_days = filters.NumberFilter(
        label=_("No trade for days"), method="without_trade_for", min_value=1, max_value=36500, decimal_places=0
    )
    offsystem = filters.ChoiceFilter(
        label=_("Wealth outside the firm known"), choices=YES_NO, method="yes_or_no", empty_label=ANY
    )
    contact = filters.ChoiceFilter(label=_("Contact"), choices=CONTACTS, method="by_contact", empty_label=ANY)
    gap = filters.ChoiceFilter(label=_("Gap in the data"), choices=GAP_CHOICES, method="with_gap", empty_label=ANY)
    opened_after = filters.DateFilter(label=_("Opened from"), field_name="opened_on", lookup_expr="gte", widget=DAY)
    opened_before = filters.DateFilter(label=_("Opened up to"), field_name="opened_on", lookup_expr="lte", widget=DAY)

    class Meta:
        model = Client
        fields: list[str] = []

    def search(self, clients: QuerySet[Client], name: str, words: str) -> QuerySet[Client]:
        return matching(clients, words)

    def of_personas(self, clients: QuerySet[Client], name: str, codes: list[str]) -> QuerySet[Client]:
        wanted = ["" if code == NOT_ENOUGH_EVIDENCE else code for code in codes]
        return clients.filter(figures__persona__in=wanted) if wanted else clients

    def yes_or_no(self, clients: QuerySet[Client], name: str, answer: str) -> QuerySet[Client]:
        conditions = {
            "core": Q(figures__is_core=True),
            "margin": Q(has_margin=True),
            "offsystem": Q(figures__offsystem_low__gt=0),
        }
        return clients.filter(conditions[name] if answer == "yes" else ~conditions[name])

    def served_by(self, clients: QuerySet[Client], name: str, advisor: Advisor | str) -> QuerySet[Client]:
        """Nobody's are the open accounts only: a closed one needs no advisor."""
        if advisor == UNASSIGNED:
            return clients.filter(advisor=None).exclude(status=ClientStatus.CLOSED)
        return clients.filter(advisor=advisor)

    def by_contact(self, clients: QuerySet[Client], name: str, answer: str) -> QuerySet[Client]:
        return never_contacted(clients)

    def with_gap(self, clients: QuerySet[Client], name: str, code: str) -> QuerySet[Client]:
        return with_gap(clients, code, timezone.localdate())

    def by_risk_state(self, clients: QuerySet[Client], name: str, state: str) -> QuerySet[Client]:
        """A level without an end date is valid: not every counter system keeps one."""
        today = timezone.localdate()
        if state == "missing":
            return clients.filter(risk_level="")
        if state == "expired":
            return clients.exclude(risk_level="").filter(risk_valid_until__lt=today)
        return clients.exclude(risk_level="").filter(Q(risk_valid_until__gte=today) | Q(risk_valid_until__isnull=True))

    def assets_from(self, clients: QuerySet[Client], name: str, amount: Decimal) -> QuerySet[Client]:
        return clients.filter(figures__total_assets__gte=amount * WAN)

    def assets_to(self, clients: QuerySet[Client], name: str, amount: Decimal) -> QuerySet[Client]:
        return clients.filter(figures__total_assets__lte=amount * WAN)

    def without_trade_for(self, clients: QuerySet[Client], name: str, days: Decimal) -> QuerySet[Client]:
        since = timezone.localdate() - timedelta(days=int(days))
        return clients.filter(Q(figures__last_trade_on__lt=since) | Q(figures__last_trade_on__isnull=True))


def never_contacted(clients: QuerySet[Client]) -> QuerySet[Client]:
    """Open accounts that somebody serves and that no contact counts for. The log itself lies in the app above this one."""
    served = clients.filter(advisor__isnull=False).exclude(status=ClientStatus.CLOSED)
    return served.exclude(contacts__counts=True)


def clean_query(data: QueryDict | dict[str, Any]) -> dict[str, list[str]]:
    """The filter parameters of an address, as a saved view, an export or an allocation scope stores them."""
    pairs: Iterable[tuple[str, list[str]]]
    if isinstance(data, QueryDict):
        pairs = data.lists()
    else:
        pairs = ((name, value if isinstance(value, list) else [str(value)]) for name, value in data.items())
    return {
        name: [str(text) for text in values if str(text) != ""]
        for name, values in pairs
        if name in ClientFilter.base_filters and any(str(text) != "" for text in values)
    }


@dataclass(frozen=True)
class Asker:
    """django-filter hands its request on; all a filter needs of it is the person."""

    user: Staff


def filtered(clients: QuerySet[Client], query: dict[str, list[str]], *, user: Staff) -> QuerySet[Client]:
    """The clients of a stored filter; parts of it that no longer hold (an advisor who is gone) are left out."""
    return ClientFilter(as_querydict(query), queryset=clients, request=Asker(user)).qs


def as_querydict(query: dict[str, list[str]]) -> QueryDict:
    stored = QueryDict(mutable=True)
    for name, values in query.items():
        stored.setlist(name, values)
    return stored
