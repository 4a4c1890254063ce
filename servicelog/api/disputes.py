"""Disputes of logs that do not count, and their answers, over the API."""

from __future__ import annotations

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from branch_crm.core.api import HasPerm, NewestFirst
from servicelog.api.shared import refuse
from servicelog.models import CountDispute
from servicelog.services.dispute_count import answer_dispute
from servicelog.services.errors import ServiceLogError


class DisputeSerializer(serializers.ModelSerializer):
    count_reasons = serializers.ListField(child=serializers.CharField(), source="contact.count_reasons")

    class Meta:
        model = CountDispute
        fields = [
            "id", "contact", "count_reasons", "text", "made_by", "made_at", "state", "answer", "answered_by", "answered_at",
        ]  # fmt: skip
        read_only_fields = fields


class DisputeAnswerSerializer(serializers.Serializer):
    """`answer` is required when the contact does not count after all."""

    granted = serializers.BooleanField()
    answer = serializers.CharField(max_length=300, default="", allow_blank=True)


class DisputeViewSet(viewsets.ReadOnlyModelViewSet):
    """Disputes the caller sees; the director or the assistant answers."""

    queryset = CountDispute.objects.none()
    serializer_class = DisputeSerializer
    permission_classes = [HasPerm]
    required_perm = "servicelog.view_log"
    required_perms = {"answer": "servicelog.answer_disputes"}
    filterset_fields = ["state", "contact", "made_by"]
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[CountDispute]:
        return CountDispute.objects.visible_to(self.request.user).select_related("contact")

    @extend_schema(request=DisputeAnswerSerializer, responses=DisputeSerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: str | None = None) -> Response:
        dispute = self.get_object()
        given = DisputeAnswerSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            answered = answer_dispute(dispute=dispute, actor=request.user, **given.validated_data)
        except ServiceLogError as error:
            raise refuse(error) from error
        return Response(self.get_serializer(answered).data)
