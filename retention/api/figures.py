"""The figures of keeping clients over the API: the same lines as the page, for a period and one breakdown."""

from __future__ import annotations

from dataclasses import asdict

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from branch_crm.core.api import HasPerm
from clients.views.value import asked_branch
from retention.domain.figures import BY, added
from retention.forms_figures import RetentionFiguresForm
from retention.queries.figures import lines_of, median_to_done, requests_of
from retention.services.ensure_policy import retention_rules


class RetentionLineSerializer(serializers.Serializer):
    """Counts of a group; assets, revenue and cost in 元. Few are no share: see `least`."""

    key = serializers.CharField(help_text="Reason code, tier, advisor's id or month; empty: not known, or the whole")
    opened = serializers.IntegerField(help_text="Cases opened in the period")
    talked = serializers.IntegerField(help_text="Of those, the client was reached")
    stays = serializers.IntegerField(help_text="Said to stay; not yet stayed")
    checked_30 = serializers.IntegerField(help_text="Said to stay and looked at again after 30 days")
    kept_30 = serializers.IntegerField(help_text="Of those, still here with assets and activity")
    checked_90 = serializers.IntegerField()
    kept_90 = serializers.IntegerField()
    complained = serializers.IntegerField(help_text="Complained while the case ran")
    assets = serializers.DecimalField(max_digits=20, decimal_places=2, help_text="At the opening")
    assets_30 = serializers.DecimalField(max_digits=20, decimal_places=2, help_text="Of the kept, still here")
    assets_90 = serializers.DecimalField(max_digits=20, decimal_places=2)
    revenue_90 = serializers.DecimalField(max_digits=20, decimal_places=2, help_text="A year, of the kept")
    granted = serializers.IntegerField(help_text="Cases with an accepted offer")
    cost = serializers.DecimalField(max_digits=20, decimal_places=2, help_text="Of what was granted, a year")
    requests = serializers.IntegerField(help_text="Leaving requests that came in the period")
    finished = serializers.IntegerField(help_text="Of those, done or past their deadline")
    in_time = serializers.IntegerField(help_text="Of those, done in time")


class RetentionFiguresSerializer(serializers.Serializer):
    since = serializers.DateField()
    until = serializers.DateField()
    by = serializers.CharField()
    least = serializers.IntegerField(help_text="Below so many records no share is shown")
    median_to_done = serializers.IntegerField(allow_null=True, help_text="Trading days, the middle one")
    whole = RetentionLineSerializer()
    groups = RetentionLineSerializer(many=True)


class RetentionFiguresViewSet(viewsets.GenericViewSet):
    """What came of keeping clients in a branch."""

    serializer_class = RetentionFiguresSerializer
    permission_classes = [HasPerm]
    required_perm = "retention.view_figures"
    pagination_class = None
    filter_backends = ()

    @extend_schema(
        parameters=[
            OpenApiParameter("since", OpenApiTypes.DATE, description="A year ago, where left out"),
            OpenApiParameter("until", OpenApiTypes.DATE, description="Today, where left out"),
            OpenApiParameter("by", enum=BY),
        ],
        responses=RetentionFiguresSerializer,
    )
    def list(self, request: Request) -> Response:
        """Both days count, Shanghai time; at most five years."""
        form = RetentionFiguresForm(request.query_params, today=timezone.localdate())
        if not form.is_valid():
            raise serializers.ValidationError(form.errors)
        branch, by, period = asked_branch(request), form.cleaned_data["by"], form.period
        lines = lines_of(request.user, branch, period, by=by)
        return Response(
            RetentionFiguresSerializer(
                {
                    "since": period.since,
                    "until": period.until,
                    "by": by,
                    "least": retention_rules(branch, on=timezone.localdate()).least_records,
                    "median_to_done": median_to_done(requests_of(request.user, branch, period)),
                    "whole": asdict(added(lines)),
                    "groups": [asdict(line) for line in lines],
                }
            ).data
        )
