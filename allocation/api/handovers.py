"""Handovers over the API: the list, one with its dossier, and the three deeds on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from allocation.api.refusals import refuse
from allocation.domain.dossier import seen_mark
from allocation.models import Handover
from allocation.services.answer_handover import answer_handover
from allocation.services.errors import AllocationError
from allocation.services.remark_handover import remark_handover
from allocation.services.sign_handover import sign_handover
from branch_crm.core.api import HasPerm, NewestFirst


class HandoverSerializer(serializers.ModelSerializer):
    """`running` false: the client has changed hands again since, nothing is left to do."""

    client_no = serializers.CharField(source="client.client_no")
    running = serializers.SerializerMethodField()

    class Meta:
        model = Handover
        fields = [
            "id", "client", "client_no", "giver", "taker", "on", "running", "remarks", "remarks_at", "signed_by", "signed_at",
            "acceptance", "accepted_on", "request",
        ]  # fmt: skip
        read_only_fields = fields

    def get_running(self, handover: Handover) -> bool:
        return handover.assignment.ends is None


class DossierSerializer(HandoverSerializer):
    """With the frozen dossier, its SHA-256, and `seen`, which a signature must send back."""

    dossier = serializers.JSONField()
    seen = serializers.SerializerMethodField()

    class Meta(HandoverSerializer.Meta):
        fields = [*HandoverSerializer.Meta.fields, "dossier", "digest", "frozen_at", "seen"]
        read_only_fields = fields

    def get_seen(self, handover: Handover) -> str:
        return seen_mark(handover.digest, handover.remarks)


class RemarksSerializer(serializers.Serializer):
    remarks = serializers.CharField(max_length=2000, allow_blank=True)


class SignatureSerializer(serializers.Serializer):
    """`seen` of the dossier that was read."""

    seen = serializers.CharField(max_length=64)


class HandoverAnswerSerializer(serializers.Serializer):
    """`on` left out = today. A refusal opens a request for another advisor, named in `request`."""

    acceptance = serializers.ChoiceField(choices=[Handover.Acceptance.ACCEPTED, Handover.Acceptance.REFUSED])
    on = serializers.DateField(default=timezone.localdate)
    reason = serializers.CharField(max_length=300, required=False, default="", allow_blank=True)


class HandoverFilter(django_filters.FilterSet):
    signed = django_filters.BooleanFilter(field_name="signed_at", lookup_expr="isnull", exclude=True)
    running = django_filters.BooleanFilter(field_name="assignment__ends", lookup_expr="isnull")

    class Meta:
        model = Handover
        fields = ["taker", "giver", "client", "on", "acceptance"]


class HandoverViewSet(viewsets.ReadOnlyModelViewSet):
    """Clients who changed hands: read the dossier, remark, sign, note the client's answer."""

    queryset = Handover.objects.none()
    permission_classes = [HasPerm]
    required_perm = "allocation.read_dossiers"
    filterset_class = HandoverFilter
    pagination_class = NewestFirst

    def get_serializer_class(self) -> type[serializers.BaseSerializer]:
        return HandoverSerializer if self.action == "list" else DossierSerializer

    def get_queryset(self) -> QuerySet[Handover]:
        rows = Handover.objects.visible_to(self.request.user)
        rows = rows.select_related("client", "assignment", "giver", "taker", "branch")
        return rows.defer("dossier") if self.action == "list" else rows

    def _do(self, perm: str, kind: type[serializers.Serializer], deed: Callable[..., Any]) -> Response:
        handover = self.get_object()
        if not self.request.user.has_perm(perm, handover):
            self.permission_denied(self.request)
        serializer = kind(data=self.request.data)
        serializer.is_valid(raise_exception=True)
        try:
            deed(handover=handover, actor=self.request.user, **serializer.validated_data)
        except AllocationError as error:
            raise refuse(error) from error
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=RemarksSerializer, responses=DossierSerializer)
    @action(detail=True, methods=["post"])
    def remarks(self, request: Request, pk: str | None = None) -> Response:
        """The giver's, as a whole, until the taker has signed (409 then). Director and assistant for a giver who is gone."""
        return self._do("allocation.remark_handover", RemarksSerializer, remark_handover)

    @extend_schema(request=SignatureSerializer, responses=DossierSerializer)
    @action(detail=True, methods=["post"])
    def signature(self, request: Request, pk: str | None = None) -> Response:
        """The taker's. 409 when the remarks have changed since the dossier was read."""
        return self._do("allocation.sign_handover", SignatureSerializer, sign_handover)

    @extend_schema(request=HandoverAnswerSerializer, responses=DossierSerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: str | None = None) -> Response:
        """What the client says of the change; noted by the taker, director or assistant."""
        return self._do("allocation.answer_handover", HandoverAnswerSerializer, answer_handover)
