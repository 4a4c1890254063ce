"""Versions of the policies of the service log over the API: read, draft, change a draft, simulate, publish."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from branch_crm.core.api import Conflict, HasPerm, NewestFirst
from branch_crm.core.domain.rule_table import RuleFault
from servicelog.models import MotPolicy, ScorecardPolicy, ServicePolicy
from servicelog.services.errors import PolicyConflict, ServiceLogError
from servicelog.services.policy_desk import (
    MOT,
    SCORECARD,
    SERVICE,
    Desk,
    Policy,
    change_policy,
    draft_policy,
    mark_of,
    publish_policy,
)
from servicelog.services.simulate_tasks import ask_for_simulation

T = TypeVar("T")


class PolicyDraftSerializer(serializers.Serializer):
    """The whole policy: fields as in the documentation of the policy. Sections that are missing count with their defaults."""

    rules = serializers.DictField()
    note = serializers.CharField(max_length=1000, required=False, default="", allow_blank=True)

    def validate_rules(self, rules: dict[str, Any]) -> dict[str, Any]:
        try:
            text = json.dumps(rules, ensure_ascii=False).encode().decode()
        except UnicodeEncodeError as error:
            raise serializers.ValidationError("is not valid text") from error
        if "\\u0000" in text:
            raise serializers.ValidationError("must not contain NUL")
        return rules


class PolicyChangeSerializer(PolicyDraftSerializer):
    seen = serializers.CharField(max_length=64)


class PolicyPublicationSerializer(serializers.Serializer):
    note = serializers.CharField(max_length=1000)
    valid_from = serializers.DateField(required=False, allow_null=True, default=None)


class PolicySerializer(serializers.ModelSerializer):
    """`mark`: to be sent back as `seen` when a draft is changed."""

    mark = serializers.SerializerMethodField()

    def get_mark(self, policy: Policy) -> str:
        return mark_of(policy)


class MotPolicySerializer(PolicySerializer):
    """`trial`: the last simulation of a draft; null = never simulated."""

    class Meta:
        model = MotPolicy
        fields = ["id", "version", "state", "rules", "valid_from", "note", "trial", "mark"]
        read_only_fields = fields


class ServicePolicySerializer(PolicySerializer):
    class Meta:
        model = ServicePolicy
        fields = ["id", "version", "state", "rules", "valid_from", "note", "mark"]
        read_only_fields = fields


class ScorecardPolicySerializer(PolicySerializer):
    class Meta:
        model = ScorecardPolicy
        fields = ["id", "version", "state", "rules", "valid_from", "note", "mark"]
        read_only_fields = fields


class SimulationSerializer(serializers.Serializer):
    """The job that simulates; its outcome is the draft's `trial`."""

    job = serializers.IntegerField()
    state = serializers.CharField()


class PolicyViewSet(viewsets.ReadOnlyModelViewSet):
    """What both policies answer. A published version never changes."""

    desk: ClassVar[Desk]
    permission_classes = [HasPerm]
    required_perm = "servicelog.view_policies"
    filterset_fields = ["state"]
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[Any]:
        return self.desk.model.objects.visible_to(self.request.user)

    @extend_schema(request=PolicyDraftSerializer)
    def create(self, request: Request) -> Response:
        """A draft. 400 names the field of the rules that is wrong."""
        branch = request.user.branch
        if branch is None:
            raise Http404
        data = _valid(PolicyDraftSerializer(data=request.data))
        policy = _answered(lambda: draft_policy(self.desk, branch=branch, actor=request.user, **data))
        return Response(self.get_serializer(policy).data, status=201)

    @extend_schema(request=PolicyChangeSerializer)
    def partial_update(self, request: Request, pk: str | None = None) -> Response:
        """Change a draft whole. 409 when somebody else has changed or published it since `seen`."""
        policy = self.get_object()
        data = _valid(PolicyChangeSerializer(data=request.data))
        return self._done(lambda: change_policy(self.desk, policy=policy, actor=request.user, **data))

    @extend_schema(request=PolicyPublicationSerializer)
    @action(detail=True, methods=["post"])
    def publication(self, request: Request, pk: str | None = None) -> Response:
        """Put a draft in force, today or from a later day on."""
        policy = self.get_object()
        data = _valid(PolicyPublicationSerializer(data=request.data))
        return self._done(lambda: publish_policy(self.desk, policy=policy, actor=request.user, **data))

    def _done(self, step: Callable[[], Policy]) -> Response:
        return Response(self.get_serializer(_answered(step)).data)


class MotPolicyViewSet(PolicyViewSet):
    """Which moments ask for a contact, of whom, and by when."""

    desk = MOT
    queryset = MotPolicy.objects.none()
    serializer_class = MotPolicySerializer
    required_perms = {
        "create": "servicelog.draft_mot_policy",
        "partial_update": "servicelog.draft_mot_policy",
        "simulation": "servicelog.draft_mot_policy",
        "publication": "servicelog.publish_mot_policy",
    }

    @extend_schema(request=None, responses={202: SimulationSerializer})
    @action(detail=True, methods=["post"])
    def simulation(self, request: Request, pk: str | None = None) -> Response:
        """Simulate the past month with a draft; asked again on the same day, the same job answers."""
        policy = self.get_object()
        job = _answered(lambda: ask_for_simulation(policy=policy, actor=request.user, today=timezone.localdate()))
        return Response({"job": job.pk, "state": job.state}, status=202)


class ServicePolicyViewSet(PolicyViewSet):
    """How the branch serves and logs; compliance drafts its own sections, the desk the others."""

    desk = SERVICE
    queryset = ServicePolicy.objects.none()
    serializer_class = ServicePolicySerializer
    required_perms = {
        "create": "servicelog.draft_service_policy",
        "partial_update": "servicelog.draft_service_policy",
        "publication": "servicelog.publish_service_policy",
    }


class ScorecardPolicyViewSet(PolicyViewSet):
    """What a month of service is appraised by. 400 where the guard forbids a weight: trading volume, commission and openings."""

    desk = SCORECARD
    queryset = ScorecardPolicy.objects.none()
    serializer_class = ScorecardPolicySerializer
    required_perms = {
        "create": "servicelog.draft_scorecard_policy",
        "partial_update": "servicelog.draft_scorecard_policy",
        "publication": "servicelog.publish_scorecard_policy",
    }


def _valid(serializer: serializers.Serializer) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def _answered(step: Callable[[], T]) -> T:
    """Faults of the rules and refusals of a service as answers of the API; 409 when somebody else was faster."""
    try:
        return step()
    except RuleFault as error:
        raise serializers.ValidationError({"rules": {error.field: [error.message]}}) from error
    except PolicyConflict as error:
        raise Conflict({"detail": error.message}) from error
    except ServiceLogError as error:
        raise serializers.ValidationError({error.field or "detail": [error.message]}) from error
