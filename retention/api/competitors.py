"""What other firms were seen to do, over the API: read, and noted by whoever sees it."""

from __future__ import annotations

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from branch_crm.core.api import HasPerm, NewestFirst
from clients.views.value import asked_branch
from retention.api.requests import refuse
from retention.models import CompetitorMove
from retention.services.errors import RetentionError
from retention.services.note_move import note_move


class CompetitorMoveSerializer(serializers.ModelSerializer):
    """`rate` is a share of traded value: 0.000150 = 万1.5."""

    class Meta:
        model = CompetitorMove
        fields = ["id", "broker", "what", "rate", "seen_on", "source", "note", "entered_by", "entered_at"]
        read_only_fields = ["id", "entered_by", "entered_at"]


class CompetitorMoveViewSet(viewsets.ReadOnlyModelViewSet):
    """The same seen twice at the same place is one row."""

    queryset = CompetitorMove.objects.none()
    serializer_class = CompetitorMoveSerializer
    permission_classes = [HasPerm]
    required_perm = "retention.view_competitors"
    required_perms = {"create": "retention.note_competitor"}
    filterset_fields = ["broker", "what"]
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[CompetitorMove]:
        return CompetitorMove.objects.visible_to(self.request.user)

    @extend_schema(request=CompetitorMoveSerializer, responses={201: CompetitorMoveSerializer})
    def create(self, request: Request) -> Response:
        given = self.get_serializer(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            move = note_move(branch=asked_branch(request), actor=request.user, **given.validated_data)
        except RetentionError as error:
            raise refuse(error) from error
        return Response(self.get_serializer(move).data, status=201)
