"""Plans and review flags over the API; the same rules and services as the pages."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from allocation.api.filters import FlagFilter
from allocation.api.refusals import refuse
from allocation.api.scenarios import ScenarioActions
from allocation.api.serializers import (
    ApprovalSerializer,
    FlagSerializer,
    PlanSerializer,
    RollbackSerializer,
    RunSerializer,
    SecondApprovalSerializer,
    SeenRevisionSerializer,
    SendBackSerializer,
)
from allocation.models import Plan, ReviewFlag
from allocation.queries.fairness import BASES, fairness_of
from allocation.queries.review import live_balance
from allocation.services.approve_second import approve_second, send_back
from allocation.services.discard_plan import discard_plan, withdraw_approval
from allocation.services.errors import AllocationError
from allocation.services.publish_plan import publish_plan
from allocation.services.roll_back_plan import roll_back_plan
from allocation.services.solve_again import ask_again
from allocation.services.start_run import start_run
from branch_crm.core.api import HasPerm, NewestFirst


class PlanViewSet(ScenarioActions, viewsets.ReadOnlyModelViewSet):
    """Plans: start a run, compare, approve, take back, roll back, put aside."""

    queryset = Plan.objects.none()
    serializer_class = PlanSerializer
    permission_classes = [HasPerm]
    required_perm = "allocation.view_plans"
    required_perms = {
        "create": "allocation.run",
        "curve_job": "allocation.run",
        "approval": "allocation.publish",
        "second_approval": "allocation.approve_second",
        "refusal": "allocation.approve_second",
        "withdrawal": "allocation.publish",
        "rollback": "allocation.roll_back",
        "discard": "allocation.run",
        "solve_again": "allocation.decide",
    }
    filterset_fields = ["state"]
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[Plan]:
        return Plan.objects.visible_to(self.request.user).select_related("branch", "policy")

    def _valid(self, serializer: serializers.Serializer) -> dict[str, Any]:
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    @extend_schema(request=RunSerializer, responses={201: PlanSerializer})
    def create(self, request: Request) -> Response:
        """Ask for a plan. It is worked out in the background; poll the plan until `state` is no longer `solving`."""
        data = self._valid(RunSerializer(data=request.data, context={"request": request}))
        branch = request.user.branch
        if branch is None:
            raise serializers.ValidationError({"detail": "this account belongs to no branch"})
        title, scope, based_on = data.pop("title"), data.pop("scope"), data.pop("based_on")
        try:
            plan = start_run(
                branch=branch, actor=request.user, title=title, scope=scope, options=data, based_on=based_on
            )
        except AllocationError as error:
            raise refuse(error) from error
        return Response(PlanSerializer(plan).data, status=201)

    @extend_schema(request=ApprovalSerializer, responses=PlanSerializer)
    @action(detail=True, methods=["post"])
    def approval(self, request: Request, pk: str | None = None) -> Response:
        """Approve for a day; published at once when it is today, `waiting` where the policy asks for a second person.

        409 names the clients whose books have changed.
        """
        return self._approve(publish_plan, ApprovalSerializer(data=request.data), request)

    @extend_schema(request=SecondApprovalSerializer, responses=PlanSerializer)
    @action(detail=True, methods=["post"], url_path="second-approval")
    def second_approval(self, request: Request, pk: str | None = None) -> Response:
        """Approve a waiting plan that another person approved first. 409 when it no longer waits."""
        return self._approve(approve_second, SecondApprovalSerializer(data=request.data), request)

    def _approve(self, service: Any, serializer: serializers.Serializer, request: Request) -> Response:
        plan = self.get_object()
        data = self._valid(serializer)
        try:
            done = service(plan=plan, actor=request.user, **data)
        except AllocationError as error:
            raise refuse(error) from error
        return Response(PlanSerializer(done.plan).data)

    @extend_schema(request=SendBackSerializer, responses=PlanSerializer)
    @action(detail=True, methods=["post"])
    def refusal(self, request: Request, pk: str | None = None) -> Response:
        """Send a waiting plan back to the director; its decisions are kept."""
        plan = self.get_object()
        data = self._valid(SendBackSerializer(data=request.data))
        try:
            return Response(PlanSerializer(send_back(plan=plan, actor=request.user, **data)).data)
        except AllocationError as error:
            raise refuse(error) from error

    @extend_schema(request=None, responses=PlanSerializer)
    @action(detail=True, methods=["post"])
    def withdrawal(self, request: Request, pk: str | None = None) -> Response:
        """Take an approval back before its day."""
        return self._simple(withdraw_approval, request)

    @extend_schema(request=None, responses=PlanSerializer)
    @action(detail=True, methods=["post"])
    def discard(self, request: Request, pk: str | None = None) -> Response:
        """Put a plan aside."""
        return self._simple(discard_plan, request)

    @extend_schema(request=SeenRevisionSerializer, responses={202: PlanSerializer})
    @action(detail=True, methods=["post"], url_path="solve-again")
    def solve_again(self, request: Request, pk: str | None = None) -> Response:
        """Work the plan out anew around its decisions, in the background: poll until `again_job` has ended and `round` rose.

        409 when the plan is no longer at the revision you saw. While one is under way, asking again is asking once.
        """
        plan = self.get_object()
        data = self._valid(SeenRevisionSerializer(data=request.data))
        try:
            ask_again(plan=plan, actor=request.user, seen_revision=data["revision"])
        except AllocationError as error:
            raise refuse(error) from error
        return Response(PlanSerializer(self.get_object()).data, status=202)

    def _simple(self, service: Any, request: Request) -> Response:
        try:
            plan = service(plan=self.get_object(), actor=request.user)
        except AllocationError as error:
            raise refuse(error) from error
        return Response(PlanSerializer(plan).data)

    @extend_schema(request=RollbackSerializer, responses=PlanSerializer)
    @action(detail=True, methods=["post"])
    def rollback(self, request: Request, pk: str | None = None) -> Response:
        """Undo a published plan whole. 409 names the clients that were moved again since."""
        plan = self.get_object()
        data = self._valid(RollbackSerializer(data=request.data))
        try:
            done = roll_back_plan(plan=plan, actor=request.user, **data)
        except AllocationError as error:
            raise refuse(error) from error
        return Response(PlanSerializer(done.plan).data)

    @extend_schema(responses=OpenApiTypes.OBJECT, filters=False)
    @action(detail=True, pagination_class=None)
    def balance(self, request: Request, pk: str | None = None) -> Response:
        """Per advisor: before, as proposed, and as decided so far."""
        return Response(live_balance(self.get_object()))

    @extend_schema(responses=OpenApiTypes.OBJECT, filters=False, parameters=[OpenApiParameter("as", str, enum=BASES)])
    @action(detail=True, pagination_class=None)
    def fairness(self, request: Request, pk: str | None = None) -> Response:
        """Gini, highest over median and spread of value and load per hour, before and after, with every advisor's book.

        `?as=proposed`: the engine's proposal instead of what has been decided so far.
        """
        plan = self.get_object()
        basis = request.query_params.get("as", BASES[0])
        if basis not in BASES:
            raise serializers.ValidationError({"as": [f"must be one of {', '.join(BASES)}"]})
        report = fairness_of(plan, basis=basis)
        people = [{**asdict(row), "per_hour": row.per_hour, "load_share": row.load_share} for row in report.rows]
        measures = {"before": asdict(report.before), "after": asdict(report.after)}
        return Response({"basis": basis, **measures, "band": report.band, "advisors": people})


class FlagViewSet(viewsets.ReadOnlyModelViewSet):
    """What the night noticed."""

    queryset = ReviewFlag.objects.none()
    serializer_class = FlagSerializer
    permission_classes = [HasPerm]
    required_perm = "allocation.view_plans"
    filterset_class = FlagFilter
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[ReviewFlag]:
        return ReviewFlag.objects.visible_to(self.request.user)
