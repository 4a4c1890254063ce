"""Scenarios over the API: the curve of moves, and plans side by side."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from allocation.api.refusals import refuse
from allocation.models import Plan
from allocation.queries.compare import MOST_COMPARED, figures_of, overlap_of
from allocation.services.errors import AllocationError
from allocation.services.work_out_curve import ask_for_curve


class ScenarioActions(GenericViewSet):
    """Mixed into the plans' view set."""

    @extend_schema(responses=OpenApiTypes.OBJECT, filters=False)
    @action(detail=True, pagination_class=None)
    def curve(self, request: Request, pk: str | None = None) -> Response:
        """Match and evenness against moves: `points` as far as they are worked out, `done`, and the job that does it."""
        plan: Plan = self.get_object()
        points = plan.curve.get("points", [])
        return Response({"points": points, "done": bool(plan.curve.get("done")), "job": plan.curve_job_id})

    @extend_schema(request=None, responses={202: OpenApiTypes.OBJECT})
    @action(detail=True, methods=["post"], url_path="curve-job")
    def curve_job(self, request: Request, pk: str | None = None) -> Response:
        """Work the curve out in the background; asked twice, it is worked out once."""
        try:
            plan = ask_for_curve(plan=self.get_object(), actor=request.user)  # type: ignore[arg-type]
        except AllocationError as error:
            raise refuse(error) from error
        return Response({"job": plan.curve_job_id}, status=202)

    @extend_schema(
        responses=OpenApiTypes.OBJECT,
        filters=False,
        parameters=[OpenApiParameter("plan", int, many=True, required=True, description="two to four plans")],
    )
    @action(detail=False, pagination_class=None, filterset_fields=[])
    def compare(self, request: Request) -> Response:
        """Settings and figures of two to four plans, and how many clients they move alike."""
        wanted = [pk for pk in dict.fromkeys(request.query_params.getlist("plan")) if pk.isdecimal() and len(pk) < 19]
        if not wanted:
            return Response({"plans": [], "moved": None})
        found: dict[int, Plan] = self.get_queryset().in_bulk([int(pk) for pk in wanted])
        plans = [found[int(pk)] for pk in wanted if int(pk) in found and found[int(pk)].outcome.get("advisors")]
        if not 2 <= len(plans) <= MOST_COMPARED or len(plans) != len(wanted):
            raise serializers.ValidationError({"plan": ["must name two to four plans that have been worked out"]})
        overlap = overlap_of(plans)
        return Response({"plans": [_plan(plan) for plan in plans], "moved": overlap.__dict__})


def _plan(plan: Plan) -> dict[str, Any]:
    return {"id": plan.pk, "number": plan.number, "scope": plan.scope, "options": plan.options, **figures_of(plan)}
