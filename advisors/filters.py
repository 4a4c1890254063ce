"""Filters of the advisor list, shared by page and API."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advisors.models import SERVING_POSITIONS, Advisor, Licence


class AdvisorFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="by_text", label=_("Name or staff no."))
    licence = django_filters.ChoiceFilter(choices=[c for c in Licence.choices if c[0]], label=_("Licence"))
    now = django_filters.ChoiceFilter(
        method="by_state",
        label=_("Today"),
        choices=[("serving", _("may hold clients")), ("not", _("may not hold clients")), ("all", _("all staff"))],
    )

    class Meta:
        model = Advisor
        fields: list[str] = []

    def by_text(self, queryset: QuerySet[Advisor], name: str, text: str) -> QuerySet[Advisor]:
        return queryset.filter(Q(name__icontains=text) | Q(staff_no__icontains=text) | Q(name_pinyin__icontains=text))

    def by_state(self, queryset: QuerySet[Advisor], name: str, state: str) -> QuerySet[Advisor]:
        serving = Advisor.objects.serving(timezone.localdate()).values("pk")
        if state == "serving":
            return queryset.filter(pk__in=serving)
        if state == "not":
            return queryset.filter(position__in=SERVING_POSITIONS).exclude(pk__in=serving)
        return queryset
