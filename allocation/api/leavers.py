"""People who leave or are away, over the API: the cases, and what still needs a home."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from advisors.models import Advisor
from allocation.api.refusals import refuse
from allocation.api.serializers import OwnBranchAdvisor
from allocation.models import LeaverCase
from allocation.queries.leaver import cases_for, passing_of
from allocation.services.errors import AllocationError
from allocation.services.open_leaver_case import open_leaver_case
from branch_crm.core.api import HasPerm, NewestFirst
from servicelog.loose_ends import Person, loose_ends


class LooseEndSerializer(serializers.Serializer):
    """`follows`: goes with the client by itself. `holds`: the account does not end while `count` is above 0."""

    kind = serializers.CharField(source="kind.code")
    count = serializers.IntegerField()
    follows = serializers.BooleanField(source="kind.follows")
    holds = serializers.BooleanField(source="kind.holds")


class PassingSerializer(serializers.Serializer):
    moved = serializers.IntegerField()
    handovers = serializers.IntegerField()
    signed = serializers.IntegerField()
    accepted = serializers.IntegerField()


class LeaverCaseSerializer(serializers.ModelSerializer):
    class Meta:
        model = LeaverCase
        fields = [
            "id", "advisor", "kind", "announced_on", "last_day", "returns_on", "narrowed_on", "plan", "state",
            "opened_at", "closed_at",
        ]  # fmt: skip
        read_only_fields = fields


class LeaverDetailSerializer(LeaverCaseSerializer):
    loose_ends = serializers.SerializerMethodField()
    passing = serializers.SerializerMethodField()

    class Meta(LeaverCaseSerializer.Meta):
        fields = [*LeaverCaseSerializer.Meta.fields, "loose_ends", "passing"]
        read_only_fields = fields

    @extend_schema(responses=LooseEndSerializer(many=True))
    def get_loose_ends(self, case: LeaverCase) -> list[dict[str, Any]]:
        groups = loose_ends(Person(case.advisor, case.advisor.account), limit=0)
        return list(LooseEndSerializer(groups, many=True).data)

    def get_passing(self, case: LeaverCase) -> dict[str, int]:
        return dict(PassingSerializer(passing_of(case)).data)


class OpenCaseSerializer(serializers.Serializer):
    """`returns_on` belongs to a long leave and is required there."""

    advisor = OwnBranchAdvisor(queryset=Advisor.objects.none())
    kind = serializers.ChoiceField(choices=LeaverCase.Kind.choices)
    last_day = serializers.DateField()
    returns_on = serializers.DateField(required=False, allow_null=True)
    note = serializers.CharField(max_length=300, required=False, allow_blank=True)


class LeaverCaseViewSet(viewsets.ReadOnlyModelViewSet):
    """Leaver cases: who goes or is away, what still needs a home, how much has been passed on and signed."""

    queryset = LeaverCase.objects.none()
    serializer_class = LeaverCaseSerializer
    permission_classes = [HasPerm]
    required_perm = "allocation.view_leavers"
    required_perms = {"create": "allocation.prepare_leaver"}
    filterset_fields = ["state", "kind"]
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[LeaverCase]:
        return cases_for(self.request.user)

    def get_serializer_class(self) -> type[serializers.BaseSerializer]:
        return LeaverDetailSerializer if self.action == "retrieve" else LeaverCaseSerializer

    @extend_schema(request=OpenCaseSerializer, responses={201: LeaverDetailSerializer})
    def create(self, request: Request) -> Response:
        """Open a case; the same again gives the same case."""
        asked = OpenCaseSerializer(data=request.data, context={"request": request})
        asked.is_valid(raise_exception=True)
        try:
            case = open_leaver_case(actor=request.user, **asked.validated_data)
        except AllocationError as error:
            raise refuse(error) from error
        return Response(LeaverDetailSerializer(case, context={"request": request}).data, status=201)
