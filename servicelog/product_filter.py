"""The filter of the product catalogue, shared by page and API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.filters import ANY, YES_NO
from clients.models import Product
from servicelog.domain.service_rules import PRODUCT_LEVELS

OPEN, LONG = "open", "long"
#: Terms as people ask for them; numbers are days left at most.
TERMS = ((OPEN, _("open-ended")), ("90", _("up to 90 days")), ("365", _("up to a year")), (LONG, _("more than a year")))
BOXES = forms.CheckboxSelectMultiple(attrs={"class": "chip-choice"})


class ProductFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("Code or name"), method="search", max_length=60)
    risk = filters.MultipleChoiceFilter(
        label=_("Risk level"),
        choices=[(level, level) for level in PRODUCT_LEVELS],
        field_name="risk_level",
        widget=BOXES,
    )
    kind = filters.CharFilter(label=_("Kind"), max_length=40)
    term = filters.ChoiceFilter(label=_("Term left"), choices=TERMS, method="by_term", empty_label=ANY)
    minimum = filters.NumberFilter(
        label=_("Minimum up to (yuan)"), method="affordable", min_value=0, max_digits=16, decimal_places=2
    )
    on_sale = filters.ChoiceFilter(label=_("On sale"), choices=YES_NO, method="sold", empty_label=ANY)

    class Meta:
        model = Product
        fields: list[str] = []

    @property
    def form(self) -> forms.Form:
        """Kinds to choose from are those of the products seen."""
        form = super().form
        kinds = self.queryset.exclude(kind="").order_by("kind").values_list("kind", flat=True).distinct()
        form.fields["kind"].widget = forms.Select(choices=[("", ANY), *((kind, kind) for kind in kinds)])
        return form

    def search(self, products: QuerySet[Product], name: str, words: str) -> QuerySet[Product]:
        words = words.replace("\x00", "")
        return products.filter(Q(code__icontains=words) | Q(name__icontains=words))

    def by_term(self, products: QuerySet[Product], name: str, term: str) -> QuerySet[Product]:
        if term == OPEN:
            return products.filter(matures_on=None)
        if term == LONG:
            return products.filter(matures_on__gt=timezone.localdate() + timedelta(days=365))
        return products.filter(matures_on__lte=timezone.localdate() + timedelta(days=int(term)))

    def affordable(self, products: QuerySet[Product], name: str, amount: Any) -> QuerySet[Product]:
        return products.filter(Q(minimum=None) | Q(minimum__lte=amount))

    def sold(self, products: QuerySet[Product], name: str, answer: str) -> QuerySet[Product]:
        return products.filter(on_sale=answer == "yes")
