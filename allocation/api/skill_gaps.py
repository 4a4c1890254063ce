"""The gaps of the team over the API."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from advisors.views.asked import branch_of
from allocation.queries.skill_gaps import load_gaps
from branch_crm.core.api import HasPerm


class SkillGapSerializer(serializers.Serializer):
    """One class of clients. hours: a month; open_*: of clients who find no hour of an equal advisor; revenue: yuan a year."""

    term = serializers.CharField()
    name = serializers.CharField()
    skills = serializers.ListField(child=serializers.CharField())
    clients = serializers.IntegerField()
    hours = serializers.FloatField()
    covered = serializers.IntegerField()
    open_clients = serializers.IntegerField()
    open_hours = serializers.FloatField()
    open_value = serializers.FloatField()
    open_revenue = serializers.FloatField()
    misplaced = serializers.IntegerField()
    able = serializers.ListField(child=serializers.IntegerField(), help_text="Advisors equal to the class.")


class SkillGapViewSet(viewsets.ViewSet):
    """What the book asks for and the team cannot give, the most uncovered value first. Empty before the first scoring."""

    permission_classes = [HasPerm]
    required_perm = "allocation.view_plans"

    @extend_schema(responses=SkillGapSerializer(many=True))
    def list(self, request: Request) -> Response:
        report = load_gaps(branch_of(request), on=timezone.localdate())
        if report is None:
            return Response([])
        names = [name for name in SkillGapSerializer().fields if name != "able"]
        rows = [
            {name: getattr(gap, str(name)) for name in names} | {"able": [report.advisors.ids[row] for row in gap.able]}
            for gap in report.gaps
        ]
        return Response(SkillGapSerializer(rows, many=True).data)
