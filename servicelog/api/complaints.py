"""Complaints over the API: entered by the counter's system, settled by the desk."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from branch_crm.core.api import HasPerm, NewestFirst
from clients.models import Client
from servicelog.api.shared import OwnClient, refuse
from servicelog.models import Channel, Complaint
from servicelog.services.enter_complaint import enter_complaint, settle_complaint
from servicelog.services.errors import ServiceLogError


class ComplaintSerializer(serializers.ModelSerializer):
    client_no = serializers.CharField(source="client.client_no")

    class Meta:
        model = Complaint
        fields = [
            "id", "client", "client_no", "advisor", "received_on", "channel", "about", "text", "state", "answered_on",
            "settled_on", "outcome", "entered_by", "entered_at",
        ]  # fmt: skip
        read_only_fields = fields


class EnterSerializer(serializers.Serializer):
    """`client_no` is the counter system's 客户号. `received_on` left out: today."""

    client_no = OwnClient(slug_field="client_no", queryset=Client.objects.none())
    channel = serializers.ChoiceField(choices=Channel.choices)
    about = serializers.ChoiceField(choices=Complaint.About.choices)
    text = serializers.CharField(max_length=2000)
    received_on = serializers.DateField(default=None, allow_null=True)


class OutcomeSerializer(serializers.Serializer):
    outcome = serializers.CharField(max_length=1000)


class ComplaintFilter(django_filters.FilterSet):
    received = django_filters.DateFromToRangeFilter(field_name="received_on")

    class Meta:
        model = Complaint
        fields = ["state", "client", "advisor", "about"]


class ComplaintViewSet(viewsets.ReadOnlyModelViewSet):
    """Complaints of the clients the caller sees: enter, settle. Between them a contact of this purpose answers."""

    queryset = Complaint.objects.none()
    serializer_class = ComplaintSerializer
    permission_classes = [HasPerm]
    required_perm = "servicelog.view_log"
    required_perms = {"create": "servicelog.enter_complaint", "settlement": "servicelog.settle_complaint"}
    filterset_class = ComplaintFilter
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[Complaint]:
        return Complaint.objects.visible_to(self.request.user).select_related("client", "branch")

    @extend_schema(request=EnterSerializer, responses={201: ComplaintSerializer})
    def create(self, request: Request) -> Response:
        """The same words of the same client on the same day are one complaint."""
        given = EnterSerializer(data=request.data, context={"request": request})
        given.is_valid(raise_exception=True)
        fields = dict(given.validated_data)
        try:
            complaint = enter_complaint(client=fields.pop("client_no"), actor=request.user, **fields)
        except ServiceLogError as error:
            raise refuse(error) from error
        return Response(self.get_serializer(complaint).data, status=201)

    @extend_schema(request=OutcomeSerializer, responses=ComplaintSerializer)
    @action(detail=True, methods=["post"])
    def settlement(self, request: Request, pk: str | None = None) -> Response:
        complaint = self.get_object()
        given = OutcomeSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            settled = settle_complaint(complaint=complaint, actor=request.user, **given.validated_data)
        except ServiceLogError as error:
            raise refuse(error) from error
        return Response(self.get_serializer(settled).data)
