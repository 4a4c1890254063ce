"""Who serves or served whom over the API: the record, and the answer for one client and day by both clocks."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from allocation.api.filters import AssignmentFilter
from allocation.forms_history import DayOfClientForm
from allocation.models import Assignment
from allocation.queries.as_of import who_served
from branch_crm.core.api import HasPerm, NewestFirst
from clients.models import Client


class AssignmentSerializer(serializers.ModelSerializer):
    """An interval: `ends` is the first day on which it no longer holds, null while it is open."""

    policy_version = serializers.IntegerField(source="plan.policy.version", default=None, allow_null=True)

    class Meta:
        model = Assignment
        fields = [
            "id", "client", "advisor", "starts", "ends", "reason", "end_reason", "plan", "end_plan", "request", "case",
            "decided_by", "policy_version", "created_at",
        ]  # fmt: skip
        read_only_fields = fields


class ResponsibleSerializer(serializers.Serializer):
    """`advisor` null: nobody. `owner_no`: staff no. of the advisor a stand-in serves for."""

    client = serializers.IntegerField()
    on = serializers.DateField()
    advisor = serializers.IntegerField(allow_null=True)
    owner_no = serializers.CharField(allow_null=True)
    assignment = AssignmentSerializer(allow_null=True)
    known_on = serializers.DateField()
    advisor_then = serializers.IntegerField(allow_null=True, help_text="whom the book named at the end of `known_on`")
    differs = serializers.BooleanField()


class AssignmentViewSet(viewsets.ReadOnlyModelViewSet):
    """Who serves or served whom. Advisors see the history of their present clients."""

    queryset = Assignment.objects.none()
    serializer_class = AssignmentSerializer
    permission_classes = [HasPerm]
    required_perm = "allocation.view_history"
    filterset_class = AssignmentFilter
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[Assignment]:
        return Assignment.objects.visible_to(self.request.user).select_related("plan__policy")

    @extend_schema(
        responses=ResponsibleSerializer,
        filters=False,
        parameters=[
            OpenApiParameter("client", int, required=True),
            OpenApiParameter("on", OpenApiTypes.DATE, required=True),
            OpenApiParameter("known_on", OpenApiTypes.DATE, description="compare with the book at the end of this day"),
        ],
    )
    @action(detail=False, pagination_class=None)
    def responsible(self, request: Request) -> Response:
        """Who was responsible for a client on a day, and whether the book said so at the time."""
        number = request.query_params.get("client", "")
        if not number.isdecimal() or len(number) > 18:
            raise serializers.ValidationError({"client": ["is the number of a client"]})
        form = DayOfClientForm(request.query_params)
        if not form.is_valid():
            raise serializers.ValidationError(form.errors)
        client = get_object_or_404(Client.objects.visible_to(request.user), pk=int(number))
        answer = who_served(client, **form.cleaned_data)
        told: dict[str, Any] = {
            "client": client.pk,
            "on": answer.on,
            "advisor": answer.interval.advisor_id if answer.interval else None,
            "owner_no": answer.interval.owner_no if answer.interval else None,
            "assignment": answer.interval,
            "known_on": answer.known_on,
            "advisor_then": answer.then.pk if answer.then else None,
            "differs": answer.differs,
        }
        return Response(ResponsibleSerializer(told).data)
