"""The moves of plans over the API: decide them one by one or by filter, what a lock costs, what reviewers say."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from allocation.api.filters import MoveFilter
from allocation.api.refusals import refuse
from allocation.api.serializers import CommentSerializer, DecisionSerializer, MoveSerializer, PlanSerializer
from allocation.models import Plan, PlanLine
from allocation.queries.explain import card_of_line
from allocation.queries.lock_price import price_of_staying
from allocation.queries.review import comments_on, lines_of
from allocation.services.comment_on_line import comment_on_line
from allocation.services.decide_lines import decide_lines
from allocation.services.errors import AllocationError
from branch_crm.core.api import Conflict, HasPerm


class MoveViewSet(viewsets.ReadOnlyModelViewSet):
    """The moves of plans, narrowed by `plan`; decide them with POST `decisions/`."""

    queryset = PlanLine.objects.none()
    serializer_class = MoveSerializer
    permission_classes = [HasPerm]
    required_perm = "allocation.view_plans"
    required_perms = {"decisions": "allocation.decide", "add_comment": "allocation.comment"}
    filterset_class = MoveFilter

    def get_queryset(self) -> QuerySet[PlanLine]:
        return PlanLine.objects.visible_to(self.request.user).defer("card")

    def _plan(self, pk: int) -> Plan:
        return get_object_or_404(Plan.objects.visible_to(self.request.user).select_related("branch", "policy"), pk=pk)

    @extend_schema(responses=OpenApiTypes.OBJECT, filters=False)
    @action(detail=True, pagination_class=None)
    def card(self, request: Request, pk: str | None = None) -> Response:
        """Why this move: terms, runner-up, binding constraint, smallest change that would turn it."""
        line = self.get_object()
        return Response(card_of_line(self._plan(line.plan_id), line))

    @extend_schema(responses=OpenApiTypes.OBJECT, filters=False)
    @action(detail=True, url_path="lock-price", pagination_class=None)
    def lock_price(self, request: Request, pk: str | None = None) -> Response:
        """What it costs if the client stays: match lost at once and in the end, and both books before and after."""
        line = self.get_object()
        return Response(asdict(price_of_staying(self._plan(line.plan_id), [line])))

    @extend_schema(responses=CommentSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def comments(self, request: Request, pk: str | None = None) -> Response:
        """What reviewers said about the move, oldest first."""
        return Response(CommentSerializer(comments_on(self.get_object()), many=True).data)

    @extend_schema(request=CommentSerializer, responses={201: CommentSerializer})
    @comments.mapping.post
    def add_comment(self, request: Request, pk: str | None = None) -> Response:
        """Say something about the move. The same words twice in a row are one comment."""
        line = self.get_object()
        serializer = CommentSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        try:
            said = comment_on_line(line=line, author=request.user, text=serializer.validated_data["text"])
        except AllocationError as error:
            raise refuse(error) from error
        return Response(CommentSerializer(said).data, status=201)

    @extend_schema(request=DecisionSerializer, responses=PlanSerializer)
    @action(detail=False, methods=["post"], pagination_class=None, filterset_class=None)
    def decisions(self, request: Request) -> Response:
        """Decide moves of one plan alike, or take decisions back.

        409 when somebody decided one of them after the revision you saw, when one is gone because the plan was solved again,
        or when a filter finds another number of moves than `expected`. Only the director locks.
        """
        serializer = DecisionSerializer(data=request.data, context={"request": request})
        serializer.is_valid(raise_exception=True)
        data = serializer.validated_data
        if data["decision"] == PlanLine.Decision.LOCKED and not request.user.has_perm("allocation.lock_client"):
            raise PermissionDenied
        plan, ids = self._meant(data)
        try:
            fresh = decide_lines(
                plan=plan,
                line_ids=ids,
                decision=data["decision"],
                actor=request.user,
                seen_revision=data["revision"],
                advisor=data.get("advisor"),
                reason=data["reason"],
                until=data["until"],
            )
        except AllocationError as error:
            raise refuse(error) from error
        return Response(PlanSerializer(fresh).data)

    def _meant(self, data: dict[str, Any]) -> tuple[Plan, list[int]]:
        if "plan" in data:
            return self._filtered(data)
        lines = list(self.get_queryset().filter(pk__in=data["moves"]).values_list("pk", "plan_id"))
        if len({plan for _, plan in lines}) != 1:
            raise serializers.ValidationError({"moves": ["must be moves of one plan of your branch"]})
        return self._plan(lines[0][1]), data["moves"]

    def _filtered(self, data: dict[str, Any]) -> tuple[Plan, list[int]]:
        plan = self._plan(data["plan"])
        lines = lines_of(plan, data["filter"])
        pending = PlanLine.Decision.PENDING
        if data["decision"] == pending:
            lines = lines.exclude(decision=pending)
        elif not data["anew"]:
            lines = lines.filter(decision=pending)
        ids = list(lines.order_by("pk").values_list("pk", flat=True))
        if len(ids) != data["expected"]:
            detail = {
                "detail": f"the filter finds {len(ids)} moves, not {data['expected']}",
                "code": "counted_otherwise",
            }
            raise Conflict(detail)  # type: ignore[arg-type]
        return plan, ids
