"""Signs of leaving over the API, read only, and the rule that reads them."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet
from rest_framework import serializers, viewsets

from branch_crm.core.api import HasPerm, KeysetPagination, NewestFirst
from retention.models import ClientRisk, RiskEvaluation, RiskPolicy
from retention.services.risk_desk import RISK
from servicelog.api.policies import PolicySerializer, PolicyViewSet


class ClientRiskSerializer(serializers.ModelSerializer):
    client_no = serializers.CharField(source="client.client_no")
    as_of = serializers.DateField(source="run.as_of")
    band = serializers.IntegerField(help_text="1 low, 2 to be watched, 3 high")
    policy = serializers.IntegerField(source="run.policy.version", help_text="Version of the rule")
    signals = serializers.DictField(help_text="Sign: points, measure, and the figures it was made of")

    history = serializers.SerializerMethodField(
        help_text="Of such clients in the branch's past: n, left, low, high; or null"
    )

    class Meta:
        model = ClientRisk
        fields = ["id", "client", "client_no", "as_of", "policy", "points", "band", "history", "signals"]
        read_only_fields = fields

    def get_history(self, row: ClientRisk) -> dict[str, float] | None:
        known: dict[str, float] | None = row.run.calibration.get(str(row.band))
        return known


class ClientRiskFilter(django_filters.FilterSet):
    least_band = django_filters.NumberFilter(field_name="band", lookup_expr="gte")
    least_points = django_filters.NumberFilter(field_name="points", lookup_expr="gte")

    class Meta:
        model = ClientRisk
        fields = ["client"]


class EarlyWarningViewSet(viewsets.ReadOnlyModelViewSet):
    """Clients with signs of leaving in the current run, of those the caller sees. Who has no sign has no row."""

    queryset = ClientRisk.objects.none()
    serializer_class = ClientRiskSerializer
    permission_classes = [HasPerm]
    required_perm = "retention.view_risk"
    filterset_class = ClientRiskFilter
    pagination_class = KeysetPagination

    def get_queryset(self) -> QuerySet[ClientRisk]:
        rows = ClientRisk.objects.visible_to(self.request.user).filter(run__is_current=True)
        return rows.select_related("client", "run__policy")


class RiskPolicySerializer(PolicySerializer):
    class Meta:
        model = RiskPolicy
        fields = ["id", "version", "state", "rules", "valid_from", "note", "mark"]
        read_only_fields = fields


class RiskPolicyViewSet(PolicyViewSet):
    """Which signs of leaving count, from where to where, with how many points."""

    desk = RISK
    queryset = RiskPolicy.objects.none()
    serializer_class = RiskPolicySerializer
    required_perm = "retention.view_policies"
    required_perms = {
        "create": "retention.draft_risk_policy",
        "partial_update": "retention.draft_risk_policy",
        "publication": "retention.publish_risk_policy",
    }


class RiskEvaluationSerializer(serializers.ModelSerializer):
    policy = serializers.IntegerField(source="policy.version", help_text="Version of the rule")
    outcome = serializers.DictField(
        help_text="The rules as they were, and of each past day: clients, leavers, their places"
    )

    class Meta:
        model = RiskEvaluation
        fields = ["id", "as_of", "policy", "is_telling", "outcome", "created_at"]
        read_only_fields = fields


class RiskEvaluationViewSet(viewsets.ReadOnlyModelViewSet):
    """Versions of the rule held against the branch's own past; counts and places, never clients."""

    queryset = RiskEvaluation.objects.none()
    serializer_class = RiskEvaluationSerializer
    permission_classes = [HasPerm]
    required_perm = "retention.evaluate_risk"
    filterset_fields = ["is_telling"]
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[RiskEvaluation]:
        return RiskEvaluation.objects.visible_to(self.request.user).select_related("policy")
