"""Retention cases over the API: opened, their parts answered and talked through, ended; the same services as the pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from branch_crm.core.api import HasPerm, NewestFirst
from branch_crm.core.models import Staff
from clients.models import Client
from retention.api.requests import refuse
from retention.models import CaseTask, Reason, RetentionCase
from retention.queries.cases import case_rows
from retention.services.close_case import close_case
from retention.services.errors import RetentionError
from retention.services.finish_part import finish_part
from retention.services.open_case import open_by_hand
from retention.services.take_part import hand_on, take_part, who_may_have
from servicelog.api.shared import OwnClient
from servicelog.api.shared import refuse as refuse_log
from servicelog.models import Channel
from servicelog.services.errors import ServiceLogError


class PartSerializer(serializers.ModelSerializer):
    """`answer_by`: without an answer by then whoever is on duty is called. `assignee` null: anybody of the role."""

    class Meta:
        model = CaseTask
        fields = [
            "id", "case", "role", "assignee", "called_first", "called_at", "answer_by", "state", "taken_at", "ended_at",
            "contact",
        ]  # fmt: skip
        read_only_fields = fields


class CaseSerializer(serializers.ModelSerializer):
    """`likely`: reasons as they stood at the opening, ranked, with their signs. `talk_declined`, `has_left`: what the client's
    own requests say, from that second on. `check_30`, `check_90`: whether "stays" was true, by the figures in `checks`."""

    client_no = serializers.CharField(source="client.client_no")
    likely = serializers.ListField(child=serializers.DictField())
    reason = serializers.CharField(source="reason.code", default=None, allow_null=True)
    talk_declined = serializers.BooleanField()
    has_left = serializers.BooleanField()
    checks = serializers.DictField()
    parts = PartSerializer(many=True)

    class Meta:
        model = RetentionCase
        fields = [
            "id", "client", "client_no", "advisor", "tier", "source", "request", "likely", "opened_at", "opened_by",
            "assets", "revenue", "state", "outcome", "outcome_note", "reason", "closed_at", "closed_by", "talk_declined",
            "has_left", "check_30", "check_90", "checks", "parts",
        ]  # fmt: skip
        read_only_fields = fields


class OpenSerializer(serializers.Serializer):
    """`client_no` is the counter system's 客户号."""

    client_no = OwnClient(slug_field="client_no", queryset=Client.objects.none())


class EndSerializer(serializers.Serializer):
    """`reason`: code of the list, only where the client told one."""

    outcome = serializers.ChoiceField(choices=RetentionCase.Outcome.choices)
    reason = serializers.SlugRelatedField(
        slug_field="code", queryset=Reason.objects.none(), default=None, allow_null=True
    )
    note = serializers.CharField(max_length=500, default="", allow_blank=True)

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        fields["reason"].queryset = Reason.objects.visible_to(self.context["request"].user).filter(is_active=True)
        return fields


class HandOnSerializer(serializers.Serializer):
    """`to`: staff number of somebody who sees the client."""

    to = serializers.CharField(max_length=20)


class PartTalkSerializer(serializers.Serializer):
    """`token`: made by the caller, once a talk; sent again, it is the same talk."""

    token = serializers.UUIDField()
    channel = serializers.ChoiceField(choices=Channel.choices)
    summary = serializers.CharField(max_length=2000)
    reached = serializers.BooleanField(default=True)
    minutes = serializers.IntegerField(min_value=1, max_value=600, default=None, allow_null=True)
    quoted = serializers.BooleanField(default=False, help_text="Flagged wording is quoted from the client, or denied.")


class CaseFilter(django_filters.FilterSet):
    opened = django_filters.DateFromToRangeFilter(field_name="opened_at")

    class Meta:
        model = RetentionCase
        fields = ["state", "outcome", "source", "client", "advisor", "check_30", "check_90"]


