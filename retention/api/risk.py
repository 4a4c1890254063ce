"""Signs of leaving over the API, read only."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet
from rest_framework import serializers, viewsets

from branch_crm.core.api import HasPerm, KeysetPagination
from retention.models import ClientRisk


class ClientRiskSerializer(serializers.ModelSerializer):
    client_no = serializers.CharField(source="client.client_no")
    as_of = serializers.DateField(source="run.as_of")
    band = serializers.IntegerField(help_text="1 low, 2 to be watched, 3 high")
    policy = serializers.IntegerField(source="run.policy.version", help_text="Version of the rule")
    signals = serializers.DictField(help_text="Sign: points, measure, and the figures it was made of")

    class Meta:
        model = ClientRisk
        fields = ["id", "client", "client_no", "as_of", "policy", "points", "band", "signals"]
        read_only_fields = fields


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
