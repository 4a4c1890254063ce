"""Scorecards over the API: statements with their figures, the records behind them, disputes, and the freezing of a month."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from branch_crm.core.api import HasPerm, NewestFirst
from servicelog.api.shared import refuse
from servicelog.domain.scorecard import CODES
from servicelog.models import Scorecard, ScorecardDispute
from servicelog.queries.scorecard.pages import corrected
from servicelog.queries.scorecard.records import MET, MISSED, PAGE, records_of
from servicelog.services.answer_scorecard_dispute import answer_scorecard_dispute
from servicelog.services.dispute_scorecard import dispute_scorecard
from servicelog.services.errors import ServiceLogError


class FigureSerializer(serializers.Serializer):
    """`value` null: nothing to judge. `good` of `whole` is what the records add up to. `weight` after the weights of what could not
    be judged were spread; `points` null: not scored. `few`: too few records to say much."""

    value = serializers.FloatField(allow_null=True)
    good = serializers.FloatField()
    whole = serializers.FloatField()
    target = serializers.FloatField(allow_null=True)
    weight = serializers.FloatField()
    points = serializers.FloatField(allow_null=True)
    few = serializers.BooleanField()


class ScorecardSerializer(serializers.ModelSerializer):
    """`points` as worked out, `correction` what granted disputes gave back, `corrected` both. `cap`: what holds them down."""

    policy = serializers.IntegerField(source="policy.version", read_only=True)
    figures = serializers.DictField(child=FigureSerializer(), read_only=True)
    correction = serializers.FloatField(read_only=True)
    corrected = serializers.SerializerMethodField()

    class Meta:
        model = Scorecard
        fields = [
            "id", "advisor", "month", "until", "state", "points", "correction", "corrected", "cap", "figures", "policy",
            "computed_at", "frozen_at", "frozen_by", "freeze_note",
        ]  # fmt: skip
        read_only_fields = fields

    def get_corrected(self, card: Scorecard) -> float | None:
        return corrected(card)


class ScorecardDisputeSerializer(serializers.ModelSerializer):
    class Meta:
        model = ScorecardDispute
        fields = [
            "id", "scorecard", "indicator", "text", "made_by", "made_at", "state", "answer", "answered_by", "answered_at",
            "correction",
        ]  # fmt: skip
        read_only_fields = fields


class ScorecardDisputeDraftSerializer(serializers.Serializer):
    indicator = serializers.ChoiceField(choices=CODES)
    text = serializers.CharField(max_length=500)


class ScorecardAnswerSerializer(serializers.Serializer):
    """`correction`: points given back, when granted."""

    granted = serializers.BooleanField()
    answer = serializers.CharField(max_length=500)
    correction = serializers.FloatField(required=False, allow_null=True, default=None)


class FigureRecordSerializer(serializers.Serializer):
    """`record`: key of the task, log, recommendation or complaint; null where the client is the record."""

    client = serializers.IntegerField()
    record = serializers.IntegerField(allow_null=True)
    good = serializers.FloatField()
    whole = serializers.FloatField()
    weight = serializers.FloatField()


class FigureRecordsSerializer(serializers.Serializer):
    """A page of the records; `hidden` ones are of clients whom the caller does not see any more, and count all the same."""

    total = serializers.IntegerField()
    hidden = serializers.IntegerField()
    next_start = serializers.IntegerField(allow_null=True)
    rows = FigureRecordSerializer(many=True)


class ScorecardFilter(django_filters.FilterSet):
    month_from = django_filters.DateFilter(field_name="month", lookup_expr="gte")
    month_until = django_filters.DateFilter(field_name="month", lookup_expr="lte")

    class Meta:
        model = Scorecard
        fields = ["advisor", "month", "state"]


class ScorecardViewSet(viewsets.ReadOnlyModelViewSet):
    """An advisor's own scorecards; for director, assistant, manager and compliance those of the branch."""

    queryset = Scorecard.objects.none()
    serializer_class = ScorecardSerializer
    permission_classes = [HasPerm]
    required_perm = "servicelog.view_scorecard"
    required_perms = {"dispute": "servicelog.dispute_scorecard"}
    filterset_class = ScorecardFilter
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[Scorecard]:
        return Scorecard.objects.visible_to(self.request.user).with_correction().select_related("policy")

    @extend_schema(
        parameters=[
            OpenApiParameter("figure", str, enum=CODES, required=True),
            OpenApiParameter("only", str, enum=(MET, MISSED)),
            OpenApiParameter("start", int),
        ],
        responses=FigureRecordsSerializer,
    )
    @action(detail=True, methods=["get"], pagination_class=None, filterset_class=None)
    def records(self, request: Request, pk: str | None = None) -> Response:
        """What a figure is made of: those that cost points first."""
        card, asked = self.get_object(), request.query_params
        if asked.get("figure") not in CODES:
            raise serializers.ValidationError({"figure": ["name one of " + ", ".join(CODES)]})
        if asked.get("only", "") not in ("", MET, MISSED):
            raise NotFound
        text = asked.get("start", "0")
        start = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
        found = records_of(request.user, card, asked["figure"], only=asked.get("only", ""), start=start)
        body: dict[str, Any] = {
            "total": found.total,
            "hidden": found.hidden,
            "next_start": start + PAGE if start + PAGE < found.total else None,
            "rows": [
                {
                    "client": row.client.pk,
                    "record": row.record.pk if row.record else None,
                    "good": row.good,
                    "whole": row.whole,
                    "weight": row.weight,
                }
                for row in found.rows
            ],
        }
        return Response(FigureRecordsSerializer(body).data)

    @extend_schema(request=ScorecardDisputeDraftSerializer, responses={201: ScorecardDisputeSerializer})
    @action(detail=True, methods=["post"])
    def dispute(self, request: Request, pk: str | None = None) -> Response:
        """One's own figures only."""
        card = self.get_object()
        given = ScorecardDisputeDraftSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            made = dispute_scorecard(scorecard=card, actor=request.user, **given.validated_data)
        except ServiceLogError as error:
            raise refuse(error) from error
        return Response(ScorecardDisputeSerializer(made).data, status=201)


class ScorecardDisputeViewSet(viewsets.ReadOnlyModelViewSet):
    """Disputes the caller sees; the director answers."""

    queryset = ScorecardDispute.objects.none()
    serializer_class = ScorecardDisputeSerializer
    permission_classes = [HasPerm]
    required_perm = "servicelog.view_scorecard"
    required_perms = {"answer": "servicelog.answer_scorecard_disputes"}
    filterset_fields = ["state", "scorecard", "indicator"]
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[ScorecardDispute]:
        return ScorecardDispute.objects.visible_to(self.request.user)

    @extend_schema(request=ScorecardAnswerSerializer, responses=ScorecardDisputeSerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: str | None = None) -> Response:
        """Granted: points are given back beside the frozen figure."""
        dispute = self.get_object()
        given = ScorecardAnswerSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            answered = answer_scorecard_dispute(dispute=dispute, actor=request.user, **given.validated_data)
        except ServiceLogError as error:
            raise refuse(error) from error
        return Response(self.get_serializer(answered).data)