class CaseViewSet(viewsets.ReadOnlyModelViewSet):
    """Retention cases of the clients the caller sees. They run beside a request and never hold it."""

    queryset = RetentionCase.objects.none()
    serializer_class = CaseSerializer
    permission_classes = [HasPerm]
    required_perm = "retention.view_cases"
    required_perms = dict.fromkeys(("create", "ending"), "retention.work_on_case")
    filterset_class = CaseFilter
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[RetentionCase]:
        return case_rows(self.request.user).select_related("branch", "reason")

    @extend_schema(request=OpenSerializer, responses={201: CaseSerializer, 200: CaseSerializer})
    def create(self, request: Request) -> Response:
        """200 with the case that is open already. 400 where nobody may call the client."""
        given = OpenSerializer(data=request.data, context={"request": request})
        given.is_valid(raise_exception=True)
        client = given.validated_data["client_no"]
        stood = self.get_queryset().filter(client=client, state=RetentionCase.State.OPEN).exists()
        try:
            case = open_by_hand(client=client, actor=request.user)
        except RetentionError as error:
            raise refuse(error) from error
        return self._shown(case, status=200 if stood else 201)

    @extend_schema(request=EndSerializer, responses=CaseSerializer)
    @action(detail=True, methods=["post"])
    def ending(self, request: Request, pk: str) -> Response:
        """The client's request goes on whatever is noted here."""
        case = self.get_object()
        given = EndSerializer(data=request.data, context={"request": request})
        given.is_valid(raise_exception=True)
        try:
            close_case(case=case, actor=request.user, **given.validated_data)
        except RetentionError as error:
            raise refuse(error) from error
        return self._shown(case)

    def _shown(self, case: RetentionCase, status: int = 200) -> Response:
        return Response(self.get_serializer(self.get_queryset().get(pk=case.pk)).data, status=status)


class PartViewSet(viewsets.ReadOnlyModelViewSet):
    """Parts of cases: who is called, until when, and the talk that came of it."""

    queryset = CaseTask.objects.none()
    serializer_class = PartSerializer
    permission_classes = [HasPerm]
    required_perm = "retention.view_cases"
    required_perms = dict.fromkeys(("taking", "handing_on", "talk"), "retention.work_on_case")
    filterset_fields = ["case", "state", "role", "assignee"]
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[CaseTask]:
        people = ("assignee", "case__client__advisor")
        return CaseTask.objects.visible_to(self.request.user).select_related(*people)

    @extend_schema(request=None, responses=PartSerializer)
    @action(detail=True, methods=["post"])
    def taking(self, request: Request, pk: str) -> Response:
        """By whoever is called, or director and assistant in the place of each."""
        return self._do(take_part, part=self.get_object())

    @extend_schema(request=HandOnSerializer, responses=PartSerializer)
    @action(detail=True, methods=["post"], url_path="handing-on")
    def handing_on(self, request: Request, pk: str) -> Response:
        """Called anew, with a countdown of its own."""
        part, given = self.get_object(), self._read(HandOnSerializer)
        people: QuerySet[Staff] = who_may_have(part.case)
        return self._do(hand_on, part=part, to=get_object_or_404(people, staff_no=given["to"]))

    @extend_schema(request=PartTalkSerializer, responses=PartSerializer)
    @action(detail=True, methods=["post"])
    def talk(self, request: Request, pk: str) -> Response:
        """Logged as any contact is, and linked. Who was not reached is tried again: the part stays taken."""
        return self._do(finish_part, part=self.get_object(), **self._read(PartTalkSerializer))

    def _read(self, kind: type[serializers.Serializer]) -> dict[str, Any]:
        given = kind(data=self.request.data)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def _do(self, deed: Callable[..., CaseTask], **given: Any) -> Response:
        try:
            done = deed(actor=self.request.user, **given)
        except RetentionError as error:
            raise refuse(error) from error
        except ServiceLogError as error:
            raise refuse_log(error) from error
        return Response(self.get_serializer(done).data)
