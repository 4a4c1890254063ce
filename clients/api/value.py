"""Values, scorings and value policies over the API; the same rules as the pages."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from branch_crm.core.api import HasPerm
from clients.domain.value.rules import RulesError
from clients.forms_value import fault_text
from clients.models import ClientValue, ScoringRun, ValuePolicy
from clients.services.draft_value_policy import change_value_policy, draft_value_policy
from clients.services.publish_value_policy import publish_value_policy


class ValueSerializer(serializers.ModelSerializer):
    """Value and parts run 0-100, money is yuan; a null part is not known and its weight went to the others."""

    as_of = serializers.DateField(source="run.as_of", read_only=True)
    policy = serializers.IntegerField(source="run.policy.version", read_only=True)

    class Meta:
        model = ClientValue
        fields = [
            "id", "client", "run", "as_of", "policy", "value", "rank", "commission_part", "purchase_part", "asset_part",
            "value_type", "tier", "raw_tier", "tier_hold_runs", "is_core", "commission_money", "commission_12m",
            "purchase_money", "asset_money", "offsystem_low", "revenue_12m", "last_trade_on",
        ]  # fmt: skip


class ValueViewSet(viewsets.ReadOnlyModelViewSet):
    """Values of the current scoring."""

    queryset = ClientValue.objects.none()
    serializer_class = ValueSerializer
    permission_classes = [HasPerm]
    required_perm = "clients.view_book"
    filterset_fields = ["client", "value_type", "tier", "is_core"]

    def get_queryset(self) -> QuerySet[ClientValue]:
        rows = ClientValue.objects.visible_to(self.request.user).filter(run__is_current=True)
        return rows.select_related("run__policy")


class ScoringRunSerializer(serializers.ModelSerializer):
    """`summary`: scale of each part, counts and money by type and tier, the Pareto curve, core moves."""

    policy = serializers.IntegerField(source="policy.version", read_only=True)

    class Meta:
        model = ScoringRun
        fields = ["id", "as_of", "policy", "is_current", "clients", "summary", "created_at"]


class ScoringRunViewSet(viewsets.ReadOnlyModelViewSet):
    queryset = ScoringRun.objects.none()
    serializer_class = ScoringRunSerializer
    permission_classes = [HasPerm]
    required_perm = "clients.view_value_policy"
    filterset_fields = ["as_of", "is_current"]

    def get_queryset(self) -> QuerySet[ScoringRun]:
        return ScoringRun.objects.visible_to(self.request.user).select_related("policy")


class ValuePolicySerializer(serializers.ModelSerializer):
    """`rules` are checked field by field; a wrong one is answered with the path of the field, such as `tiers.3.assets`."""

    rules = serializers.DictField()

    class Meta:
        model = ValuePolicy
        fields = ["id", "version", "state", "rules", "note", "valid_from", "published_at"]
        read_only_fields = ["version", "state", "valid_from", "published_at"]

    def create(self, validated_data: dict[str, Any]) -> ValuePolicy:
        actor = self.context["request"].user
        if actor.branch is None:
            raise Http404
        return _answered(lambda: draft_value_policy(branch=actor.branch, actor=actor, **validated_data))

    def update(self, instance: ValuePolicy, validated_data: dict[str, Any]) -> ValuePolicy:
        wanted = {"rules": instance.rules, "note": instance.note, **validated_data}
        return _answered(lambda: change_value_policy(policy=instance, actor=self.context["request"].user, **wanted))


class PublicationSerializer(serializers.Serializer):
    note = serializers.CharField()
    valid_from = serializers.DateField(required=False, allow_null=True)


def _answered(write: Any) -> Any:
    """Faults of the rules and refusals of the service as answers of the API."""
    try:
        return write()
    except RulesError as error:
        faults = {fault.field: [str(fault_text(fault))] for fault in error.faults}
        raise serializers.ValidationError({"rules": faults}) from error
    except DjangoValidationError as error:
        raise serializers.ValidationError(serializers.as_serializer_error(error)) from error


class ValuePolicyViewSet(mixins.CreateModelMixin, mixins.UpdateModelMixin, viewsets.ReadOnlyModelViewSet):
    """Versions of the rule. Posting makes a draft; drafts can be changed, published versions never."""

    queryset = ValuePolicy.objects.none()
    serializer_class = ValuePolicySerializer
    permission_classes = [HasPerm]
    http_method_names = ["get", "post", "patch", "head", "options"]
    required_perms = {
        "list": "clients.view_value_policy",
        "retrieve": "clients.view_value_policy",
        "create": "clients.draft_value_policy",
        "partial_update": "clients.draft_value_policy",
        "publication": "clients.publish_value_policy",
    }
    filterset_fields = ["state", "version"]

    def get_queryset(self) -> QuerySet[ValuePolicy]:
        return ValuePolicy.objects.visible_to(self.request.user).select_related("branch")

    @extend_schema(request=PublicationSerializer, responses=ValuePolicySerializer)
    @action(detail=True, methods=["post"])
    def publication(self, request: Request, pk: str | None = None) -> Response:
        """Put a draft in force; the branch is scored by it in the background."""
        policy = self.get_object()
        wanted = PublicationSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        published, _job = _answered(
            lambda: publish_value_policy(policy=policy, actor=request.user, **wanted.validated_data)
        )
        return Response(ValuePolicySerializer(published).data)
