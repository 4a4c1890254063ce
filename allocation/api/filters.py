"""Filters of the API, by the same names as on the pages."""

from __future__ import annotations

from datetime import date

import django_filters
from django.db.models import Q, QuerySet

from allocation.models import Assignment, PlanLine, ReviewFlag


class MoveFilter(django_filters.FilterSet):
    class Meta:
        model = PlanLine
        fields = ["plan", "decision", "reason", "tier", "before", "proposed"]


class AssignmentFilter(django_filters.FilterSet):
    """`as_of`: the assignments that hold on a day."""

    as_of = django_filters.DateFilter(method="holds_on")

    class Meta:
        model = Assignment
        fields = ["client", "advisor", "plan"]

    def holds_on(self, rows: QuerySet[Assignment], name: str, day: date) -> QuerySet[Assignment]:
        return rows.filter(Q(ends__isnull=True) | Q(ends__gt=day), starts__lte=day)


class FlagFilter(django_filters.FilterSet):
    standing = django_filters.BooleanFilter(field_name="closed_on", lookup_expr="isnull")

    class Meta:
        model = ReviewFlag
        fields = ["kind", "client", "advisor"]
