"""Requests for another advisor over the API: for the counter, and for the firm's online channel."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from advisors.models import Advisor
from allocation.api.refusals import refuse
from allocation.api.serializers import OwnBranchAdvisor
from allocation.forms_request import ORIGINS
from allocation.models import ChangeRequest
from allocation.queries.suggest_successor import suggest_all
from allocation.services.ask_for_change import ask_for_change
from allocation.services.decide_change import change_advisor, keep_advisor
from allocation.services.errors import AllocationError
from allocation.services.withdraw_change import withdraw_change
from branch_crm.core.api import HasPerm, NewestFirst
from clients.models import Client


class OwnClient(serializers.SlugRelatedField):
    """Only clients the caller may see can be named; others do not exist."""

    def get_queryset(self) -> QuerySet[Client]:
        return Client.objects.visible_to(self.context["request"].user)


class ChangeRequestSerializer(serializers.ModelSerializer):
    """`reason` and `wished` are empty for advisors: what a client says of them is not for them."""

    client_no = serializers.CharField(source="client.client_no")
    overdue = serializers.SerializerMethodField()

    class Meta:
        model = ChangeRequest
        fields = [
            "id", "client", "client_no", "origin", "present", "wished", "reason", "asked_on", "due_on", "overdue", "state",
            "successor", "decision_note", "decided_at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_overdue(self, change: ChangeRequest) -> bool:
        return change.is_overdue(timezone.localdate())

    def to_representation(self, change: ChangeRequest) -> dict[str, Any]:
        shown = dict(super().to_representation(change))
        if not self.context["request"].user.has_perm("allocation.view_request_reasons"):
            shown |= {"wished": None, "reason": "", "decision_note": ""}
        return shown


class AskSerializer(serializers.Serializer):
    """`client_no` is the counter system's 客户号. `origin` may be left out: it follows from who calls."""

    client_no = OwnClient(slug_field="client_no", queryset=Client.objects.none())
    origin = serializers.ChoiceField(choices=ChangeRequest.Origin.choices, required=False)
    wished = OwnBranchAdvisor(queryset=Advisor.objects.none(), required=False, allow_null=True)
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True)

    def validate_origin(self, origin: str) -> str:
        if origin not in ORIGINS[self.context["request"].user.role]:
            raise serializers.ValidationError("your role cannot ask in this name")
        return origin


class ChangeSerializer(serializers.Serializer):
    """`successor` null = the shared pool. `holder`: the present advisor the caller has seen, null = nobody."""

    successor = OwnBranchAdvisor(queryset=Advisor.objects.none(), allow_null=True)
    holder = serializers.IntegerField(min_value=1, allow_null=True)
    note = serializers.CharField(max_length=300, required=False, default="", allow_blank=True)


class ConsentSerializer(serializers.Serializer):
    holder = serializers.IntegerField(min_value=1, allow_null=True)
    note = serializers.CharField(max_length=300)


class ChangeRequestFilter(django_filters.FilterSet):
    overdue = django_filters.BooleanFilter(method="past_last_day")

    class Meta:
        model = ChangeRequest
        fields = ["state", "client", "origin", "present"]

    def past_last_day(self, rows: QuerySet[ChangeRequest], name: str, wanted: bool) -> QuerySet[ChangeRequest]:
        late = {"state": ChangeRequest.State.OPEN, "due_on__lt": timezone.localdate()}
        return rows.filter(**late) if wanted else rows.exclude(**late)


