"""Drills over the API: who practised what with which result, cards with their talks, and planning one."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from branch_crm.core.api import HasPerm, NewestFirst
from branch_crm.core.models import Staff
from retention.api.requests import refuse
from retention.models import Drill, DrillCard, DrillPart
from retention.queries.drill_people import people_of_drills
from retention.queries.drills import drill_rows, ready_cards
from retention.services.errors import RetentionError
from retention.services.schedule_drill import schedule_drill


class DrillPartSerializer(serializers.ModelSerializer):
    person = serializers.CharField(source="person.username")
    name = serializers.CharField(source="person.name")

    class Meta:
        model = DrillPart
        fields = ["person", "name", "role", "joined_at"]
        read_only_fields = fields


class DrillSerializer(serializers.ModelSerializer):
    reason = serializers.CharField(source="card.reason.code")
    parts = DrillPartSerializer(source="people", many=True)
    fails = serializers.ListField(child=serializers.CharField())
    share = serializers.FloatField(allow_null=True, help_text="Share of the points, 0 to 1; null until it is done")

    class Meta:
        model = Drill
        fields = [
            "id", "card", "reason", "script", "planned_for", "on_one_screen", "state", "parts", "share", "fails",
            "passed", "started_at", "finished_at",
        ]  # fmt: skip
        read_only_fields = fields


class DrillPlanSerializer(serializers.Serializer):
    """`staff` practises, `client` plays the client; a place that is left empty is taken by whoever joins."""

    card = serializers.PrimaryKeyRelatedField(queryset=DrillCard.objects.none())
    planned_for = serializers.DateTimeField()
    on_one_screen = serializers.BooleanField(default=False)
    staff = serializers.SlugRelatedField(slug_field="username", queryset=Staff.objects.none(), default=None)
    client = serializers.SlugRelatedField(slug_field="username", queryset=Staff.objects.none(), default=None)

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        if (branch := getattr(self.context["request"].user, "branch", None)) is not None:
            fields["card"].queryset = ready_cards(branch)
            fields["staff"].queryset = fields["client"].queryset = people_of_drills(branch)
        return fields


class DrillViewSet(viewsets.ReadOnlyModelViewSet):
    """Drills, the newest first; advisors and the counter see their own."""

    queryset = Drill.objects.none()
    serializer_class = DrillSerializer
    permission_classes = [HasPerm]
    required_perm = "retention.view_drills"
    required_perms = {"create": "retention.plan_drills"}
    filterset_fields = ["state", "card", "card__reason__code"]
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[Drill]:
        return drill_rows(self.request.user)

    @extend_schema(request=DrillPlanSerializer, responses={201: DrillSerializer})
    def create(self, request: Request) -> Response:
        """400 at the field that is wrong."""
        if request.user.branch is None:
            raise Http404
        given = DrillPlanSerializer(data=request.data, context={"request": request})
        given.is_valid(raise_exception=True)
        plan = given.validated_data
        people = {"staff": plan.pop("staff"), "client": plan.pop("client")}
        try:
            drill = schedule_drill(branch=request.user.branch, actor=request.user, people=people, **plan)
        except RetentionError as error:
            raise refuse(error) from error
        return Response(self.get_serializer(self.get_queryset().get(pk=drill.pk)).data, status=201)


class DrillCardSerializer(serializers.ModelSerializer):
    reason = serializers.CharField(source="reason.code")
    text = serializers.DictField(help_text="zh and en -> situation, facts, hidden_need, goal, forbidden")
    steps = serializers.ListField(
        child=serializers.DictField(), help_text="What the client says, and what may be answered"
    )

    class Meta:
        model = DrillCard
        fields = ["id", "reason", "title_zh", "title_en", "tier", "persona", "text", "steps", "source", "state"]
        read_only_fields = fields


class DrillCardViewSet(viewsets.ReadOnlyModelViewSet):
    """Situations with their talks, for those who write and read cards."""

    queryset = DrillCard.objects.none()
    serializer_class = DrillCardSerializer
    permission_classes = [HasPerm]
    required_perm = "retention.view_drill_cards"
    filterset_fields = ["reason__code", "state"]
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[DrillCard]:
        return DrillCard.objects.visible_to(self.request.user).select_related("reason")
