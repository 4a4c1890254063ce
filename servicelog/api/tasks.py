"""MOT tasks and the coverage of the service standard over the API; the same rows as on the pages."""

from __future__ import annotations

from datetime import date
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from advisors.models import Advisor
from branch_crm.core.api import HasPerm
from clients.list_state import branch_for
from servicelog.domain.coverage import TierCoverage, added_up
from servicelog.models import MotTask
from servicelog.queries.coverage import coverage_by_advisor
from servicelog.services.service_policies import service_rules
from servicelog.wording import why_now


class TaskSerializer(serializers.ModelSerializer):
    """`why`: the reason in words. `at_stake` is yuan. `advisor`: who serves the client now. Closed by a contact."""

    advisor = serializers.IntegerField(source="client.advisor_id", read_only=True, allow_null=True)
    policy = serializers.IntegerField(source="policy.version", read_only=True)
    why = serializers.SerializerMethodField()

    class Meta:
        model = MotTask
        fields = [
            "id", "client", "advisor", "kind", "mandatory", "aim", "tier", "raised_on", "due_on", "due_time", "at_stake",
            "state", "contact", "closed_on", "lapse_reason", "why", "facts", "policy",
        ]  # fmt: skip

    def get_why(self, task: MotTask) -> str:
        return why_now(task)


class TaskFilter(django_filters.FilterSet):
    due_from = django_filters.DateFilter(field_name="due_on", lookup_expr="gte")
    due_until = django_filters.DateFilter(field_name="due_on", lookup_expr="lte")
    advisor = django_filters.NumberFilter(field_name="client__advisor")

    class Meta:
        model = MotTask
        fields = ["client", "kind", "state", "mandatory", "aim", "tier"]


class TaskViewSet(viewsets.ReadOnlyModelViewSet):
    """Tasks of the clients one sees: an advisor's own book, for the desk the branch."""

    queryset = MotTask.objects.none()
    serializer_class = TaskSerializer
    permission_classes = [HasPerm]
    required_perm = "servicelog.view_today"
    filterset_class = TaskFilter

    def get_queryset(self) -> QuerySet[MotTask]:
        return MotTask.objects.visible_to(self.request.user).select_related("client", "policy")


class CoverageSerializer(serializers.Serializer):
    """Over a window that ends on `day`. `held` of `wanted` contacts, `met` of `meetings_wanted` meetings; `share` over both,
    null where nothing is wanted; `at_standard`: clients of whom nothing is missing."""

    advisor = serializers.IntegerField()
    day = serializers.DateField()
    tier = serializers.IntegerField(help_text="0: all tiers added up")
    clients = serializers.IntegerField()
    at_standard = serializers.IntegerField()
    wanted = serializers.IntegerField()
    held = serializers.IntegerField()
    meetings_wanted = serializers.IntegerField()
    met = serializers.IntegerField()
    share = serializers.FloatField(allow_null=True)


class CoverageViewSet(viewsets.ViewSet):
    """The service standard by advisor and tier: the own book of an advisor, for the desk all books of the branch."""

    permission_classes = [HasPerm]
    required_perm = "servicelog.view_today"

    @extend_schema(responses=CoverageSerializer(many=True))
    def list(self, request: Request) -> Response:
        branch, today = branch_for(request.user), timezone.localdate()
        found = coverage_by_advisor(branch, today=today, rules=service_rules(branch, on=today))
        seen = Advisor.objects.visible_to(request.user).filter(pk__in=found).values_list("pk", flat=True)
        rows = [_line(pk, today, row) for pk in sorted(seen) for row in (added_up(found[pk]), *found[pk])]
        return Response(CoverageSerializer(rows, many=True).data)


def _line(advisor: int, day: date, row: TierCoverage) -> dict[str, Any]:
    names = ("tier", "clients", "at_standard", "wanted", "held", "meetings_wanted", "met", "share")
    return {"advisor": advisor, "day": day, **{name: getattr(row, name) for name in names}}
