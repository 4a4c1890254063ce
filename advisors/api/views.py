"""Advisors, their skills, results and absences over the API; the same rules as the pages."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from advisors.api.serializers import AdvisorSerializer, EvidenceSerializer, LeaveSerializer, SkillSerializer
from advisors.filters import AdvisorFilter
from advisors.models import Advisor, Leave, SkillEvidence
from advisors.queries import skills_with_reasons
from advisors.services.leave import cancel_leave, enter_leave
from advisors.services.record_evidence import record_evidence
from branch_crm.core.api import HasPerm


class AdvisorViewSet(viewsets.ReadOnlyModelViewSet):
    queryset = Advisor.objects.none()
    serializer_class = AdvisorSerializer
    permission_classes = [HasPerm]
    required_perm = "advisors.view"
    filterset_class = AdvisorFilter

    def get_queryset(self) -> QuerySet[Advisor]:
        return Advisor.objects.visible_to(self.request.user)

    @extend_schema(
        parameters=[OpenApiParameter("on", OpenApiTypes.DATE, description="As of this day; today when left out.")],
        responses=SkillSerializer(many=True),
        filters=False,
    )
    @action(detail=True, pagination_class=None)
    def skills(self, request: Request, pk: str | None = None) -> Response:
        """The skills of one advisor as they stand, or stood, on a day."""
        advisor = self.get_object()
        day = serializers.DateField().run_validation(request.query_params.get("on") or timezone.localdate().isoformat())
        _policy, scores = skills_with_reasons(advisor, on=day)
        rows = [
            {
                "skill": s.skill,
                "score": s.score,
                "weight": s.weight,
                "evidence_ids": [c.evidence.pk for c in s.contributions],
            }
            for s in scores
        ]
        return Response(SkillSerializer(rows, many=True).data)


class OwnBranchAdvisor(serializers.PrimaryKeyRelatedField):
    """Only advisors the caller may see can be named; others do not exist."""

    def get_queryset(self) -> QuerySet[Advisor]:
        return Advisor.objects.visible_to(self.context["request"].user)


class EvidenceWriteSerializer(EvidenceSerializer):
    advisor = OwnBranchAdvisor(queryset=Advisor.objects.none())

    def create(self, validated_data: dict[str, Any]) -> SkillEvidence:
        try:
            return record_evidence(actor=self.context["request"].user, **validated_data)
        except DjangoValidationError as error:
            raise serializers.ValidationError(serializers.as_serializer_error(error)) from error


class EvidenceViewSet(mixins.CreateModelMixin, viewsets.ReadOnlyModelViewSet):
    """Results behind the skills. Posting the same advisor, kind, event and day again corrects the result."""

    queryset = SkillEvidence.objects.none()
    serializer_class = EvidenceWriteSerializer
    permission_classes = [HasPerm]
    required_perms = {"list": "advisors.view", "retrieve": "advisors.view", "create": "advisors.record_evidence"}
    filterset_fields = ["advisor", "kind"]

    def get_queryset(self) -> QuerySet[SkillEvidence]:
        return SkillEvidence.objects.visible_to(self.request.user)


class LeaveWriteSerializer(LeaveSerializer):
    advisor = OwnBranchAdvisor(queryset=Advisor.objects.none())

    def create(self, validated_data: dict[str, Any]) -> Leave:
        try:
            return enter_leave(actor=self.context["request"].user, **{"reason": "", **validated_data})
        except DjangoValidationError as error:
            raise serializers.ValidationError(serializers.as_serializer_error(error)) from error


class LeaveViewSet(mixins.CreateModelMixin, mixins.DestroyModelMixin, viewsets.ReadOnlyModelViewSet):
    """Absences; an advisor on leave gets no new clients."""

    queryset = Leave.objects.none()
    serializer_class = LeaveWriteSerializer
    permission_classes = [HasPerm]
    required_perms = {
        "list": "advisors.view",
        "retrieve": "advisors.view",
        "create": "advisors.edit",
        "destroy": "advisors.edit",
    }
    filterset_fields = ["advisor"]

    def get_queryset(self) -> QuerySet[Leave]:
        return Leave.objects.visible_to(self.request.user).select_related("advisor__branch")

    def perform_destroy(self, instance: Leave) -> None:
        cancel_leave(leave=instance, actor=self.request.user)
