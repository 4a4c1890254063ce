"""Versions of the value policy over the API: drafted, tried, proposed, approved; the same rules as the pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.core.exceptions import ValidationError as DjangoValidationError
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from branch_crm.core.api import Conflict, HasPerm
from clients.api.value_preview_serializers import (
    PreviewSerializer,
    ReplaySerializer,
    TrialSerializer,
    refuse_unknown_list,
)
from clients.domain.value.rules import RulesError
from clients.labels_value import fault_text
from clients.list_state import as_number
from clients.models import ScoringRun, ValuePolicy
from clients.services.approve_value_policy import approve_value_policy
from clients.services.draft_value_policy import (
    change_value_policy,
    discard_value_policy,
    draft_value_policy,
)
from clients.services.hold_value_policy import PolicyConflict
from clients.services.preview_value_policy import Preview, preview_value_policy
from clients.services.propose_value_policy import propose_value_policy
from clients.services.replay_value_policy import replay_value_policy
from clients.services.return_value_policy import return_value_policy

T = TypeVar("T")

WITH = OpenApiParameter("with", int, description="Key of the version to compare with; the one in force otherwise.")
RUN = OpenApiParameter("run", int, description="Key of the scoring whose data are used; the newest otherwise.")
SHOW = OpenApiParameter("show", str, description="List of clients who move: most, up, entered, tier_down, tier-3-2 ...")


def answered(write: Callable[[], T]) -> T:
    """Faults of the rules and refusals of a service as answers of the API; 409 when somebody else was faster."""
    try:
        return write()
    except RulesError as error:
        faults = {fault.field: [str(fault_text(fault))] for fault in error.faults}
        raise serializers.ValidationError({"rules": faults}) from error
    except PolicyConflict as error:
        raise Conflict({"detail": error.messages[0], "revision": error.policy.revision}) from error
    except DjangoValidationError as error:
        raise serializers.ValidationError(serializers.as_serializer_error(error)) from error


class ValuePolicySerializer(serializers.ModelSerializer):
    """`rules` are checked field by field; a wrong one is answered with the path of the field, such as `tiers.3.assets`.

    `revision` goes up with every step; changing a draft needs the one that was read.
    """

    rules = serializers.DictField()
    revision = serializers.IntegerField(required=False, min_value=1)

    class Meta:
        model = ValuePolicy
        fields = [
            "id", "version", "state", "revision", "rules", "note", "valid_from", "created_by", "proposed_by", "proposed_at",
            "returned_by", "returned_note", "published_by", "published_at",
        ]  # fmt: skip
        read_only_fields = [name for name in fields if name not in ("rules", "note", "revision")]

    def create(self, validated_data: dict[str, Any]) -> ValuePolicy:
        actor = self.context["request"].user
        if actor.branch is None:
            raise Http404
        validated_data.pop("revision", None)
        return answered(lambda: draft_value_policy(branch=actor.branch, actor=actor, **validated_data))

    def update(self, instance: ValuePolicy, validated_data: dict[str, Any]) -> ValuePolicy:
        if "revision" not in validated_data:
            raise serializers.ValidationError({"revision": ["Send the revision you read."]})
        wanted = {"rules": instance.rules, "note": instance.note, **validated_data}
        actor = self.context["request"].user
        return answered(lambda: change_value_policy(policy=instance, actor=actor, **wanted))


class StepSerializer(serializers.Serializer):
    """`revision`: the one that was read; 409 when the version changed since."""

    revision = serializers.IntegerField(min_value=1)


class ProposalSerializer(StepSerializer):
    note = serializers.CharField()
    valid_from = serializers.DateField(required=False, allow_null=True)


class ReturnSerializer(StepSerializer):
    note = serializers.CharField(required=False, allow_blank=True, default="")


class ValuePolicyViewSet(mixins.CreateModelMixin, mixins.UpdateModelMixin, viewsets.ReadOnlyModelViewSet):
    """Versions of the rule. Posting makes a draft; a draft is proposed by one person and approved by another."""

    queryset = ValuePolicy.objects.none()
    serializer_class = ValuePolicySerializer
    permission_classes = [HasPerm]
    http_method_names = ["get", "post", "patch", "head", "options"]
    required_perms = {
        "list": "clients.view_value_policy",
        "retrieve": "clients.view_value_policy",
        "effect": "clients.view_value_policy",
        "rerun": "clients.view_value_policy",
        "preview": "clients.draft_value_policy",
        "create": "clients.draft_value_policy",
        "partial_update": "clients.draft_value_policy",
        "discard": "clients.draft_value_policy",
        "proposal": "clients.propose_value_policy",
        "approval": "clients.approve_value_policy",
        "send_back": "clients.approve_value_policy",
    }
    filterset_fields = ["state", "version"]

    def get_queryset(self) -> QuerySet[ValuePolicy]:
        return ValuePolicy.objects.visible_to(self.request.user).select_related("branch")

    @extend_schema(request=TrialSerializer, responses=PreviewSerializer)
    @action(detail=False, methods=["post"])
    def preview(self, request: Request) -> Response:
        """Try rules on today's data against the version in force; nothing is written. 404 before the first import."""
        if request.user.branch is None:
            raise Http404
        wanted = TrialSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        return self._tried(answered(lambda: preview_value_policy(branch=request.user.branch, **wanted.validated_data)))

    @extend_schema(parameters=[WITH, SHOW], responses=PreviewSerializer)
    @action(detail=True, methods=["get"])
    def effect(self, request: Request, pk: str | None = None) -> Response:
        """What this version would do to today's data, against another one."""
        policy = self.get_object()
        siblings = self.get_queryset().filter(branch=policy.branch_id)
        against = _named(siblings, request.query_params.get("with"))
        show = _asked_list(request)
        return self._tried(
            answered(lambda: preview_value_policy(branch=policy.branch, rules=policy.rules, against=against, show=show))
        )

    @extend_schema(parameters=[RUN, SHOW], responses=ReplaySerializer)
    @action(detail=True, methods=["get"])
    def rerun(self, request: Request, pk: str | None = None) -> Response:
        """This version on the data of a past scoring, and whether that scoring itself comes out the same again."""
        policy = self.get_object()
        runs = ScoringRun.objects.visible_to(request.user).filter(branch=policy.branch_id)
        runs = runs.select_related("policy", "branch")
        run = _named(runs, request.query_params.get("run")) or runs.first()
        if run is None:
            raise Http404
        show = _asked_list(request)
        replay = answered(lambda: replay_value_policy(policy=policy, run=run, show=show))
        return Response(ReplaySerializer(replay, context=self.get_serializer_context()).data)

    @extend_schema(request=ProposalSerializer, responses=ValuePolicySerializer)
    @action(detail=True, methods=["post"])
    def proposal(self, request: Request, pk: str | None = None) -> Response:
        """Propose a draft; it then waits for a second person."""
        return self._step(ProposalSerializer, propose_value_policy)

    @extend_schema(request=StepSerializer, responses=ValuePolicySerializer)
    @action(detail=True, methods=["post"])
    def approval(self, request: Request, pk: str | None = None) -> Response:
        """Approve somebody else's proposal; the branch is scored by it when its day comes."""
        return self._step(StepSerializer, lambda **wanted: approve_value_policy(**wanted)[0])

    @extend_schema(request=StepSerializer, responses=ValuePolicySerializer)
    @action(detail=True, methods=["post"])
    def discard(self, request: Request, pk: str | None = None) -> Response:
        """Put a draft aside: it keeps its number and stays readable."""
        return self._step(StepSerializer, discard_value_policy)

    @extend_schema(request=ReturnSerializer, responses=ValuePolicySerializer)
    @action(detail=True, methods=["post"], url_path="return", url_name="return")
    def send_back(self, request: Request, pk: str | None = None) -> Response:
        """Send a proposal back with a note, or take one's own back."""
        return self._step(ReturnSerializer, return_value_policy)

    def _step(self, form: type[StepSerializer], take: Callable[..., ValuePolicy]) -> Response:
        policy = self.get_object()
        wanted = form(data=self.request.data)
        wanted.is_valid(raise_exception=True)
        done = answered(lambda: take(policy=policy, actor=self.request.user, **wanted.validated_data))
        return Response(ValuePolicySerializer(done).data)

    def _tried(self, preview: Preview | None) -> Response:
        if preview is None:
            raise Http404
        return Response(PreviewSerializer(preview, context=self.get_serializer_context()).data)


def _asked_list(request: Request) -> str:
    name = request.query_params.get("show", "most")
    refuse_unknown_list(name)
    return name


def _named(rows: QuerySet[Any], key: str | None) -> Any:
    """The row of a key in the query string; None when none is asked for, 404 when there is no such row."""
    number = as_number(key)
    return get_object_or_404(rows, pk=number) if number else None
