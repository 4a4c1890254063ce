"""Service reviews over the API: read, reply, decide; the same rules and services as the pages."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from allocation.api.refusals import refuse
from allocation.models import ReviewStep, ServiceReview
from allocation.services.decide_review import decide_review
from allocation.services.errors import AllocationError
from allocation.services.reply_to_review import reply_to_review
from branch_crm.core.api import HasPerm, NewestFirst


class ReviewStepSerializer(serializers.ModelSerializer):
    class Meta:
        model = ReviewStep
        fields = ["step", "at", "by", "note"]
        read_only_fields = fields


class ServiceReviewSerializer(serializers.ModelSerializer):
    """`evidence`: figures of the day it was found, the standard, and the logs with why they do not count. `cure_until`: the
    last trading day to cure or reply. `steps`: oldest first; `by` null = the night."""

    client_no = serializers.CharField(source="client.client_no")
    steps = ReviewStepSerializer(many=True)

    class Meta:
        model = ServiceReview
        fields = [
            "id", "client", "client_no", "advisor", "finding", "evidence", "policy", "found_on", "noticed_on", "cure_until",
            "state", "reply", "replied_at", "asked_on", "due_on", "decision", "decision_note", "decided_by", "decided_at",
            "closed_on", "steps",
        ]  # fmt: skip
        read_only_fields = fields


class ReplySerializer(serializers.Serializer):
    text = serializers.CharField(max_length=1000)
    ask_now = serializers.BooleanField(required=False, default=False)


class RulingSerializer(serializers.Serializer):
    """`until`: required for more time (a trading day), optional for staying under watch."""

    decision = serializers.ChoiceField(choices=ServiceReview.Decision.choices)
    note = serializers.CharField(max_length=500)
    until = serializers.DateField(required=False, allow_null=True, default=None)


class ServiceReviewViewSet(viewsets.ReadOnlyModelViewSet):
    """Reviews of how clients are served: an advisor's own, the branch's for the office."""

    queryset = ServiceReview.objects.none()
    serializer_class = ServiceReviewSerializer
    permission_classes = [HasPerm]
    required_perm = "allocation.view_service_reviews"
    required_perms = {"reply": "allocation.reply_to_review", "decision": "allocation.decide_review"}
    filterset_fields = ["state", "finding", "advisor", "client"]
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[ServiceReview]:
        rows = ServiceReview.objects.visible_to(self.request.user)
        return rows.select_related("client", "branch").prefetch_related("steps")

    def _valid(self, kind: type[serializers.Serializer]) -> dict[str, Any]:
        serializer = kind(data=self.request.data)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    @extend_schema(request=ReplySerializer, responses=ServiceReviewSerializer)
    @action(detail=True, methods=["post"])
    def reply(self, request: Request, pk: str | None = None) -> Response:
        """The advisor's answer; with `ask_now` the decision does not wait for the last day. 409 once decided."""
        review, data = self.get_object(), self._valid(ReplySerializer)
        try:
            replied = reply_to_review(review=review, actor=request.user, **data)
        except AllocationError as error:
            raise refuse(error) from error
        return Response(self.get_serializer(replied).data)

    @extend_schema(request=RulingSerializer, responses=ServiceReviewSerializer)
    @action(detail=True, methods=["post"])
    def decision(self, request: Request, pk: str | None = None) -> Response:
        """The director's decision with grounds. 409 while the advisor's time runs, or when somebody has decided."""
        review, data = self.get_object(), self._valid(RulingSerializer)
        try:
            decided = decide_review(review=review, actor=request.user, **data)
        except AllocationError as error:
            raise refuse(error) from error
        return Response(self.get_serializer(decided).data)
