"""Values and scorings over the API; the same rules as the pages."""

from __future__ import annotations

from django.db.models import QuerySet
from rest_framework import serializers, viewsets

from branch_crm.core.api import HasPerm
from clients.models import ClientValue, ScoringRun


class ValueSerializer(serializers.ModelSerializer):
    """Value and parts run 0-100, money is yuan; a null part is not known and its weight went to the others."""

    as_of = serializers.DateField(source="run.as_of", read_only=True)
    policy = serializers.IntegerField(source="run.policy.version", read_only=True)

    class Meta:
        model = ClientValue
        fields = [
            "id", "client", "run", "as_of", "policy", "value", "rank", "commission_part", "purchase_part", "asset_part",
            "value_type", "tier", "raw_tier", "tier_hold_runs", "is_core", "commission_money", "commission_12m",
            "purchase_money", "asset_money", "offsystem_low", "quota_conflict", "revenue_12m", "last_trade_on",
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