class ChangeRequestViewSet(viewsets.ReadOnlyModelViewSet):
    """Requests for another advisor: ask, decide, withdraw."""

    queryset = ChangeRequest.objects.none()
    serializer_class = ChangeRequestSerializer
    permission_classes = [HasPerm]
    required_perm = "allocation.view_requests"
    required_perms = {
        "create": "allocation.ask_for_change",
        "successors": "allocation.view_plans",
        "change": "allocation.decide_request",
        "consent": "allocation.decide_request",
    }
    filterset_class = ChangeRequestFilter
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[ChangeRequest]:
        return ChangeRequest.objects.visible_to(self.request.user).select_related("client", "branch")

    def _valid(self, kind: type[serializers.Serializer]) -> dict[str, Any]:
        serializer = kind(data=self.request.data, context={"request": self.request})
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def _shown(self, change: ChangeRequest, status: int = 200) -> Response:
        return Response(self.get_serializer(change).data, status=status)

    @extend_schema(request=AskSerializer, responses={201: ChangeRequestSerializer, 200: ChangeRequestSerializer})
    def create(self, request: Request) -> Response:
        """Ask for a client. Asking again answers the open request with 200; what it left open is added."""
        data = self._valid(AskSerializer)
        origin = data.get("origin", ORIGINS[request.user.role][0])
        try:
            asked = ask_for_change(
                client=data["client_no"],
                actor=request.user,
                origin=origin,
                wished=data.get("wished"),
                reason=data.get("reason", ""),
            )
        except AllocationError as error:
            raise refuse(error) from error
        return self._shown(asked.change, 201 if asked.created else 200)

    @extend_schema(responses=OpenApiTypes.OBJECT, filters=False)
    @action(detail=True, pagination_class=None)
    def successors(self, request: Request, pk: str | None = None) -> Response:
        """Who could serve instead, best first: match, hours and place in the fairness band with this client."""
        change = self.get_object()
        found = suggest_all([change], on=timezone.localdate()).get(change.pk)
        if found is None:
            return Response({"allowed": [], "ruled_out": [], "pool": False, "band": None})
        ids = found.advisors.ids
        allowed = [
            {
                "advisor": ids[each.advisor],
                "fit": each.fit,
                "load": each.load,
                "hours": each.hours,
                "value": each.value,
                "over_hours": each.over_hours,
                "above_band": each.above_band,
            }
            for each in found.succession.allowed
        ]
        ruled_out = [{"advisor": ids[row], "rule": rule} for row, rule in found.succession.ruled_out]
        pool, band = found.succession.may_wait, found.succession.band
        return Response({"allowed": allowed, "ruled_out": ruled_out, "pool": pool, "band": band})

    @extend_schema(request=ChangeSerializer, responses=ChangeRequestSerializer)
    @action(detail=True, methods=["post"])
    def change(self, request: Request, pk: str | None = None) -> Response:
        """The client changes hands today. 409 when somebody decided already or the holder is another one."""
        change, data = self.get_object(), self._valid(ChangeSerializer)
        try:
            done = change_advisor(
                change=change,
                actor=request.user,
                successor=data["successor"],
                seen_holder=data["holder"],
                note=data["note"],
            )
        except AllocationError as error:
            raise refuse(error) from error
        return self._shown(done.change)

    @extend_schema(request=ConsentSerializer, responses=ChangeRequestSerializer)
    @action(detail=True, methods=["post"])
    def consent(self, request: Request, pk: str | None = None) -> Response:
        """The client stays with the present advisor; the note says how the client consented."""
        change, data = self.get_object(), self._valid(ConsentSerializer)
        try:
            done = keep_advisor(change=change, actor=request.user, seen_holder=data["holder"], note=data["note"])
        except AllocationError as error:
            raise refuse(error) from error
        return self._shown(done.change)

    @extend_schema(request=None, responses=ChangeRequestSerializer)
    @action(detail=True, methods=["post"])
    def withdrawal(self, request: Request, pk: str | None = None) -> Response:
        """Take a request back. An advisor only what that advisor asked."""
        change = self.get_object()
        if not request.user.has_perm("allocation.withdraw_request", change):
            self.permission_denied(request)
        try:
            return self._shown(withdraw_change(change=change, actor=request.user))
        except AllocationError as error:
            raise refuse(error) from error
