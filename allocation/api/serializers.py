"""What the API shows of plans, moves and assignments, and what it takes."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from advisors.models import Advisor
from allocation.models import LineComment, Plan, PlanLine, ReviewFlag
from allocation.queries.review import FILTERS


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
            "id", "number", "title", "state", "scope", "options", "based_on", "policy", "data_as_of", "figures", "revision",
            "round", "changes", "job", "again_job",
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
            "load", "fit_before", "fit_after", "gain", "reason", "value_type", "persona", "round",
        ]  # fmt: skip
        read_only_fields = fields


class SeenRevisionSerializer(serializers.Serializer):
    """`revision`: the plan's revision the caller has seen."""

    revision = serializers.IntegerField(min_value=0)


class DecisionSerializer(SeenRevisionSerializer):
    """Either `moves`, or all moves of `plan` that `filter` finds (names and values as in the page's address) with their
    number as `expected`; of a filter, decided moves are left alone unless `anew`. `pending` takes decisions back.

    `advisor` only with `redirected`, null = the shared pool; `reason` and `until` only with `locked`.
    """

    moves = serializers.ListField(
        child=serializers.IntegerField(min_value=1), min_length=1, max_length=20_000, required=False
    )
    plan = serializers.IntegerField(min_value=1, required=False)
    filter = serializers.DictField(child=serializers.CharField(max_length=100, allow_blank=True), required=False)
    expected = serializers.IntegerField(min_value=0, required=False)
    anew = serializers.BooleanField(required=False, default=False)
    decision = serializers.ChoiceField(choices=["accepted", "rejected", "redirected", "locked", "pending"])
    advisor = OwnBranchAdvisor(queryset=Advisor.objects.none(), required=False, allow_null=True)
    reason = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)
    until = serializers.DateField(required=False, allow_null=True, default=None)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if ("moves" in data) == ("plan" in data):
            raise serializers.ValidationError({"moves": ["give either moves, or plan with filter and expected"]})
        if "plan" in data and ("filter" not in data or "expected" not in data):
            raise serializers.ValidationError({"expected": ["plan needs a filter and the number of moves it finds"]})
        unknown = sorted(data.get("filter", {}).keys() - FILTERS.keys())
        if unknown:
            raise serializers.ValidationError({"filter": [f"{unknown[0]!r} is not a filter of the moves"]})
        if data["decision"] == PlanLine.Decision.REDIRECTED and "advisor" not in data:
            raise serializers.ValidationError({"advisor": ["is needed to redirect; null means the shared pool"]})
        return data


class CommentSerializer(serializers.ModelSerializer):
    author_name = serializers.CharField(source="author.name", read_only=True)

    class Meta:
        model = LineComment
        fields = ["id", "author", "author_name", "text", "written_at"]
        read_only_fields = ["author", "written_at"]


class FlagSerializer(serializers.ModelSerializer):
    class Meta:
        model = ReviewFlag
        fields = ["id", "kind", "client", "advisor", "figure", "detail", "first_seen", "last_seen", "closed_on"]
        read_only_fields = fields
