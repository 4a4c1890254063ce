"""Leaving requests over the API: taken in, settled, done, withdrawn; the same services as the pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import cached_property
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from branch_crm.core import trading_calendar
from branch_crm.core.api import HasPerm, NewestFirst
from branch_crm.core.trading_calendar import TradingCalendar
from clients.models import Client
from retention.models import LeavingRequest
from retention.services.errors import Blocked, RetentionError
from retention.services.receive_request import receive_request
from retention.services.work_on_request import complete_request, decline_talk, mark_settled, withdraw_request
from servicelog.api.shared import OwnClient


class LeavingRequestSerializer(serializers.ModelSerializer):
    client_no = serializers.CharField(source="client.client_no")
    grounds = serializers.SerializerMethodField(help_text="Lawful grounds that stand")
    due_provisional = serializers.SerializerMethodField(
        help_text="The deadline lies beyond the published trading calendar and may still move"
    )

    class Meta:
        model = LeavingRequest
        fields = [
            "id", "client", "client_no", "advisor", "kind", "subject", "origin", "outside_no", "applied_at", "settled_at",
            "due_at", "due_provisional", "state", "grounds", "reason", "reason_note", "competitor",
            "competitor_rate", "declined_talk_at", "finished_at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_grounds(self, request: LeavingRequest) -> list[str]:
        return [block.ground for block in request.blocks.all() if block.cleared_at is None]

    @cached_property
    def _calendar(self) -> TradingCalendar:
        """Once for all rows of an answer."""
        return trading_calendar.load()

    def get_due_provisional(self, request: LeavingRequest) -> bool:
        return request.due_at is not None and self._calendar.is_provisional(timezone.localdate(request.due_at))


class ReceiveSerializer(serializers.Serializer):
    """`client_no` is the counter system's 客户号. `settled_at` left out: not yet, the clock has not started."""

    client_no = OwnClient(slug_field="client_no", queryset=Client.objects.none())
    kind = serializers.ChoiceField(choices=LeavingRequest.Kind.choices)
    subject = serializers.CharField(max_length=40, default="", allow_blank=True)
    origin = serializers.ChoiceField(
        choices=[LeavingRequest.Origin.COUNTER, LeavingRequest.Origin.PHONE], default=LeavingRequest.Origin.COUNTER
    )
    applied_at = serializers.DateTimeField(default=None, allow_null=True)
    settled_at = serializers.DateTimeField(default=None, allow_null=True)


class LeavingRequestFilter(django_filters.FilterSet):
    applied = django_filters.DateFromToRangeFilter(field_name="applied_at")

    class Meta:
        model = LeavingRequest
        fields = ["state", "kind", "origin", "client", "advisor"]


def refuse(error: RetentionError) -> serializers.ValidationError:
    """400 at the field; with the lawful grounds, where they stand in the way."""
    body: dict[str, Any] = {error.field or "detail": [error.message]}
    if isinstance(error, Blocked):
        body["grounds"] = list(error.grounds)
    return serializers.ValidationError(body)


class LeavingRequestViewSet(viewsets.ReadOnlyModelViewSet):
    """Requests to close, to move, to give up a permission, of the clients the caller sees."""

    queryset = LeavingRequest.objects.none()
    serializer_class = LeavingRequestSerializer
    permission_classes = [HasPerm]
    required_perm = "retention.view_requests"
    required_perms = {
        "create": "retention.receive_request",
        "silence": "retention.receive_request",
        "completion": "retention.work_on_request",
        "settlement": "retention.work_on_request",
        "withdrawal": "retention.work_on_request",
    }
    filterset_class = LeavingRequestFilter
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[LeavingRequest]:
        requests = LeavingRequest.objects.visible_to(self.request.user).select_related("client", "branch")
        return requests.prefetch_related("blocks")

    @extend_schema(request=ReceiveSerializer, responses={201: LeavingRequestSerializer, 200: LeavingRequestSerializer})
    def create(self, request: Request) -> Response:
        """200 with the request that stands already, where the client has asked for the same before."""
        given = ReceiveSerializer(data=request.data, context={"request": request})
        given.is_valid(raise_exception=True)
        fields = dict(given.validated_data)
        try:
            received = receive_request(client=fields.pop("client_no"), actor=request.user, **fields)
        except RetentionError as error:
            raise refuse(error) from error
        return Response(self.get_serializer(received.request).data, status=201 if received.created else 200)

    @extend_schema(request=None, responses=LeavingRequestSerializer)
    @action(detail=True, methods=["post"])
    def completion(self, request: Request, pk: str) -> Response:
        """Done. Only lawful grounds can stand in the way; they are named."""
        return self._do(complete_request)

    @extend_schema(request=None, responses=LeavingRequestSerializer)
    @action(detail=True, methods=["post"])
    def settlement(self, request: Request, pk: str) -> Response:
        """The account is settled: the clock runs."""
        return self._do(mark_settled)

    @extend_schema(request=None, responses=LeavingRequestSerializer)
    @action(detail=True, methods=["post"])
    def withdrawal(self, request: Request, pk: str) -> Response:
        """By the client's own word."""
        return self._do(withdraw_request)

    @extend_schema(request=None, responses=LeavingRequestSerializer)
    @action(detail=True, methods=["post"])
    def silence(self, request: Request, pk: str) -> Response:
        """The client does not want to talk about staying."""
        return self._do(decline_talk)

    def _do(self, deed: Callable[..., LeavingRequest]) -> Response:
        try:
            deed(request=self.get_object(), actor=self.request.user)
        except RetentionError as error:
            raise refuse(error) from error
        return Response(self.get_serializer(self.get_object()).data)
