"""Versions of the match policy over the API: read, draft, change a draft, publish."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from allocation.api.views import refuse
from allocation.domain.fit.policy import DEFAULT_RULES
from allocation.models import MatchPolicy
from allocation.services.delete_policy_draft import delete_policy_draft
from allocation.services.draft_match_policy import change_match_policy, draft_match_policy
from allocation.services.errors import AllocationError
from allocation.services.publish_match_policy import publish_match_policy
from branch_crm.core.api import HasPerm, NewestFirst
from branch_crm.core.domain.rule_table import RuleFault
from servicelog.api.policies import PolicyDraftSerializer, PolicySerializer


class MatchPolicySerializer(PolicySerializer):
    class Meta:
        model = MatchPolicy
        fields = ["id", "version", "state", "rules", "valid_from", "note", "mark"]
        read_only_fields = fields


class MatchPolicyDraftSerializer(PolicyDraftSerializer):
    """The whole policy: fields as in the documentation of the match policy."""

    def validate_rules(self, rules: dict[str, Any]) -> dict[str, Any]:
        unknown = sorted(set(super().validate_rules(rules)) - set(DEFAULT_RULES))
        if unknown:
            raise serializers.ValidationError(f"{unknown[0]}: there is no such section")
        return rules


class MatchPolicyDeletionSerializer(serializers.Serializer):
    seen = serializers.CharField(max_length=64)


class MatchPolicyChangeSerializer(MatchPolicyDraftSerializer):
    seen = serializers.CharField(max_length=64)


class MatchPolicyPublicationSerializer(serializers.Serializer):
    note = serializers.CharField(max_length=1000)
    valid_from = serializers.DateField(required=False, allow_null=True, default=None)


class MatchPolicyViewSet(viewsets.ReadOnlyModelViewSet):
    """Versions of the match policy; a published one never changes."""

    queryset = MatchPolicy.objects.none()
    serializer_class = MatchPolicySerializer
    permission_classes = [HasPerm]
    required_perm = "allocation.view_plans"
    required_perms = {
        "create": "allocation.draft_policy",
        "partial_update": "allocation.draft_policy",
        "deletion": "allocation.draft_policy",
        "publication": "allocation.publish_policy",
    }
    filterset_fields = ["state"]
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[MatchPolicy]:
        return MatchPolicy.objects.visible_to(self.request.user)

    @extend_schema(request=MatchPolicyDraftSerializer, responses={201: MatchPolicySerializer})
    def create(self, request: Request) -> Response:
        """A draft. 400 names the field of the rules that is wrong."""
        data = _valid(MatchPolicyDraftSerializer(data=request.data))
        branch = request.user.branch
        if branch is None:
            raise serializers.ValidationError({"detail": "this account belongs to no branch"})
        try:
            policy = draft_match_policy(branch=branch, actor=request.user, **data)
        except RuleFault as error:
            raise serializers.ValidationError({error.field: [error.message]}) from error
        return Response(MatchPolicySerializer(policy).data, status=201)

    @extend_schema(request=MatchPolicyChangeSerializer, responses=MatchPolicySerializer)
    def partial_update(self, request: Request, pk: str | None = None) -> Response:
        """Change a draft whole. 409 when somebody else has changed or published it since `seen`."""
        policy = self.get_object()
        data = _valid(MatchPolicyChangeSerializer(data=request.data))
        return self._answer(change_match_policy, policy, request, data)

    @extend_schema(request=MatchPolicyDeletionSerializer, responses={204: None})
    @action(detail=True, methods=["post"])
    def deletion(self, request: Request, pk: str | None = None) -> Response:
        """Throw a draft away. 409 when somebody else has changed or published it since `seen`."""
        policy = self.get_object()
        data = _valid(MatchPolicyDeletionSerializer(data=request.data))
        try:
            delete_policy_draft(policy=policy, actor=request.user, **data)
        except AllocationError as error:
            raise refuse(error) from error
        return Response(status=204)

    @extend_schema(request=MatchPolicyPublicationSerializer, responses=MatchPolicySerializer)
    @action(detail=True, methods=["post"])
    def publication(self, request: Request, pk: str | None = None) -> Response:
        """Put a draft in force, today or from a later day on."""
        policy = self.get_object()
        data = _valid(MatchPolicyPublicationSerializer(data=request.data))
        return self._answer(publish_match_policy, policy, request, data)

    def _answer(self, service: Any, policy: MatchPolicy, request: Request, data: dict[str, Any]) -> Response:
        try:
            fresh = service(policy=policy, actor=request.user, **data)
        except RuleFault as error:
            raise serializers.ValidationError({error.field: [error.message]}) from error
        except AllocationError as error:
            raise refuse(error) from error
        return Response(MatchPolicySerializer(fresh).data)


def _valid(serializer: serializers.Serializer) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
