"""Filters of the API, by the same names as on the pages."""

from __future__ import annotations

from datetime import date

import django_filters
from django.db.models import QuerySet

from allocation.models import Assignment, PlanLine, ReviewFlag
from allocation.queries.as_of import holds_on


class MoveFilter(django_filters.FilterSet):
    class Meta:
        model = PlanLine
        fields = ["plan", "decision", "reason", "tier", "before", "proposed"]


class AssignmentFilter(django_filters.FilterSet):
    """`on`: who was responsible on a day, one assignment a client at most. `since`, `until`: those that began in a period."""

    on = django_filters.DateFilter(method="of_day", label="Responsible on this day")
    since = django_filters.DateFilter(field_name="starts", lookup_expr="gte")
    until = django_filters.DateFilter(field_name="starts", lookup_expr="lte")

    class Meta:
        model = Assignment
        fields = ["client", "advisor", "plan", "request", "case", "reason"]

    def of_day(self, rows: QuerySet[Assignment], name: str, day: date) -> QuerySet[Assignment]:
        return rows.filter(holds_on(day))


class FlagFilter(django_filters.FilterSet):
    standing = django_filters.BooleanFilter(field_name="closed_on", lookup_expr="isnull")

    class Meta:
        model = ReviewFlag
        fields = ["kind", "client", "advisor"]
