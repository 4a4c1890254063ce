"""Follow-ups over the API: what is to be asked, the answers, the attempts, the verdict. The same people as on the pages."""

from __future__ import annotations

from collections.abc import Callable

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from branch_crm.core.api import Conflict, HasPerm, NewestFirst
from servicelog.api.policies import PolicySerializer, PolicyViewSet
from servicelog.api.shared import refuse
from servicelog.domain.follow_up import ANSWERS
from servicelog.models import FollowUp, FollowUpPolicy
from servicelog.services.errors import PolicyConflict, ServiceLogError
from servicelog.services.policy_desk import FOLLOW_UP
from servicelog.services.record_follow_up import LONGEST_NOTE, Talk, record_attempt, record_follow_up
from servicelog.services.review_follow_up import VERDICTS, review_follow_up


class FollowUpSerializer(serializers.ModelSerializer):
    """`answers`: question code -> {"answer": yes, no or unsure, "note": what the client said}. `executor` asks, `reviewer` reads
    over. `policy`: the version whose questions count."""

    client_no = serializers.CharField(source="client.client_no")

    class Meta:
        model = FollowUp
        fields = [
            "id", "client", "client_no", "plan", "kind", "due_on", "executor", "form", "policy", "answers", "outcome",
            "attempts", "recording", "asked_at", "reviewer", "reviewed_at", "review_note", "state",
        ]  # fmt: skip
        read_only_fields = fields


class QuestionAnswerSerializer(serializers.Serializer):
    question = serializers.CharField(max_length=20)
    reply = serializers.ChoiceField(choices=[(code, code) for code in ANSWERS])
    note = serializers.CharField(max_length=LONGEST_NOTE, required=False, default="", allow_blank=True)


class FollowUpTalkSerializer(serializers.Serializer):
    """Every question of `policy`, the version in force. An answer that is not in order needs its note."""

    policy = serializers.IntegerField()
    form = serializers.ChoiceField(choices=FollowUp.Form.choices)
    answers = QuestionAnswerSerializer(many=True)
    outcome = serializers.CharField(max_length=500, required=False, default="", allow_blank=True)
    recording = serializers.CharField(max_length=80, required=False, default="", allow_blank=True)


class AttemptSerializer(serializers.Serializer):
    note = serializers.CharField(max_length=200)
    give_up = serializers.BooleanField(required=False, default=False)


class VerdictSerializer(serializers.Serializer):
    verdict = serializers.ChoiceField(choices=[(code, code) for code in VERDICTS])
    note = serializers.CharField(max_length=500, required=False, default="", allow_blank=True)


class FollowUpFilter(django_filters.FilterSet):
    due_from = django_filters.DateFilter(field_name="due_on", lookup_expr="gte")
    due_until = django_filters.DateFilter(field_name="due_on", lookup_expr="lte")

    class Meta:
        model = FollowUp
        fields = ["client", "kind", "state", "executor", "plan"]


class FollowUpViewSet(viewsets.ReadOnlyModelViewSet):
    """Counter staff: what is theirs to ask. Compliance and the heads: the branch, never clients of one's own."""

    queryset = FollowUp.objects.none()
    serializer_class = FollowUpSerializer
    permission_classes = [HasPerm]
    required_perm = "servicelog.view_follow_ups"
    required_perms = {
        "answers": "servicelog.ask_follow_ups",
        "attempts": "servicelog.ask_follow_ups",
        "verdict": "servicelog.read_over_follow_ups",
    }
    filterset_class = FollowUpFilter
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[FollowUp]:
        return FollowUp.objects.visible_to(self.request.user).select_related("client", "branch")

    @extend_schema(request=FollowUpTalkSerializer, responses=FollowUpSerializer)
    @action(detail=True, methods=["post"])
    def answers(self, request: Request, pk: str | None = None) -> Response:
        """The executor alone. 409 when the questions have changed."""
        follow_up = get_object_or_404(self.get_queryset().filter(executor=request.user), pk=pk)
        given = FollowUpTalkSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        data = given.validated_data
        talk = Talk(
            policy=data["policy"],
            form=data["form"],
            answers={row["question"]: row["reply"] for row in data["answers"]},
            notes={row["question"]: row["note"] for row in data["answers"]},
            outcome=data["outcome"],
            recording=data["recording"],
        )
        today = timezone.localdate()
        return self._done(lambda: record_follow_up(follow_up=follow_up, actor=request.user, talk=talk, today=today))

    @extend_schema(request=AttemptSerializer, responses=FollowUpSerializer)
    @action(detail=True, methods=["post"])
    def attempts(self, request: Request, pk: str | None = None) -> Response:
        """Nobody was reached. The executor alone."""
        follow_up = get_object_or_404(self.get_queryset().filter(executor=request.user), pk=pk)
        given = AttemptSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        data, today = given.validated_data, timezone.localdate()
        return self._done(lambda: record_attempt(follow_up=follow_up, actor=request.user, today=today, **data))

    @extend_schema(request=VerdictSerializer, responses=FollowUpSerializer)
    @action(detail=True, methods=["post"])
    def verdict(self, request: Request, pk: str | None = None) -> Response:
        """Compliance and manager, never the executor."""
        follow_up = self.get_object()
        given = VerdictSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        return self._done(lambda: review_follow_up(follow_up=follow_up, actor=request.user, **given.validated_data))

    def _done(self, step: Callable[[], FollowUp]) -> Response:
        try:
            return Response(self.get_serializer(step()).data)
        except PolicyConflict as error:
            raise Conflict({"detail": error.message}) from error
        except ServiceLogError as error:
            raise refuse(error) from error


class FollowUpPolicySerializer(PolicySerializer):
    class Meta:
        model = FollowUpPolicy
        fields = ["id", "version", "state", "rules", "valid_from", "note", "mark"]
        read_only_fields = fields


class FollowUpPolicyViewSet(PolicyViewSet):
    """Whom compliance asks, who asks, and the questions; drafted and published by compliance."""

    desk = FOLLOW_UP
    queryset = FollowUpPolicy.objects.none()
    serializer_class = FollowUpPolicySerializer
    required_perm = "servicelog.oversee_follow_ups"
    required_perms = {
        "create": "servicelog.draft_follow_up_policy",
        "partial_update": "servicelog.draft_follow_up_policy",
        "publication": "servicelog.publish_follow_up_policy",
    }
