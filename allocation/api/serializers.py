"""What the API shows of plans, moves and assignments, and what it takes."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from advisors.models import Advisor
from allocation.models import Assignment, Plan, PlanLine, ReviewFlag


class OwnBranchAdvisor(serializers.PrimaryKeyRelatedField):
    """Only advisors the caller may see can be named; others do not exist."""

    def get_queryset(self) -> QuerySet[Advisor]:
        return Advisor.objects.visible_to(self.context["request"].user)


class OwnBranchPlan(serializers.PrimaryKeyRelatedField):
    """Only plans the caller may see can be named."""

    def get_queryset(self) -> QuerySet[Plan]:
        return Plan.objects.visible_to(self.context["request"].user)


class PlanSerializer(serializers.ModelSerializer):
    figures = serializers.SerializerMethodField()

    class Meta:
        model = Plan
        fields = [
            "id", "number", "title", "state", "scope", "options", "based_on", "policy", "data_as_of", "figures", "revision", "job",
            "created_at", "approved_at", "second_needed", "second_at", "effective_on", "published_at", "rolled_back_at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_figures(self, plan: Plan) -> dict[str, Any]:
        """The outcome without the frozen tables of the run."""
        hidden = ("advisors", "hour_price", "value_price", "pool_hour_price")
        return {name: value for name, value in plan.outcome.items() if name not in hidden}


class RunSerializer(serializers.Serializer):
    """A run to start. `scope` and `options` as in the documentation of plans."""

    title = serializers.CharField(max_length=80, required=False, default="", allow_blank=True)
    scope = serializers.DictField()
    fairness = serializers.FloatField(min_value=0.01, max_value=1, required=False, allow_null=True)
    switch_penalty = serializers.FloatField(min_value=0, max_value=1, required=False)
    hours = serializers.DictField(child=serializers.FloatField(min_value=0, max_value=500), required=False)
    leaving = serializers.ListField(child=serializers.IntegerField(min_value=1), required=False, max_length=200)
    move_budget = serializers.DictField(
        required=False,
        allow_null=True,
        help_text='{"moves": n} or {"share": 0 to 1 of the clients in scope}; null = none',
    )
    transfer_guard = serializers.BooleanField(required=False)
    locks_off = serializers.ListField(
        child=serializers.IntegerField(min_value=1),
        required=False,
        help_text="clients whose lock does not count in this run",
    )
    based_on = OwnBranchPlan(queryset=Plan.objects.none(), required=False, allow_null=True, default=None)

    def validate_hours(self, hours: dict[str, float]) -> dict[str, float]:
        wrong = [key for key in hours if not key.isdecimal()]
        if wrong:
            raise serializers.ValidationError(f"{wrong[0]!r} is not an advisor id")
        return hours


class ApprovalSerializer(serializers.Serializer):
    effective_on = serializers.DateField()
    include_pending = serializers.BooleanField(required=False, default=False)
    drop_conflicts = serializers.BooleanField(required=False, default=False)
    note = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)


class SecondApprovalSerializer(serializers.Serializer):
    """`effective_on` only where the first approver's day has passed."""

    effective_on = serializers.DateField(required=False, allow_null=True, default=None)
    drop_conflicts = serializers.BooleanField(required=False, default=False)
    note = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)


class SendBackSerializer(serializers.Serializer):
    note = serializers.CharField(max_length=300)


class RollbackSerializer(serializers.Serializer):
    skip_conflicts = serializers.BooleanField(required=False, default=False)


class MoveSerializer(serializers.ModelSerializer):
    class Meta:
        model = PlanLine
        fields = [
            "id", "plan", "client", "before", "proposed", "after", "decision", "revision", "value", "weight", "tier",
            "load", "fit_before", "fit_after", "gain", "reason",
        ]  # fmt: skip
        read_only_fields = fields


class DecisionSerializer(serializers.Serializer):
    """`revision`: the plan's revision the caller has seen. `advisor` only with `redirected`; null = the shared pool."""

    moves = serializers.ListField(child=serializers.IntegerField(min_value=1), min_length=1, max_length=20_000)
    decision = serializers.ChoiceField(choices=["accepted", "rejected", "redirected"])
    revision = serializers.IntegerField(min_value=0)
    advisor = OwnBranchAdvisor(queryset=Advisor.objects.none(), required=False, allow_null=True)


class AssignmentSerializer(serializers.ModelSerializer):
    class Meta:
        model = Assignment
        fields = ["id", "client", "advisor", "starts", "ends", "reason", "end_reason", "plan", "end_plan"]
        read_only_fields = fields


class FlagSerializer(serializers.ModelSerializer):
    class Meta:
        model = ReviewFlag
        fields = ["id", "kind", "client", "advisor", "figure", "detail", "first_seen", "last_seen", "closed_on"]
        read_only_fields = fields
